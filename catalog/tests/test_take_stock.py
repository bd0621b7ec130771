"""Stock leaves whole or not at all, and the ledger knows where it went."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from catalog.exceptions import OutOfStock, Shortage, StockChanged
from catalog.models import Offer, Product, StockMovement
from catalog.services import correct_stock, return_stock, switch_shop, take_stock
from catalog.tests.factories import make_offer, make_product

pytestmark = pytest.mark.django_db


def ledger(offer: Offer) -> list[tuple[int, int, str, str]]:
    rows = offer.movements.order_by("pk")
    return list(rows.values_list("delta", "balance", "reason", "document"))


def test_taking_writes_the_ledger() -> None:
    tea = make_offer(stock=10)

    take_stock(quantities={tea.pk: 3}, document="order:7")

    tea.refresh_from_db()
    assert tea.stock == 7
    assert ledger(tea) == [(10, 10, "import", "test"), (-3, 7, "order", "order:7")]


def test_one_short_line_of_many_takes_nothing_and_names_every_shortage() -> None:
    tea, milk, salt = make_offer(stock=5), make_offer(stock=1), make_offer(stock=0)

    with pytest.raises(OutOfStock) as refusal:
        take_stock(
            quantities={tea.pk: 2, milk.pk: 2, salt.pk: 1, 999_999: 1}, document="o"
        )

    assert refusal.value.shortages == [
        Shortage(milk.pk, milk.product.name, 2, 1),
        Shortage(salt.pk, salt.product.name, 1, 0),
        Shortage(999_999, "", 1, 0),
    ]
    assert Offer.objects.aggregate(Sum("stock"))["stock__sum"] == 6
    assert StockMovement.objects.filter(reason="order").count() == 0


def test_a_withdrawn_offer_and_a_closed_shop_have_nothing_to_take() -> None:
    gone, closed = make_offer(stock=5), make_offer(stock=5)
    Offer.objects.filter(pk=gone.pk).update(is_withdrawn=True)

    with pytest.raises(OutOfStock):
        take_stock(quantities={gone.pk: 1}, document="o")
    switch_shop(shop=closed.shop, accepts_orders=False)
    with pytest.raises(OutOfStock):
        take_stock(quantities={closed.pk: 1}, document="o")
    switch_shop(shop=closed.shop, accepts_orders=True)
    take_stock(quantities={closed.pk: 1}, document="o")


def test_returned_stock_is_back_with_a_row_of_its_own() -> None:
    tea = make_offer(stock=2)
    take_stock(quantities={tea.pk: 2}, document="order:7")

    return_stock(quantities={tea.pk: 2}, document="order:7")

    assert ledger(tea)[1:] == [
        (-2, 0, "order", "order:7"),
        (2, 2, "cancel", "order:7"),
    ]


def test_a_correction_is_a_difference_and_stops_at_zero() -> None:
    tea = make_offer(stock=2)

    correct_stock(offer_id=tea.pk, delta=-1, document="user:1")
    with pytest.raises(StockChanged) as refusal:
        correct_stock(offer_id=tea.pk, delta=-2, document="user:1")

    tea.refresh_from_db()
    assert (tea.stock, refusal.value.available) == (1, 1)


def test_the_database_itself_refuses_negative_stock() -> None:
    tea = make_offer(stock=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=tea.pk).update(stock=-1)


def test_selling_out_moves_the_summary_to_the_next_offer() -> None:
    product = make_product()
    cheap = make_offer(product=product, stock=1, price="90")
    dear = make_offer(product=product, stock=1, price="95")
    seen = Product.objects.filter(pk=product.pk).values_list(
        "best_offer", "price_from", "in_stock"
    )
    assert seen.get() == (cheap.pk, cheap.price, True)

    take_stock(quantities={cheap.pk: 1}, document="o")
    assert seen.get() == (dear.pk, dear.price, True)
    take_stock(quantities={dear.pk: 1}, document="o")
    assert seen.get() == (cheap.pk, cheap.price, False)
