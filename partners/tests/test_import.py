"""A price list is applied whole or not at all, and the ledger and change set know."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalog.models import Category, Offer, Product, Shop, StockMovement
from catalog.services import refresh_summaries
from partners.exceptions import NotAPartner, PriceListInvalid
from partners.models import Membership, OfferChange, PriceList, PriceListRun
from partners.services import import_price_list, submit_price_list

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3] / "shared" / "pricelists"

HEAD = """shop: Tea House
categories:
  - {id: 1, name: Kitchen}
  - {id: 2, name: Tea, parent: 1}
goods:
"""
GREEN = """  - id: 11
    category: 2
    name: Green tea
    model: leaf/green
    price: 117647.06
    price_rrc: 120000
    quantity: 5
    parameters: {"Weight (g)": 100, "Organic": true, "Color": green}
"""
BLACK = """  - id: 12
    category: 2
    name: Black tea
    model: leaf/black
    price: 200
    quantity: 7
"""
SUMMARY = ("pk", "best_offer", "price_from", "in_stock")


def load(user: User | None, text: str) -> PriceListRun:
    return import_price_list(
        user=user, content=text.encode(), source="list.yaml", now=timezone.now()
    )


def counters(run: PriceListRun) -> tuple[int, int, int, int]:
    return (
        run.created_count,
        run.changed_count,
        run.unchanged_count,
        run.withdrawn_count,
    )


def test_a_list_becomes_offers_with_exact_money_and_a_ledger(pat: User) -> None:
    run = load(pat, HEAD + GREEN + BLACK)

    assert (run.state, counters(run)) == ("done", (2, 0, 0, 0))
    green = Offer.objects.select_related("product__brand", "shop").get(article="11")
    assert green.price == Decimal("117647.06")
    assert green.recommended_price == Decimal("120000.00")
    assert (green.stock, green.model) == (5, "leaf/green")
    assert (green.product.name, green.product.brand.name) == ("Green tea", "leaf")
    assert green.product.attributes == {
        "Weight (g)": 100,
        "Organic": True,
        "Color": "green",
    }
    tea = green.product.categories.get()
    assert (tea.name, tea.parent.name) == ("Tea", "Kitchen")
    assert green.product.best_offer_id == green.pk
    moves = StockMovement.objects.filter(document=f"price-list-run:{run.pk}")
    assert moves.aggregate(Sum("delta"))["delta__sum"] == 12
    assert Membership.objects.get().user == pat
    assert green.shop.email == "pat@example.com"


def test_the_same_list_again_changes_nothing(pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    before = list(Offer.objects.values()), StockMovement.objects.count()

    run = load(pat, HEAD + GREEN + BLACK)

    assert counters(run) == (0, 0, 2, 0)
    assert (list(Offer.objects.values()), StockMovement.objects.count()) == before


def test_a_new_list_changes_keeps_ids_and_withdraws_what_it_lacks(pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    ids = dict(Offer.objects.values_list("article", "pk"))

    run = load(pat, HEAD + GREEN.replace("117647.06", "99.90").replace("5\n", "3\n"))

    assert counters(run) == (0, 1, 0, 1)
    green, black = Offer.objects.get(pk=ids["11"]), Offer.objects.get(pk=ids["12"])
    assert (green.price, green.stock) == (Decimal("99.90"), 3)
    assert black.is_withdrawn
    assert black.product.__class__.objects.get(pk=black.product_id).best_offer is None
    change = OfferChange.objects.get(run=run, offer=green)
    assert (change.before["regular_price"], change.after["regular_price"]) == (
        "117647.06",
        "99.90",
    )
    for offer in (green, black):
        assert offer.stock == offer.movements.aggregate(s=Sum("delta"))["s"]


def test_a_withdrawn_good_comes_back_under_its_old_id(pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    black = Offer.objects.get(article="12")
    load(pat, HEAD + GREEN)

    load(pat, HEAD + GREEN + BLACK)

    black.refresh_from_db()
    assert not black.is_withdrawn
    assert Offer.objects.count() == 2


@pytest.mark.parametrize("is_open", [True, False])
def test_what_lists_show_is_as_if_every_card_were_summed_up_anew(
    pat: User, is_open: bool
) -> None:
    twin = BLACK.replace("id: 12", "id: 13").replace("200", "150")  # of the same card
    load(pat, HEAD + GREEN + BLACK + twin)
    Shop.objects.update(accepts_orders=is_open)
    refresh_summaries(Product.objects.values_list("pk", flat=True))
    moved = twin.replace("Black tea", "Oolong").replace("leaf/black", "leaf/oolong")
    sold_out = GREEN.replace("quantity: 5", "quantity: 0")
    new = GREEN.replace("id: 11", "id: 14").replace("Green", "White")

    for goods in (sold_out + BLACK + moved + new, BLACK + new, GREEN + BLACK + moved):
        load(pat, HEAD + goods)

        told = list(Product.objects.order_by("pk").values(*SUMMARY))
        refresh_summaries(Product.objects.values_list("pk", flat=True))
        assert told == list(Product.objects.order_by("pk").values(*SUMMARY))
        assert any(row["best_offer"] for row in told) == is_open


def test_cards_are_written_again_only_where_lists_show_something_else(
    pat: User,
) -> None:
    def summed_up(text: str) -> bool:
        with CaptureQueriesContext(connection) as queries:
            load(pat, HEAD + text)
        return any('SET "best_offer_id"' in query["sql"] for query in queries)

    assert not summed_up(GREEN + BLACK)  # new cards come with their summary
    assert not summed_up(GREEN.replace("quantity: 5", "quantity: 6") + BLACK)
    assert summed_up(GREEN.replace("quantity: 5", "quantity: 0") + BLACK)
    assert summed_up(GREEN.replace("117647.06", "117647.05") + BLACK)
    assert summed_up(GREEN)


def test_a_broken_list_changes_nothing_and_keeps_its_findings(pat: User) -> None:
    load(pat, HEAD + GREEN)
    before = list(Offer.objects.values())

    with pytest.raises(PriceListInvalid) as refusal:
        load(pat, HEAD + GREEN.replace("117647.06", "cheap") + BLACK)

    assert [(f.line, f.code) for f in refusal.value.findings] == [(10, "invalid-price")]
    assert list(Offer.objects.values()) == before
    run = PriceListRun.objects.latest("pk")
    assert (run.state, run.findings[0]["line"]) == ("refused", 10)


def test_a_failure_in_the_middle_leaves_nothing(
    pat: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("partners.services.applying.products_of", fail)
    with pytest.raises(RuntimeError):
        load(pat, HEAD + GREEN)

    left = (Offer, Product, Category, Shop, Membership, StockMovement)
    assert [model.objects.count() for model in left] == [0] * 6
    assert PriceListRun.objects.get().state == "running"


def test_two_shops_offer_one_product(pat: User, sam: User) -> None:
    load(pat, HEAD + GREEN)
    load(sam, HEAD.replace("Tea House", "Lavka") + GREEN.replace("117647.06", "100000"))

    product = Product.objects.get()
    prices = Offer.objects.by_price().values_list("shop__name", "price")
    assert list(prices) == [
        ("Lavka", Decimal("100000.00")),
        ("Tea House", Decimal("117647.06")),
    ]
    assert product.price_from == Decimal("100000.00")


def test_a_shared_card_is_not_changed_by_one_of_its_sellers(
    pat: User, sam: User
) -> None:
    load(pat, HEAD + GREEN)
    load(sam, HEAD + GREEN.replace('Color": green', 'Color": mud'))
    assert Product.objects.get().attributes["Color"] == "green"

    load(sam, HEAD + GREEN.replace("Green tea", "Sencha"))

    assert (
        Product.objects.get(name="Green tea").offers.get().shop.memberships.get().user
        == pat
    )
    assert (
        Product.objects.get(name="Sencha").offers.get().shop.memberships.get().user
        == sam
    )


def test_an_only_seller_renames_the_card(pat: User) -> None:
    load(pat, HEAD + GREEN)
    product = Product.objects.get()

    load(pat, HEAD + GREEN.replace("Green tea", "Sencha"))

    product.refresh_from_db()
    assert (Product.objects.count(), product.name) == (1, "Sencha")
    assert "sencha" in product.search_text


def test_a_new_good_may_take_the_old_name_of_another(pat: User) -> None:
    load(pat, HEAD + GREEN)

    load(pat, HEAD + GREEN.replace("Green tea", "Sencha") + GREEN.replace("11", "13"))

    named = Offer.objects.values_list("article", "product__name").order_by("article")
    assert list(named) == [("11", "Sencha"), ("13", "Green tea")]


def test_two_goods_may_swap_their_names(pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)

    load(
        pat,
        HEAD
        + GREEN.replace("Green tea", "Black tea").replace("leaf/green", "leaf/black")
        + BLACK.replace("Black tea", "Green tea").replace("leaf/black", "leaf/green"),
    )

    named = Offer.objects.values_list("article", "product__name").order_by("article")
    assert list(named) == [("11", "Black tea"), ("12", "Green tea")]


def test_the_same_name_from_another_account_is_another_shop(
    pat: User, sam: User
) -> None:
    load(pat, HEAD + GREEN)
    load(sam, HEAD + BLACK)

    assert Shop.objects.filter(name="Tea House").count() == 2
    assert not Offer.objects.filter(is_withdrawn=True).exists()


def test_a_buyer_may_not_send_lists(ann: User) -> None:
    with pytest.raises(NotAPartner):
        load(ann, HEAD + GREEN)

    assert PriceList.objects.count() == 0


def test_an_older_list_does_not_undo_a_newer_one(
    pat: User, letters: Callable[[], list[str]]
) -> None:
    old = submit_price_list(user=pat, content=(HEAD + GREEN).encode(), source="old")
    load(pat, HEAD + BLACK)
    letters()  # the worker gets to the older list last

    old.refresh_from_db()
    assert old.state == "superseded"
    assert Offer.objects.get().article == "12"


def test_a_check_does_everything_but_the_effect(
    pat: User, letters: Callable[[], list[str]]
) -> None:
    load(pat, HEAD + GREEN)
    before = list(Offer.objects.values()), Product.objects.count()

    run = submit_price_list(
        user=pat, content=(HEAD + BLACK).encode(), source="next", check_only=True
    )
    letters()

    run.refresh_from_db()
    assert (run.state, counters(run)) == ("done", (1, 0, 0, 1))
    assert (list(Offer.objects.values()), Product.objects.count()) == before


def test_the_command_tells_counts_and_findings(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(HEAD + GREEN)
    bad.write_text(HEAD + GREEN.replace("quantity: 5", "quantity: many"))
    out, err = StringIO(), StringIO()

    call_command("import_price_list", str(good), stdout=out, stderr=err)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("import_price_list", str(bad), stdout=out, stderr=err)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_price_list", str(tmp_path / "none.yaml"))
    with pytest.raises(CommandError, match="no account named nobody"):
        call_command("import_price_list", str(good), username="nobody")

    assert out.getvalue() == (
        "Tea House: 1 new, 0 changed, 0 unchanged, 0 withdrawn.\n"
    )
    assert f"{bad}:12:" in err.getvalue()


@pytest.mark.skipif(not REAL.is_dir(), reason="the real lists are not here")
def test_the_real_lists_come_in_with_a_second_offer_for_each_good() -> None:
    def real(number: str) -> PriceListRun:
        file = next(REAL.glob(f"{number}-*"))
        return import_price_list(
            user=None, content=file.read_bytes(), source=file.name, now=timezone.now()
        )

    assert counters(real("01")) == (14, 0, 0, 0)
    products = Product.objects.count()
    assert counters(real("03")) == (14, 0, 0, 0)
    assert Product.objects.count() == products
    assert all(product.offers.count() == 2 for product in Product.objects.all())
    assert [f["code"] for f in real("05").findings] == ["unknown-key"] * 2
    for number, line in (("06", 78), ("09", 12)):
        with pytest.raises(PriceListInvalid) as refusal:
            real(number)
        assert refusal.value.findings[0].line == line
    real("11")
    exact = Offer.objects.get(model="apple/iphone/xs-max512white")
    assert exact.recommended_price == Decimal("117647.06")
