"""A list is checked without effect, and applied exactly as checked or not at all."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from accounts.models import User
from catalog.models import Offer, Product, Shop
from catalog.services import save_offer, save_product, take_stock
from config.management.commands.tidy import tidy
from conftest import assert_problem, make_client
from partners.models import PriceListRun
from partners.price_list import Finding
from partners.services import submit_price_list
from partners.tests.test_import import BLACK, GREEN, HEAD, counters, load
from partners.tests.test_price_lists import RUNS, send

pytestmark = pytest.mark.django_db
CHEAPER = GREEN.replace("117647.06", "99990")


@pytest.fixture
def checked(pat: User, letters: Callable[[], list[str]]) -> Callable[..., PriceListRun]:
    """Checks a list as Pat and returns the run."""

    def check(text: str, **options: bool) -> PriceListRun:
        run = submit_price_list(
            user=pat, content=text.encode(), source="x", check_only=True, **options
        )
        letters()
        run.refresh_from_db()
        return run

    return check


@pytest.fixture
def applied(
    pat: User, letters: Callable[[], list[str]]
) -> Callable[[PriceListRun], PriceListRun]:
    """Applies a check through the door and returns the new run."""

    def apply(
        check: PriceListRun, meanwhile: Callable[[], None] = lambda: None
    ) -> PriceListRun:
        answer = make_client(pat).post(f"{RUNS}{check.pk}/apply/")
        assert answer.status_code == 202, answer.content
        meanwhile()
        letters()
        return PriceListRun.objects.get(pk=answer.json()["id"])

    return apply


def facts() -> list[tuple[object, ...]]:
    columns = ("article", "price", "stock", "is_withdrawn", "product__name")
    return list(Offer.objects.order_by("pk").values_list(*columns))


def test_what_was_checked_is_applied_without_reading_the_file_again(
    pat, checked, applied, monkeypatch
):
    load(pat, HEAD + GREEN)
    check = checked(HEAD + CHEAPER + BLACK)
    before = facts()
    monkeypatch.setattr("partners.services.runs.stage", None)

    run = applied(check)

    assert (check.state, counters(check)) == ("done", (1, 1, 0, 0))
    assert before == [("11", Decimal("117647.06"), 5, False, "Green tea")]
    assert (run.state, counters(run)) == ("done", (1, 1, 0, 0))
    assert run.check_run == check
    assert facts() == [
        ("11", Decimal("99990.00"), 5, False, "Green tea"),
        ("12", Decimal("200.00"), 7, False, "Black tea"),
    ]


def test_the_first_list_of_a_shop_can_be_checked_and_makes_no_shop(checked, applied):
    check = checked(HEAD + GREEN)

    assert (check.shop, Shop.objects.count()) == (None, 0)
    assert applied(check).state == "done"
    assert Shop.objects.get().name == "Tea House"


def change_price(offer: Offer) -> None:
    offer.regular_price = Decimal(1)
    save_offer(offer=offer, document="user:1")


def withdraw(offer: Offer) -> None:
    offer.is_withdrawn = True
    save_offer(offer=offer, document="user:1")


def rename(offer: Offer) -> None:
    product = Product.objects.get(pk=offer.product_id)
    product.name = "Sencha"
    save_product(product=product)


@pytest.mark.parametrize("edit", [change_price, withdraw, rename])
@pytest.mark.parametrize("text", [GREEN, CHEAPER], ids=["unchanged", "changed"])
def test_a_shop_that_changed_since_is_left_alone(pat, checked, applied, edit, text):
    load(pat, HEAD + GREEN + BLACK)
    check = checked(HEAD + text + BLACK)
    before = []

    def meanwhile() -> None:
        edit(Offer.objects.get(article="11"))
        before.extend(facts())

    run = applied(check, meanwhile)

    assert run.state == "refused"
    message = "Offer '11' is not as it was when the list was checked."
    told = [(f["code"], f["field"], Finding.kept(f).message()) for f in run.findings]
    assert ("shop-changed", "11", message) in told
    assert facts() == before
    assert not run.changes.exists()


@pytest.mark.parametrize("edit", [change_price, withdraw])
def test_a_check_that_plainly_holds_no_more_is_refused_at_once(pat, checked, edit):
    load(pat, HEAD + GREEN + BLACK)
    check = checked(HEAD + CHEAPER)
    edit(Offer.objects.get(article="11"))
    edit(Offer.objects.get(article="12"))
    runs = PriceListRun.objects.count()

    answer = make_client(pat).post(f"{RUNS}{check.pk}/apply/")

    body = assert_problem(answer, 409, "shop-changed")
    assert body["articles"] == ["11", "12"]
    assert PriceListRun.objects.count() == runs


def test_what_a_check_left_unchanged_is_judged_by_its_application(
    pat, checked, applied
):
    load(pat, HEAD + GREEN + BLACK)
    check = checked(HEAD + CHEAPER + BLACK)
    change_price(Offer.objects.get(article="12"))

    run = applied(check)

    assert (run.state, run.findings[-1]["field"]) == ("refused", "12")


def test_goods_sold_since_do_not_refuse_the_list(pat, checked, applied):
    load(pat, HEAD + GREEN + BLACK)
    check = checked(HEAD + GREEN + BLACK)
    green = Offer.objects.get(article="11")
    take_stock(quantities={green.pk: 2}, document="order:1")

    run = applied(check)

    assert (run.state, counters(run)) == ("done", (0, 1, 1, 0))
    assert Offer.objects.get(article="11").stock == 5


def test_a_check_can_be_applied_again_only_if_all_is_as_before(pat, checked, applied):
    check = checked(HEAD + GREEN)
    applied(check)

    answer = make_client(pat).post(f"{RUNS}{check.pk}/apply/")

    assert assert_problem(answer, 409, "shop-changed")["articles"] == ["11"]


def test_only_a_check_that_went_well_can_be_applied(pat, checked, sam):
    client = make_client(pat)
    broken = checked(HEAD + GREEN.replace("117647.06", "cheap"))
    done = load(pat, HEAD + GREEN)

    for run in (broken, done):
        answer = client.post(f"{RUNS}{run.pk}/apply/")
        assert_problem(answer, 409, "check-not-applicable")
    foreign = submit_price_list(user=sam, content=b"x", source="x", check_only=True)
    assert_problem(client.post(f"{RUNS}{foreign.pk}/apply/"), 404, "not-found")


def test_warnings_refuse_where_that_was_asked_for(pat, checked):
    load(pat, HEAD + GREEN)
    leap = HEAD + GREEN.replace("117647.06", "50000")

    calm, strict = checked(leap), checked(leap, refuse_warnings=True)

    message = "goods[0] 'Green tea': price leaps from 117647.06 to 50000.00"
    assert [
        (f["line"], f["code"], Finding.kept(f).message()) for f in strict.findings
    ] == [(6, "price-jump", message)]
    assert (calm.state, strict.state) == ("done", "refused")


def test_good_rows_alone_leave_the_bad_ones_as_they_are(pat, checked, applied):
    load(pat, HEAD + GREEN + BLACK)
    text = HEAD + GREEN.replace("117647.06", "cheap") + BLACK.replace("200", "210")

    run = applied(checked(text, good_rows_only=True))

    assert (run.state, run.refused_count, counters(run)) == ("done", 1, (0, 1, 0, 0))
    assert facts() == [
        ("11", Decimal("117647.06"), 5, False, "Green tea"),
        ("12", Decimal("210.00"), 7, False, "Black tea"),
    ]


def test_good_rows_alone_need_a_file_that_is_read_to_its_end(checked):
    assert checked(HEAD + GREEN + "- ]", good_rows_only=True).state == "refused"
    assert checked(HEAD.replace("Tea House", "") + GREEN).state == "refused"


def test_none_of_two_goods_with_one_id_is_a_good_row(checked):
    run = checked(HEAD + GREEN + GREEN + BLACK, good_rows_only=True)

    assert (run.state, run.refused_count, run.created_count) == ("done", 2, 1)


def test_options_and_progress_come_through_the_door(
    pat, letters: Callable[[], list[str]]
):
    client = make_client(pat)
    sent = send(client, HEAD + GREEN, check_only=True, good_rows_only=True)
    letters()

    run = client.get(sent["Location"]).json()

    assert (run["good_rows_only"], run["refuse_warnings"]) == (True, False)
    assert run["progress"] == {
        "goods_total": 1,
        "goods_read": 1,
        "goods_checked": 1,
        "goods_applied": 0,
        "estimated_end": None,
    }


@pytest.mark.parametrize(
    ("kind", "read", "checked", "applied", "seconds"),
    [
        # A check reads for 4 of 5 parts of its time.
        ("check", 50, 0, 0, 25),
        ("check", 100, 50, 0, 11),
        # Without a check before, an application reads for 4 of 17 parts.
        ("apply", 50, 0, 0, 85),
        ("apply", 100, 100, 50, 15),
        # What a check has read, and an undo, has one part only.
        ("apply of a check", 100, 100, 25, 40),
        ("undo", 0, 0, 25, 40),
    ],
)
def test_the_end_is_estimated_by_what_each_part_takes(
    kind: str, read: int, checked: int, applied: int, seconds: int
) -> None:
    now = timezone.now()
    earlier = PriceListRun(pk=1)
    run = PriceListRun(
        kind=kind.partition(" ")[0],
        state="running",
        started_at=now - timedelta(seconds=10),
        check_run=earlier if "of" in kind else None,
        undone_run=earlier if kind == "undo" else None,
        goods_total=100,
        goods_read=read,
        goods_checked=checked,
        goods_applied=applied,
    )

    end = run.estimated_end

    assert end is not None
    assert abs((end - run.started_at).total_seconds() - seconds) <= 1


def test_an_offer_on_a_card_that_staff_made_stays_there(pat):
    load(pat, HEAD + GREEN)
    offer = Offer.objects.get()
    card = Product.objects.create(name="Best of Uji", slug="uji")
    offer.product = card
    save_offer(offer=offer, document="user:1")
    before = model_to_dict(card)

    run = load(pat, HEAD + CHEAPER)

    assert counters(run) == (0, 1, 0, 0)
    offer.refresh_from_db()
    card.refresh_from_db()
    assert (offer.product, offer.price) == (card, Decimal("99990.00"))
    summary = {"best_offer", "price_from", "in_stock"}
    now = model_to_dict(card)
    assert {k: v for k, v in now.items() if k not in summary} == {
        k: v for k, v in before.items() if k not in summary
    }


def test_what_a_check_found_is_kept_for_a_week(pat, checked):
    load(pat, HEAD + GREEN)
    check = checked(HEAD + CHEAPER)
    tidy(timezone.now() + timedelta(days=6))
    assert check.changes.exists()

    tidy(timezone.now() + timedelta(days=8))

    assert not check.changes.exists()
    answer = make_client(pat).post(f"{RUNS}{check.pk}/apply/")
    assert_problem(answer, 409, "check-not-applicable")
    applied = PriceListRun.objects.get(kind="apply")
    assert applied.changes.exists()
