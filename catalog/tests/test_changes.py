"""Bulk changes: previewed, applied once, undone exactly; what moved is named."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.exceptions import FieldRefused, NothingToUndo, RowsMoved, TooManyRows
from catalog.models import (
    Category,
    Change,
    ChangeSet,
    Offer,
    PriceChange,
    Product,
    StockMovement,
)
from catalog.services import (
    ActiveDeed,
    CategoryDeed,
    ListingDeed,
    PriceDeed,
    StockDeed,
    apply_change,
    audit_stock,
    change_offer,
    correct_stock,
    preview_change,
    preview_undo,
    retire_product,
    take_stock,
    undo_change,
)
from catalog.tests.factories import make_offer, make_offers, make_product
from orders.tests.test_oversell import in_parallel

pytestmark = pytest.mark.django_db
SAM = "user:1"


def preview(deed: Any, *rows: Offer | Product) -> ChangeSet:
    things = [row.pk for row in rows]
    return preview_change(deed=deed, things=things, document=SAM, note="Autumn")


def apply(change_set: ChangeSet) -> ChangeSet:
    return apply_change(pk=change_set.pk, document=SAM, now=timezone.now())


def done(deed: Any, *rows: Offer | Product) -> ChangeSet:
    return apply(preview(deed, *rows))


def undo(change_set: ChangeSet, **options: bool) -> ChangeSet:
    now = timezone.now()
    return undo_change(pk=change_set.pk, document=SAM, now=now, **options)


def counts(change_set: ChangeSet) -> tuple[int, int, int]:
    change_set.refresh_from_db()
    return (
        change_set.changed_count,
        change_set.unchanged_count,
        change_set.refused_count,
    )


def prices(offer: Offer) -> tuple[str, str | None]:
    offer.refresh_from_db()
    discount = offer.discount_price
    return str(offer.regular_price), None if discount is None else str(discount)


def percent(value: int | str, **more: Any) -> PriceDeed:
    return PriceDeed(how="percent", value=Decimal(value), **more)


def amount(value: str, **more: Any) -> PriceDeed:
    return PriceDeed(how="amount", value=Decimal(value), **more)


PRICES: list[tuple[PriceDeed, tuple[str, str | None], tuple[str, str | None]]] = [
    (percent(5), ("100.00", None), ("105.00", None)),
    (percent(5), ("99.99", "50.00"), ("104.99", "52.50")),
    (percent("-12.5", rounding="1"), ("99.99", None), ("87.00", None)),
    (percent(5, prices="regular"), ("100.00", "50.00"), ("105.00", "50.00")),
    (percent(5, prices="discount"), ("100.00", "50.00"), ("100.00", "52.50")),
    (percent(5, rounding="x.99"), ("100.00", None), ("104.99", None)),
    (percent(5, rounding="x9"), ("1990.00", None), ("2089.00", None)),
    (percent(5, rounding="50"), ("1000.00", None), ("1050.00", None)),
    (percent(0, rounding="10"), ("995.00", None), ("1000.00", None)),
    (amount("-0.50", rounding="0.10"), ("10.77", "9.00"), ("10.30", "8.50")),
    (PriceDeed("set", Decimal("7")), ("100.00", None), ("7.00", None)),
    (
        PriceDeed("set", Decimal("7"), prices="discount"),
        ("100.00", None),
        ("100.00", "7.00"),
    ),
    (
        PriceDeed("sale", Decimal(30), rounding="x9"),
        ("100.00", "99.00"),
        ("100.00", "69.00"),
    ),
    (PriceDeed("end-sale"), ("100.00", "99.00"), ("100.00", None)),
]


@pytest.mark.parametrize(("deed", "before", "after"), PRICES)
def test_a_price_becomes_what_was_asked_and_comes_back(
    deed: PriceDeed, before: tuple[str, str | None], after: tuple[str, str | None]
) -> None:
    tea = make_offer(price=before[0], discount=before[1])

    applied = done(deed, tea)

    assert prices(tea) == after
    last = PriceChange.objects.get()
    paid = Decimal(after[1] or after[0])
    assert (last.price, last.document) == (paid, f"change-set:{applied.pk}")
    tea.product.refresh_from_db()
    assert tea.product.price_from == paid

    back = undo(applied)

    assert prices(tea) == before
    assert PriceChange.objects.latest("pk").document == f"change-set:{back.pk}"


REFUSED: list[tuple[Any, str]] = [
    (amount("-100"), "min_value"),
    (percent(-100), "min_value"),
    (PriceDeed("set", Decimal(10**9), prices="discount"), "not_below_regular"),
    (PriceDeed("sale", Decimal(0)), "not_below_regular"),
    (amount("9999999999"), "max_value"),
    (StockDeed("by", -11), "below_zero"),
    (StockDeed("to", 1_000_001), "max_value"),
]


@pytest.mark.parametrize(("deed", "why"), REFUSED)
def test_a_row_that_cannot_be_so_is_named_and_left_out(deed: Any, why: str) -> None:
    bad = make_offer(price="100", stock=10)

    shown = preview(deed, bad)

    assert counts(shown) == (0, 0, 1)
    assert Change.objects.get().refusal == why
    assert Change.Refusal(why).label
    apply(shown)
    assert prices(bad) == ("100.00", None)
    assert (bad.stock, PriceChange.objects.count()) == (10, 0)


def test_the_good_rows_are_changed_beside_refused_and_unchanged_ones() -> None:
    dear, cheap, same = (make_offer(price=p) for p in ("100", "10", "50"))
    same.regular_price = Decimal("50")

    shown = preview(PriceDeed("set", Decimal(50), prices="discount"), dear, cheap)
    applied = apply(shown)

    assert counts(applied) == (1, 0, 1)
    assert prices(dear) == ("100.00", "50.00")
    assert prices(cheap) == ("10.00", None)
    assert counts(done(PriceDeed("set", Decimal(50)), same)) == (0, 1, 0)


def test_stock_moves_by_differences_with_a_reason_and_back() -> None:
    tea, milk = make_offers(2, stock=10)

    applied = done(StockDeed("by", -4), tea, milk)
    take_stock(quantities={tea.pk: 5}, document="order:1")
    back = undo(applied)

    stocks = Offer.objects.order_by("pk").values_list("stock", flat=True)
    assert list(stocks) == [5, 10]  # what was sold stays sold
    move = StockMovement.objects.filter(document=f"change-set:{applied.pk}").first()
    assert move is not None
    assert (move.delta, move.note, move.reason) == (-4, "Autumn", "manual")
    assert counts(back) == (2, 0, 0)
    assert audit_stock()[1] == []


def test_an_undo_of_added_stock_that_was_sold_stops_at_nothing() -> None:
    tea = make_offer(stock=1)

    applied = done(StockDeed("by", 10), tea)
    take_stock(quantities={tea.pk: 9}, document="order:1")
    undo(applied)

    tea.refresh_from_db()
    assert tea.stock == 0
    assert audit_stock()[1] == []


def test_a_difference_holds_although_something_was_sold_since_the_preview() -> None:
    tea = make_offer(stock=10)
    shown = preview(StockDeed("by", 5), tea)
    take_stock(quantities={tea.pk: 9}, document="order:1")

    apply(shown)

    tea.refresh_from_db()
    assert tea.stock == 6


@pytest.mark.parametrize("deed", [StockDeed("to", 3), StockDeed("by", -10)])
def test_a_count_and_a_difference_too_much_are_refused_after_a_sale(deed: Any) -> None:
    tea = make_offer(stock=10)
    shown = preview(deed, tea)
    take_stock(quantities={tea.pk: 1}, document="order:1")

    with pytest.raises(RowsMoved) as refusal:
        apply(shown)

    (row,) = refusal.value.rows
    assert (row.name, row.shown, row.current) == (
        tea.product.name,
        {"stock": 10},
        {"stock": 9},
    )
    tea.refresh_from_db()
    assert tea.stock == 9


def test_offers_are_withdrawn_and_listed_again() -> None:
    tea, gone = make_offers(2)
    done(ListingDeed(is_withdrawn=True), gone)

    applied = done(ListingDeed(is_withdrawn=True), tea, gone)

    assert counts(applied) == (1, 1, 0)
    tea.product.refresh_from_db()
    assert tea.product.best_offer is None
    undo(applied)
    listed = Offer.objects.order_by("pk").values_list("is_withdrawn", flat=True)
    assert list(listed) == [False, True]
    tea.product.refresh_from_db()
    assert tea.product.best_offer == tea


def test_products_are_hidden_and_shown_again() -> None:
    tea = make_offer().product

    applied = done(ActiveDeed(is_active=False), tea)

    tea.refresh_from_db()
    assert (tea.is_active, tea.best_offer) == (False, None)
    undo(applied)
    tea.refresh_from_db()
    assert tea.is_active
    assert tea.best_offer is not None


@pytest.mark.parametrize(
    ("how", "after"),
    [("move", ["Tea"]), ("add", ["Drinks", "Tea"]), ("remove", ["Drinks"])],
)
def test_products_move_between_categories_and_back(how: Any, after: list[str]) -> None:
    drinks, tea = (Category.objects.create(name=n, slug=n) for n in ("Drinks", "Tea"))
    start = [drinks, tea] if how == "remove" else [drinks]
    green = make_product(categories=start)

    applied = done(CategoryDeed(how, tea.pk), green)

    names = green.categories.order_by("name").values_list("name", flat=True)
    assert list(names) == after
    undo(applied)
    assert list(green.categories.order_by("pk")) == start


def test_a_category_that_is_gone_stays_gone() -> None:
    drinks, tea = (Category.objects.create(name=n, slug=n) for n in ("Drinks", "Tea"))
    green = make_product(categories=[drinks])
    applied = done(CategoryDeed("move", tea.pk), green)
    drinks.delete()

    undo(applied)

    assert list(green.categories.all()) == []
    with pytest.raises(FieldRefused):
        preview(CategoryDeed("add", drinks.pk or 999_999), green)


def test_a_row_that_moved_since_the_preview_refuses_all_of_them() -> None:
    tea, milk = make_offers(2, price="100")
    shown = preview(percent(5), tea, milk)
    change_offer(pk=milk.pk, values={"regular_price": Decimal(90)}, document=SAM)

    with pytest.raises(RowsMoved) as refusal:
        apply(shown)

    (row,) = refusal.value.rows
    assert row.name == milk.product.name
    assert row.shown == {"regular_price": "100.00", "discount_price": None}
    assert row.current == {"regular_price": "90.00", "discount_price": None}
    assert prices(tea) == ("100.00", None)
    assert not ChangeSet.objects.get().is_applied


def test_a_double_click_applies_once() -> None:
    tea = make_offer(price="100")
    shown = preview(percent(10), tea)

    apply(shown)
    apply(shown)

    assert prices(tea) == ("110.00", None)
    assert PriceChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_apply_and_undo_once() -> None:
    tea = make_offer(price="100")
    shown = preview(percent(10), tea)

    in_parallel([lambda: apply(shown)] * 2)
    assert prices(tea) == ("110.00", None)

    answers = in_parallel([lambda: _undone(shown)] * 2)
    assert sorted(answers) == [False, True]
    assert prices(tea) == ("100.00", None)
    assert PriceChange.objects.count() == 2


def _undone(change_set: ChangeSet) -> bool:
    try:
        undo(change_set)
    except NothingToUndo:
        return False
    return True


def test_what_was_edited_since_is_named_and_kept_unless_forced() -> None:
    tea, milk, salt = make_offers(3, price="100")
    applied = done(percent(10), tea, milk, salt)
    change_offer(pk=milk.pk, values={"regular_price": Decimal(90)}, document=SAM)

    back = undo(applied)

    assert counts(back) == (2, 0, 1)
    kept = back.changes.get(refusal="edited_since")
    assert (kept.name, kept.before["regular_price"]) == (milk.product.name, "90.00")
    assert [prices(offer)[0] for offer in (tea, milk, salt)] == [
        "100.00",
        "90.00",
        "100.00",
    ]
    applied.refresh_from_db()
    assert (applied.undone_count, applied.can_be_undone) == (2, True)

    rest = undo(applied, is_forced=True)

    assert counts(rest) == (1, 0, 0)
    assert prices(milk) == ("100.00", None)
    with pytest.raises(NothingToUndo):
        undo(applied)


def test_an_undo_can_be_undone() -> None:
    tea = make_offer(price="100")
    applied = done(percent(10), tea)

    back = undo(applied)
    undo(back)

    assert prices(tea) == ("110.00", None)


def test_an_undo_is_shown_before_it_is_done() -> None:
    tea = make_offer(price="100")
    applied = done(percent(10), tea)

    shown = preview_undo(pk=applied.pk, document=SAM)

    assert prices(tea) == ("110.00", None)
    change = shown.changes.get()
    assert (change.before["regular_price"], change.after["regular_price"]) == (
        "110.00",
        "100.00",
    )
    with pytest.raises(NothingToUndo):
        preview_undo(pk=shown.pk, document=SAM)


def test_what_is_deleted_since_is_named() -> None:
    card = make_product()
    applied = done(ActiveDeed(is_active=False), card)
    retire_product(pk=card.pk)

    back = undo(applied)

    assert back.changes.get().refusal == "gone"
    applied.refresh_from_db()
    assert not applied.can_be_undone


def test_a_deletion_since_the_preview_is_a_difference() -> None:
    card = make_product()
    shown = preview(ActiveDeed(is_active=False), card)
    retire_product(pk=card.pk)

    with pytest.raises(RowsMoved) as refusal:
        apply(shown)

    assert [row.current for row in refusal.value.rows] == [None]


def test_a_selection_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.services.changes.previewing.MOST_CHANGES", 1)

    with pytest.raises(TooManyRows):
        preview(percent(5), *make_offers(2))

    assert ChangeSet.objects.count() == 0


def test_it_takes_the_same_statements_for_2_rows_and_for_40() -> None:
    offers = make_offers(42, price="100", stock=5)
    taken = []
    for some in (offers[:2], offers[2:]):
        with CaptureQueriesContext(connection) as queries:
            applied = done(percent(10), *some)
            undo(applied)
        taken.append(len(queries))

    assert taken[0] == taken[1]
    assert taken[0] <= 50


def test_a_manual_correction_is_not_taken_back_by_an_undo_of_stock() -> None:
    tea = make_offer(stock=10)
    applied = done(StockDeed("to", 20), tea)
    correct_stock(offer_id=tea.pk, delta=-3, document=SAM, note="broken")

    undo(applied)

    tea.refresh_from_db()
    assert tea.stock == 7
