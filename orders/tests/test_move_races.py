"""Two who move one order at once: one wins, and stock comes back once."""

import threading
from collections import Counter
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from accounts.services import open_guest
from catalog.models import Offer, StockMovement
from catalog.services import make_shop, return_stock
from catalog.tests.factories import make_offer
from conftest import make_client
from orders.models import Coupon, Order, OrderEvent
from orders.services import move_parcel
from orders.tests.scenes import ANN, buy, fill_cart
from orders.tests.test_oversell import in_parallel

pytestmark = pytest.mark.django_db(transaction=True)


def assert_ledger(offer: Offer, stock: int) -> None:
    offer.refresh_from_db()
    moved = StockMovement.objects.filter(offer=offer).aggregate(Sum("delta"))
    assert (offer.stock, moved["delta__sum"]) == (stock, stock)


def place(offer: Offer, quantity: int = 2) -> tuple[Any, str]:
    """A guest's client and the address of its order."""
    shopper = make_client(open_guest())
    code = buy(shopper, fill_cart(shopper, {offer: quantity})).json()["code"]
    return shopper, f"/api/v1/orders/{code}/"


def test_cancel_against_cancel_returns_the_stock_once(sam: User) -> None:
    tea = make_offer(stock=10)
    shopper, address = place(tea)
    desk = make_client(sam)

    answers = in_parallel(
        [lambda: shopper.post(f"{address}cancel/", {})] * 8
        + [lambda: desk.post(f"{address}move/", {"to": "canceled"})] * 8
    )

    assert Counter(a.status_code for a in answers) == {200: 1, 409: 15}
    refusals = {a.json()["code"] for a in answers if a.status_code == 409}
    assert refusals == {"move-not-allowed"}
    assert OrderEvent.objects.filter(after="canceled").count() == 1
    assert_ledger(tea, 10)


def test_without_the_condition_the_same_race_returns_it_twice() -> None:
    """The negative control: read, check, write sees the state of both."""
    tea = make_offer(stock=10)
    place(tea)
    meeting = threading.Barrier(4)

    def naive() -> None:
        order = Order.objects.get()
        meeting.wait()  # between check and write, where the condition would be
        if order.status == "confirmed":
            Order.objects.filter(pk=order.pk).update(status="canceled")
            return_stock(quantities={tea.pk: 2}, document=f"order:{order.pk}")

    in_parallel([naive] * 4)

    tea.refresh_from_db()
    assert tea.stock > 10


@pytest.mark.parametrize("round_", range(4))
def test_cancel_against_assemble_has_one_winner(sam: User, round_: int) -> None:
    tea = make_offer(stock=10)
    shopper, address = place(tea)
    desk = make_client(sam)

    cancel, assemble = in_parallel(
        [
            lambda: shopper.post(f"{address}cancel/", {}),
            lambda: desk.post(f"{address}move/", {"to": "assembled"}),
        ]
    )

    order = Order.objects.get()
    assert order.events.count() == 2
    if order.status == "canceled":
        assert (cancel.status_code, assemble.status_code) == (200, 409)
        assert assemble.json()["current"] == "canceled"
        assert_ledger(tea, 10)
    else:
        assert (cancel.status_code, assemble.status_code) == (409, 200)
        assert cancel.json()["code"] == "cancel-too-late"
        assert_ledger(tea, 8)


def test_bulk_cancels_in_opposite_orders_do_not_deadlock(sam: User) -> None:
    """Beside single cancels and buyers of the same goods."""
    offers = [make_offer(stock=100) for _ in range(3)]
    placed = [place(offer) for offer in [*offers, *offers[::-1]]]
    codes = [address.split("/")[-2] for _, address in placed]
    desks = [make_client(sam) for _ in range(4)]
    body = [{"orders": codes[::step], "to": "canceled"} for step in (1, -1)]
    buyers = [make_client(open_guest()) for _ in range(4)]
    quotes = [fill_cart(buyer, dict.fromkeys(offers[::-1], 1)) for buyer in buyers]

    answers = in_parallel(
        [
            *(
                lambda desk=desk, i=i: desk.post("/api/v1/orders/move/", body[i % 2])
                for i, desk in enumerate(desks)
            ),
            *(
                lambda shopper=shopper, address=address: shopper.post(
                    f"{address}cancel/", {}
                )
                for shopper, address in placed[:4]
            ),
            *(
                lambda buyer=buyer, quote=quote: buy(buyer, quote)
                for buyer, quote in zip(buyers, quotes, strict=True)
            ),
        ]
    )

    assert {a.status_code for a in answers} <= {200, 201, 409}
    assert Order.objects.filter(status="canceled").count() == 6
    assert OrderEvent.objects.filter(after="canceled").count() == 6
    for offer in offers:
        assert_ledger(offer, 96)


@pytest.mark.parametrize("round_", range(3))
def test_bulk_cancels_with_the_same_coupons_do_not_cross(
    sam: User, round_: int
) -> None:
    coupons = [Coupon.objects.create(code=code, percent=10) for code in ("ONE", "TWO")]
    codes = []
    for number, coupon in enumerate([*coupons, *coupons[::-1]]):
        line = {"offer": make_offer().pk, "quantity": 1}
        body = ANN | {"email": f"{number}@example.com", "lines": [line]}
        shopper = make_client(open_guest())
        answer = shopper.post("/api/v1/orders/", body | {"coupon": coupon.code})
        assert answer.status_code == 201, answer.json()
        codes.append(answer.json()["code"])

    answers = in_parallel(
        [
            lambda pair=pair: make_client(sam).post(
                "/api/v1/orders/move/", {"orders": pair, "to": "canceled"}
            )
            for pair in (codes[:2], codes[2:])
        ]
    )

    outcomes = [row["outcome"] for answer in answers for row in answer.json()]
    assert outcomes == ["moved"] * 4
    assert set(Coupon.objects.values_list("used", flat=True)) == {0}


@pytest.mark.parametrize("round_", range(4))
def test_shops_that_finish_at_once_move_the_order(pat: User, round_: int) -> None:
    """Each sees the other's parcel, or nobody would move it."""
    offers = [make_offer(stock=10, shop=make_shop(name=name)) for name in ("A", "B")]
    shopper = make_client(open_guest())
    code = buy(shopper, fill_cart(shopper, dict.fromkeys(offers, 1))).json()["code"]
    order = Order.objects.get(code=code)

    def move(offer: Offer) -> None:
        given = {"to": "assembled", "actor": pat, "now": timezone.now()}
        move_parcel(order=order, shop=offer.shop, **given)

    in_parallel([lambda: move(offers[0]), lambda: move(offers[1])])

    order.refresh_from_db()
    assert order.status == "assembled"
    assert order.events.filter(after="assembled").count() == 1
