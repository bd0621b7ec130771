"""What sells best comes first, by the orders of the last 90 days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from rest_framework.test import APIClient

from accounts.models import Customer
from catalog.models import Offer, Product
from catalog.services import save_product
from catalog.tests.factories import make_offer, make_offers, make_product
from config.management.commands.work import enqueue_count
from orders.models import Order
from orders.services import Delivery, count_sales, move_order, place_order

pytestmark = pytest.mark.django_db


def sell(guest: Customer, quantities: dict[Offer, int], days_ago: int = 0) -> Order:
    order = place_order(
        customer=guest,
        quantities={offer.pk: quantity for offer, quantity in quantities.items()},
        delivery=Delivery(email="ann@example.com"),
        actor=None,
        now=timezone.now() - timedelta(days=days_ago),
    )
    return order


def popularity() -> list[int]:
    rows = Product.objects.order_by("pk")
    return list(rows.values_list("popularity", flat=True))


def listed(ordering: str) -> list[str]:
    body = APIClient().get(f"/api/v1/products/?ordering={ordering}").json()
    return [product["name"] for product in body["results"]]


def test_units_sold_lately_are_counted_over_all_shops(guest: Customer) -> None:
    tea, pot, cup, _ = make_offers(4, stock=100)
    other = make_offer(product=tea.product, stock=100)
    sell(guest, {tea: 2, pot: 1})
    sell(guest, {other: 3}, days_ago=89)
    sell(guest, {cup: 7}, days_ago=91)

    assert count_sales.call() == 2

    assert popularity() == [5, 1, 0, 0]
    assert count_sales.call() == 0  # a second run changes nothing


def test_a_canceled_order_counts_no_more(guest: Customer) -> None:
    (tea,) = make_offers(1)
    order = sell(guest, {tea: 2})
    count_sales.call()
    assert popularity() == [2]
    move_order(order=order, to="canceled", actor=None, now=timezone.now())

    assert count_sales.call() == 1

    assert popularity() == [0]


def test_the_list_sorts_by_popularity_both_ways_and_by_cursor(guest: Customer) -> None:
    offers = [make_offer(product=make_product(name=name)) for name in "ABCD"]
    sell(guest, {offers[1]: 5, offers[2]: 9})
    count_sales.call()

    assert listed("popularity") == ["C", "B", "D", "A"]
    assert listed("-popularity") == ["A", "D", "B", "C"]
    address: str | None = "/api/v1/products/?ordering=popularity&page_size=1&cursor="
    walked = []
    while address:
        body = APIClient().get(address).json()
        walked += [product["name"] for product in body["results"]]
        address = body["next"]
    assert walked == ["C", "B", "D", "A"]


def test_saving_a_card_meanwhile_keeps_what_was_counted(guest: Customer) -> None:
    (tea,) = make_offers(1)
    card = Product.objects.get()
    sell(guest, {tea: 2})
    count_sales.call()

    save_product(product=card)

    assert popularity() == [2]


def test_counting_costs_a_flat_number_of_queries(
    guest: Customer, django_assert_num_queries: Any
) -> None:
    sell(guest, dict.fromkeys(make_offers(20), 1))

    # What sold, what was known; then a batch: begin, lock, write, end.
    with django_assert_num_queries(6):
        assert count_sales.call() == 20


def test_workers_ask_for_the_count_once_in_a_while(
    letters: Callable[[], list[str]], guest: Customer
) -> None:
    (tea,) = make_offers(1)
    sell(guest, {tea: 3})

    enqueue_count()
    enqueue_count()  # another worker

    asked = DBTaskResult.objects.filter(task_path=count_sales.module_path)
    assert asked.count() == 1
    letters()  # runs the waiting tasks
    assert popularity() == [3]
    enqueue_count()
    assert asked.count() == 1
