"""An applied list is taken back exactly; what was edited since is named and kept."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from catalog.models import Brand, Category, Offer, PriceChange, Product, Shop
from catalog.services import audit_stock, save_offer, save_product, take_stock
from conftest import assert_problem, make_client
from partners.models import Membership, PriceListRun
from partners.price_list import Finding
from partners.services import submit_price_list
from partners.services.progress import Progress
from partners.services.runs import run_price_list, undo_run
from partners.tests.test_import import BLACK, GREEN, HEAD, load
from partners.tests.test_price_lists import RUNS

pytestmark = pytest.mark.django_db


def picture() -> dict[str, list[str]]:
    """Every row that a list may change, but for when it was last written."""
    models = (Category, Brand, Product, Product.categories.through, Shop, Membership)
    pictures = {}
    for model in (*models, Offer):
        names = [f.attname for f in model._meta.concrete_fields]
        hidden = {"updated_at"}
        if model is Product.categories.through:
            hidden.add("id")
        rows = model.objects.values_list(
            *[name for name in names if name not in hidden]
        )
        pictures[model.__name__] = sorted(map(str, rows))
    return pictures


def undo(applied: PriceListRun, **options: bool) -> PriceListRun:
    run = undo_run(applied=applied, **options)
    run_price_list.call(run.pk)
    run.refresh_from_db()
    return run


def told(run: PriceListRun) -> list[tuple[str, str]]:
    return [(f["field"], Finding.kept(f).message()) for f in run.findings]


def edit(article: str, **values: Any) -> None:
    offer = Offer.objects.get(article=article)
    for name, value in values.items():
        setattr(offer, name, value)
    save_offer(offer=offer, document="user:1")


def test_the_first_list_leaves_nothing_but_its_shop(pat: User) -> None:
    applied = load(pat, HEAD + GREEN + BLACK)

    run = undo(applied)

    assert (run.kind, run.state, run.withdrawn_count) == ("undo", "done", 2)
    left = {name: len(rows) for name, rows in picture().items()}
    empty = dict.fromkeys(left, 0)
    assert left == empty | {"Shop": 1, "Membership": 1}
    assert PriceChange.objects.count() == 0


def test_how_far_an_undo_is_is_told_while_it_runs(
    pat: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.services.applying.STEP", 1)
    applied = load(pat, HEAD + GREEN + BLACK)
    counts: list[int] = []

    def tell(self: Progress, **counters: int) -> None:
        counts.append(counters["goods_applied"])
        self._run.goods_applied = counters["goods_applied"]

    monkeypatch.setattr(Progress, "tell", tell)
    run = undo(applied)

    assert (run.goods_applied, run.goods_total) == (2, 2)
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2}


def test_values_cards_links_and_withdrawn_offers_come_back(pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    before = picture()
    other = GREEN.replace("Green tea", "Sencha").replace("117647.06", "5")
    other = other.replace("category: 2", "category: 3").replace("leaf/", "twig/")
    head = HEAD.replace("goods:", "  - {id: 3, name: Uji}\ngoods:")
    applied = load(
        pat, head + other + BLACK.replace("12", "13").replace("Black", "Red")
    )
    assert picture() != before

    run = undo(applied)

    assert told(run) == []
    assert picture() == before
    assert audit_stock()[1] == []
    green = Offer.objects.get(article="11")
    last = green.price_changes.latest("pk")
    assert (last.price, last.document) == (green.price, f"price-list-run:{run.pk}")


def test_what_was_sold_meanwhile_stays_sold(pat: User) -> None:
    load(pat, HEAD + GREEN)
    applied = load(pat, HEAD + GREEN.replace("quantity: 5", "quantity: 20") + BLACK)
    ids = dict(Offer.objects.values_list("article", "pk"))
    take_stock(quantities={ids["11"]: 3, ids["12"]: 1}, document="order:1")

    undo(applied)

    offers = Offer.objects.order_by("pk").values_list(
        "article", "stock", "is_withdrawn"
    )
    assert list(offers) == [("11", 2, False), ("12", 0, True)]
    assert audit_stock()[1] == []


def test_stock_never_falls_below_zero(pat: User) -> None:
    load(pat, HEAD + GREEN)
    applied = load(pat, HEAD + GREEN.replace("quantity: 5", "quantity: 20"))
    green = Offer.objects.get(article="11")
    take_stock(quantities={green.pk: 18}, document="order:1")

    undo(applied)

    green.refresh_from_db()
    assert green.stock == 0
    assert audit_stock()[1] == []


def test_what_was_edited_since_is_named_and_kept(pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    cheap = GREEN.replace("117647.06", "90000").replace("100,", "200,")
    applied = load(pat, HEAD + cheap + BLACK.replace("200", "220"))
    edit("11", regular_price=Decimal(95000))

    run = undo(applied)

    message = "'Green tea': the offer was edited since, and is kept."
    assert told(run) == [("11", message)]
    prices = dict(Offer.objects.values_list("article", "price"))
    assert prices == {"11": Decimal(95000), "12": Decimal(200)}
    assert (run.changed_count, run.unchanged_count) == (1, 1)


def test_an_edited_card_is_kept(pat: User) -> None:
    load(pat, HEAD + GREEN)
    applied = load(pat, HEAD + GREEN.replace("100,", "200,"))
    product = Product.objects.get()
    product.description = "From Uji."
    save_product(product=product)

    run = undo(applied)

    assert told(run) == [("11", "'Green tea': the card was edited since, and is kept.")]
    product.refresh_from_db()
    assert (product.description, product.attributes["Weight (g)"]) == ("From Uji.", 200)


def test_force_takes_back_what_was_edited_too(pat: User) -> None:
    load(pat, HEAD + GREEN)
    before = picture()
    applied = load(pat, HEAD + GREEN.replace("117647.06", "90000"))
    edit("11", regular_price=Decimal(95000), is_withdrawn=True)

    run = undo(applied, force=True)

    assert told(run) == []
    assert picture() == before


def test_a_new_card_that_another_shop_sells_too_stays(pat: User, sam: User) -> None:
    applied = load(pat, HEAD + GREEN)
    load(sam, HEAD + GREEN)

    undo(applied)

    product = Product.objects.get()
    assert product.offers.get().shop.memberships.get().user == sam
    assert product.best_offer == product.offers.get()


def test_undone_once_and_only_what_was_applied(
    pat: User, ann: User, letters: Callable[[], list[str]]
) -> None:
    applied = load(pat, HEAD + GREEN)
    client = make_client(pat)

    first = client.post(f"{RUNS}{applied.pk}/undo/")
    letters()

    assert first.status_code == 202
    run = client.get(first["Location"]).json()
    assert (run["kind"], run["state"], run["undone_id"]) == ("undo", "done", applied.pk)
    for pk in (applied.pk, run["id"]):
        again = client.post(f"{RUNS}{pk}/undo/", {"force": True})
        assert_problem(again, 409, "undo-not-possible")
    assert_problem(make_client(ann).post(f"{RUNS}{applied.pk}/undo/"), 403, "forbidden")


def test_an_older_list_may_come_again_after_a_newer_one_was_undone(
    pat: User, letters: Callable[[], list[str]]
) -> None:
    old = submit_price_list(user=pat, content=(HEAD + GREEN).encode(), source="old")
    undo(load(pat, HEAD + BLACK))
    letters()

    old.refresh_from_db()
    assert old.state == "done"


def test_the_change_set_is_paged_by_kind(pat: User, sam: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    red = BLACK.replace("12", "13").replace("Black", "Red")
    run = load(pat, HEAD + GREEN.replace("117647.06", "90000") + red)
    client, address = make_client(pat), f"{RUNS}{run.pk}/changes/"

    changed = client.get(address, {"kind": "changed"}).json()
    everything = client.get(address).json()

    (row,) = changed["results"]
    assert (changed["count"], row["article"], row["line"]) == (1, "11", 6)
    assert row["values"] == [
        {"field": "regular_price", "before": "117647.06", "after": "90000.00"}
    ]
    kinds = [(r["kind"], r["name"], r["card"]) for r in everything["results"]]
    assert kinds == [
        ("changed", "Green tea", ""),
        ("new", "Red tea", "made"),
        ("withdrawn", "Black tea", ""),
    ]
    assert_problem(client.get(address, {"kind": "odd"}), 400, "invalid")
    assert_problem(client.get(f"{RUNS}{run.pk + 1}/changes/"), 404, "not-found")


GOODS = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["1", "2"]),
        "name": st.sampled_from(["Green", "Black", "Red"]),
        "model": st.sampled_from(["leaf/a", "twig/b"]),
        "price": st.sampled_from(["10", "20.50"]),
        "quantity": st.integers(0, 3),
        "parameters": st.sampled_from(["{}", '{"Weight (g)": 100}']),
    }
)
LISTS = st.dictionaries(st.sampled_from("abcd"), GOODS, min_size=1)


def write(goods: dict[str, dict[str, object]]) -> str:
    text = HEAD
    for article, good in goods.items():
        pairs = ", ".join(f"{key}: {value}" for key, value in good.items())
        text += f"  - {{id: {article}, {pairs}}}\n"
    return text


@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=LISTS,
    second=LISTS,
    edited=st.sets(st.sampled_from("abcd")),
    sold=st.sets(st.sampled_from("abcd")),
    force=st.booleans(),
)
def test_undo_keeps_edits_unless_forced_and_sales_always(
    pat, first, second, edited, sold, force
):
    with transaction.atomic():
        load(pat, write(first))
        before = {o.article: o for o in Offer.objects.all()}
        applied = load(pat, write(second))
        listed = Offer.objects.filter(is_withdrawn=False)
        for offer in listed.filter(article__in=edited):
            offer.regular_price = Decimal("77.77")
            save_offer(offer=offer, document="user:1")
        gone = listed.filter(article__in=sold, stock__gt=0)
        take_stock(quantities=dict.fromkeys([o.pk for o in gone], 1), document="o:1")
        changed = set(applied.changes.values_list("article", flat=True))
        touched = {o.article for o in listed if o.regular_price == Decimal("77.77")}

        run = undo(applied, force=force)

        kept = {f["field"] for f in run.findings if f["code"] == "edited-since"}
        assert (touched & changed <= kept) if not force else not kept
        for offer in Offer.objects.filter(article__in=before):
            old = before[offer.article]
            is_kept = offer.article in touched and (
                not force or offer.article not in changed
            )
            price = Decimal("77.77") if is_kept else old.regular_price
            assert offer.regular_price == price
            assert offer.stock >= 0
        assert audit_stock()[1] == []
        transaction.set_rollback(True)


@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=LISTS, second=LISTS, foreign=LISTS, sold=st.lists(st.sampled_from("abcd")))
def test_import_and_undo_leave_every_table_as_it_was(
    pat, sam, first, second, foreign, sold
):
    with transaction.atomic():
        load(sam, write(foreign))
        load(pat, write(first))
        before, stock = picture(), dict(Offer.objects.values_list("pk", "stock"))

        undo(load(pat, write(second)))

        assert picture() == before
        applied = load(pat, write(second))
        offers = Offer.objects.filter(
            shop__memberships__user=pat, stock__gt=0, is_withdrawn=False
        )
        gone = dict.fromkeys(
            offers.filter(article__in=sold).values_list("pk", flat=True), 1
        )
        take_stock(quantities=gone, document="order:1")

        undo(applied)

        old = {pk: max(0, number - gone.get(pk, 0)) for pk, number in stock.items()}
        now = dict(Offer.objects.values_list("pk", "stock"))
        assert {pk: now[pk] for pk in old} == old
        assert audit_stock()[1] == []
        transaction.set_rollback(True)
