"""Races with real threads and real transactions, and the control that they can fail."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connections
from django.db.models import Sum

from accounts.services import open_guest
from catalog.models import Offer, StockMovement
from catalog.tests.factories import make_offer
from conftest import make_client
from orders.models import Order, OrderLine
from orders.tests.scenes import ANN, buy, fill_cart

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = "/api/v1/orders/"


def in_parallel(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run the jobs in threads that start together; each has its own connection."""
    barrier = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(index: int) -> None:
        close_old_connections()
        barrier.wait()
        try:
            results[index] = jobs[index]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[i]) for i in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def reconcile(offers: list[Offer], start: int) -> None:
    """Stock, ledger and orders tell the same story, to the unit."""
    for offer in offers:
        offer.refresh_from_db()
        moved = StockMovement.objects.filter(offer=offer).aggregate(Sum("delta"))
        sold = OrderLine.objects.filter(offer=offer).aggregate(Sum("quantity"))
        assert offer.stock == moved["delta__sum"]
        assert offer.stock == start - (sold["quantity__sum"] or 0)


@pytest.mark.parametrize(("wanted", "orders"), [(1, 10), (3, 3)])
def test_64_buyers_of_10_units_buy_exactly_what_is_there(
    wanted: int, orders: int
) -> None:
    tea = make_offer(stock=10)
    shoppers = [make_client(open_guest()) for _ in range(64)]
    quotes = [fill_cart(shopper, {tea: wanted}) for shopper in shoppers]

    answers = in_parallel(
        [
            lambda shopper=shopper, quote=quote: buy(shopper, quote)
            for shopper, quote in zip(shoppers, quotes, strict=True)
        ]
    )

    codes = Counter(answer.status_code for answer in answers)
    assert codes == {201: orders, 409: 64 - orders}
    refused = {a.json()["code"] for a in answers if a.status_code == 409}
    assert refused == {"out-of-stock"}
    assert Order.objects.count() == orders
    reconcile([tea], 10)


def test_without_the_lock_the_same_race_oversells() -> None:
    """The negative control: this harness does see overselling when it happens."""
    tea = make_offer(stock=10)
    meeting = threading.Barrier(64)

    def naive() -> bool:
        stock = Offer.objects.get(pk=tea.pk).stock
        meeting.wait()  # between check and write, where the lock would be
        if stock < 1:
            return False
        Offer.objects.filter(pk=tea.pk).update(stock=stock - 1)
        return True

    assert sum(in_parallel([naive] * 64)) > 10


def test_opposite_orders_of_goods_do_not_deadlock() -> None:
    offers = [make_offer(stock=40) for _ in range(3)]
    shoppers = [make_client(open_guest()) for _ in range(48)]
    quotes = [
        fill_cart(shopper, dict.fromkeys(offers[:: 1 if i % 2 else -1], 1))
        for i, shopper in enumerate(shoppers)
    ]

    answers = in_parallel(
        [
            lambda shopper=shopper, quote=quote: buy(shopper, quote)
            for shopper, quote in zip(shoppers, quotes, strict=True)
        ]
    )

    assert Counter(a.status_code for a in answers) == {201: 40, 409: 8}
    reconcile(offers, 40)


@pytest.mark.parametrize("parallel", [2, 16, 32])
def test_one_cart_submitted_in_parallel_becomes_one_order(parallel: int) -> None:
    tea = make_offer(stock=100)
    guest = open_guest()
    quote = fill_cart(make_client(guest), {tea: 2})

    answers = in_parallel([lambda: buy(make_client(guest), quote)] * parallel)

    assert Counter(a.status_code for a in answers) == {201: 1, 409: parallel - 1}
    assert Order.objects.count() == 1
    reconcile([tea], 100)


def test_one_key_in_parallel_is_one_order_with_equal_answers() -> None:
    tea = make_offer(stock=100)
    guest = open_guest()
    quote = fill_cart(make_client(guest), {tea: 2})

    def once() -> Any:
        client = make_client(guest)
        client.credentials(
            HTTP_X_CUSTOMER_TOKEN=str(guest.token), HTTP_IDEMPOTENCY_KEY="the-one"
        )
        return buy(client, quote)

    answers = in_parallel([once] * 32)

    assert {a.status_code for a in answers} <= {201, 409}
    bodies = {a.content for a in answers if a.status_code == 201}
    assert len(bodies) == 1
    busy = {a.json()["code"] for a in answers if a.status_code == 409}
    assert busy <= {"idempotency-key-busy"}
    assert Order.objects.count() == 1
    reconcile([tea], 100)
    assert once().content in bodies


def test_parallel_first_lines_open_one_cart() -> None:
    offers = [make_offer() for _ in range(8)]
    guest = open_guest()

    answers = in_parallel(
        [
            lambda offer=offer: make_client(guest).post(
                "/api/v1/cart/lines/", {"offer": offer.pk}
            )
            for offer in offers
        ]
    )

    assert {a.status_code for a in answers} == {201}
    lines = make_client(guest).get("/api/v1/cart/").json()["lines"]
    assert {line["offer"] for line in lines} == {offer.pk for offer in offers}


def test_a_draft_confirmed_in_parallel_is_placed_once() -> None:
    tea = make_offer(stock=100)
    guest = open_guest()
    lines = [{"offer": tea.pk, "quantity": 2}]
    made = make_client(guest).post(ORDERS, ANN | {"lines": lines, "draft": True})
    path = f"{ORDERS}{made.json()['code']}/confirm/"

    answers = in_parallel([lambda: make_client(guest).post(path, {"phone": "+7"})] * 16)

    assert Counter(a.status_code for a in answers) == {200: 1, 409: 15}
    reconcile([tea], 100)
