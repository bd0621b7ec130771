"""Payments: chosen at checkout, told of by signed notices, given back exactly."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Customer, User
from accounts.services import open_guest
from catalog.models import Offer
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from orders.exceptions import NothingToRefund, RefundTooLarge
from orders.models import Coupon, Order, Payment, PaymentMethod, PaymentNotice, Refund
from orders.providers import sign
from orders.services import (
    Delivery,
    move_order,
    place_order,
    refund_order,
    take_payment,
)
from orders.tests.scenes import buy, fill_cart
from orders.tests.test_oversell import in_parallel

pytestmark = pytest.mark.django_db
NOTICES = "/api/v1/payment-notices/"


@pytest.fixture(autouse=True)
def _ways_to_pay(db: None, settings: Any) -> None:
    """As the migration seeds them; a transactional test empties every table."""
    settings.PAYMENT_PAGE_URL = "https://pay.example"
    settings.PAYMENT_PAGE_SECRET = "the-providers-secret"
    for code, provider in (("invoice", "invoice"), ("card", "hosted-page")):
        PaymentMethod.objects.get_or_create(
            code=code, defaults={"name": code, "provider": provider}
        )


@pytest.fixture
def shopper(guest: Customer) -> APIClient:
    return make_client(guest)


def bought(shopper: APIClient, method: str = "card", **offer: Any) -> Payment:
    tea = make_offer(**offer)
    quote = fill_cart(shopper, {tea: 3})
    response = buy(shopper, quote, payment_method=method)
    assert response.status_code == 201, response.json()
    return Payment.objects.select_related("order").latest("pk")


def tell(payment: Payment, state: str = "paid", event: str = "e1", **facts: Any) -> Any:
    """A notice as the provider sends it; `at` and `secret` for forgers."""
    at = facts.pop("at", timezone.now())
    notice = {
        "event": event,
        "payment": facts.pop("reference", payment.reference),
        "state": state,
        "amount": str(payment.amount),
        "currency": "RUB",
    }
    body = orjson.dumps(notice | facts)
    return deliver(body, sign(body, at))


def deliver(body: bytes, signature: str) -> Response:
    return APIClient().post(
        NOTICES,
        body,
        content_type="application/json",
        headers={"X-Payment-Signature": signature},
    )


def state(payment: Payment) -> str:
    payment.refresh_from_db()
    return payment.state


def cancel(payment: Payment, actor: User) -> None:
    order = Order.objects.get(pk=payment.order_id)
    move_order(order=order, to="canceled", actor=actor, now=timezone.now())


def test_a_checkout_shows_where_to_pay(shopper: APIClient) -> None:
    payment = bought(shopper, price="100")

    body = shopper.get(f"/api/v1/orders/{payment.order.code}/").json()

    assert body["payment"] == {
        "method": "card",
        "state": "pending",
        "amount": "650.00",
        "refunded": "0.00",
        "paid_at": None,
        "page": f"https://pay.example/{payment.reference}/",
        "refunds": [],
    }


def test_methods_are_listed_and_others_are_refused(
    shopper: APIClient, client: APIClient, settings: Any
) -> None:
    tea = make_offer()
    quote = fill_cart(shopper, {tea: 1})

    def listed() -> set[str]:
        return {
            row["code"]
            for row in client.get("/api/v1/payment-methods/").json()["results"]
        }

    assert {"invoice", "card"} <= listed()
    settings.PAYMENT_PAGE_URL = ""  # no provider, no page
    assert "card" not in listed()
    for code in ("card", "shells"):
        response = buy(shopper, quote, payment_method=code)
        assert_problem(response, 400, "payment-not-offered")
    assert not Order.objects.exists()


def test_an_order_without_a_method_has_no_payment(shopper: APIClient) -> None:
    response = buy(shopper, fill_cart(shopper, {make_offer(): 1}))

    assert response.json()["payment"] is None
    assert not Payment.objects.exists()


def test_a_notice_pays_once_however_often_it_comes(shopper: APIClient) -> None:
    payment = bought(shopper)

    assert [tell(payment).status_code for _ in range(3)] == [204] * 3

    assert state(payment) == "paid"
    assert payment.paid_at is not None
    assert PaymentNotice.objects.count() == 1


def test_notices_out_of_order_leave_the_money_where_it_is(shopper: APIClient) -> None:
    payment = bought(shopper)

    tell(payment, "failed", "e1")
    assert state(payment) == "failed"
    tell(payment, "paid", "e3")
    tell(payment, "failed", "e2")  # overtaken on its way

    assert state(payment) == "paid"
    kept = PaymentNotice.objects.order_by("pk").values_list("state", "had_effect")
    assert list(kept) == [("failed", True), ("paid", True), ("failed", False)]


def test_money_that_comes_after_the_order_was_cancelled_goes_back(
    shopper: APIClient, sam: User
) -> None:
    payment = bought(shopper)
    cancel(payment, sam)
    assert state(payment) == "canceled"

    assert [tell(payment).status_code for _ in range(2)] == [204, 204]

    assert (state(payment), payment.refunded) == ("refunded", payment.amount)
    refund = Refund.objects.get()
    assert refund.amount == payment.amount
    assert refund.done_at is not None


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"amount": "0.01"}, 409, "payment-differs"),
        ({"currency": "USD"}, 409, "payment-differs"),
        ({"reference": "A" * 22}, 404, "payment-not-found"),
        ({"state": "canceled"}, 400, "invalid"),
        ({"amount": "1e3"}, 400, "invalid"),
        ({"at": timezone.now() - timedelta(seconds=301)}, 400, "notice-refused"),
        ({"at": timezone.now() + timedelta(hours=2)}, 400, "notice-refused"),
    ],
)
def test_a_notice_that_is_not_right_pays_nothing(
    shopper: APIClient, facts: dict[str, Any], status: int, code: str
) -> None:
    payment = bought(shopper)

    assert_problem(tell(payment, **facts), status, code)

    assert state(payment) == "pending"
    assert not PaymentNotice.objects.exists()
    assert tell(payment).status_code == 204  # the control: the right one is taken


def test_a_notice_by_anybody_else_is_refused(shopper: APIClient, settings: Any) -> None:
    payment = bought(shopper)
    body = orjson.dumps({"event": "e", "payment": payment.reference})
    now = timezone.now()
    good = sign(body, now)
    settings.PAYMENT_PAGE_SECRET = "a-guess"
    forged = sign(body, now)
    settings.PAYMENT_PAGE_SECRET = "the-providers-secret"

    for signature in ("", "nonsense", forged, good.upper(), f"{good},v1=00"):
        assert_problem(deliver(body, signature), 400, "notice-refused")
    moved = good.replace(good[2:12], str(int(now.timestamp()) + 1))
    assert_problem(deliver(body, moved), 400, "notice-refused")
    assert_problem(deliver(body + b" ", good), 400, "notice-refused")
    assert state(payment) == "pending"


def test_a_payment_by_hand_has_no_page_and_takes_no_notice(
    shopper: APIClient, sam: User
) -> None:
    payment = bought(shopper, "invoice")
    body = shopper.get(f"/api/v1/orders/{payment.order.code}/").json()

    assert body["payment"]["page"] is None
    assert_problem(tell(payment), 404, "payment-not-found")
    take_payment(payment=payment, now=timezone.now())
    cancel(payment, sam)

    assert state(payment) == "refunded"
    assert Refund.objects.get().done_at is None  # somebody has to send it


def refund(who: User, payment: Payment, **given: Any) -> Response:
    path = f"/api/v1/orders/{payment.order.code}/refunds/"
    return make_client(who).post(path, given)


def test_staff_refund_units_at_what_was_paid_for_them(
    shopper: APIClient, sam: User
) -> None:
    Coupon.objects.create(code="TENTH", percent=10)
    tea, pot = make_offer(price="10.01"), make_offer(price="99.99")
    fill_cart(shopper, {tea: 3, pot: 1})
    cart = shopper.get("/api/v1/cart/?delivery_method=courier&coupon=TENTH").json()
    buy(shopper, cart["quote"], coupon="TENTH", payment_method="card")
    payment = Payment.objects.select_related("order").get()
    line = [{"offer": tea.pk, "quantity": 1}]
    assert_problem(refund(sam, payment, lines=line), 409, "nothing-to-refund")
    tell(payment)

    parts = [refund(sam, payment, lines=line, reason="Broken").json() for _ in range(3)]

    assert cart["discount"] == "13.00"  # 3.00 of the tea's 30.03
    assert [part["amount"] for part in parts] == ["9.01", "9.01", "9.01"]
    assert parts[0]["lines"] == [{"offer": tea.pk, "quantity": 1, "amount": "9.01"}]
    body = assert_problem(refund(sam, payment, lines=line), 409, "refund-too-large")
    assert body["left"] == [{"offer": tea.pk, "quantity": 0}]
    assert state(payment) == "partly-refunded"
    assert refund(sam, payment, delivery=True).json()["amount"] == "350.00"
    assert_problem(refund(sam, payment, delivery=True), 409, "nothing-to-refund")
    cancel(payment, sam)
    assert (state(payment), payment.refunded) == ("refunded", payment.amount)
    seen = shopper.get(f"/api/v1/orders/{payment.order.code}/").json()["payment"]
    assert [row["amount"] for row in seen["refunds"]] == [
        *("9.01", "9.01", "9.01", "350.00"),
        "89.99",
    ]


def test_a_refund_names_only_what_was_bought(
    shopper: APIClient, sam: User, ann: User
) -> None:
    payment = bought(shopper)
    tell(payment)

    for lines in ([{"offer": 999, "quantity": 1}], [{"offer": 1, "quantity": 0}]):
        assert refund(sam, payment, lines=lines).status_code in {400, 409}
    assert_problem(refund(sam, payment), 409, "nothing-to-refund")
    assert_problem(refund(ann, payment, delivery=True), 403, "forbidden")
    assert not Refund.objects.exists()


@given(
    prices=st.lists(st.integers(1, 10**5), min_size=1, max_size=3),
    quantities=st.lists(st.integers(1, 4), min_size=3, max_size=3),
    percent=st.integers(0, 10_000),
    steps=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), max_size=6),
)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_all_refunds_together_are_what_was_paid_to_the_hundredth(
    guest: Customer,
    prices: list[int],
    quantities: list[int],
    percent: int,
    steps: list[tuple[int, int]],
) -> None:
    if percent:
        Coupon.objects.update_or_create(
            code="ANY", defaults={"percent": Decimal(percent) / 100}
        )
    offers = [make_offer(price=str(Decimal(price) / 100)) for price in prices]
    now = timezone.now()
    order = place_order(
        customer=guest,
        quantities=dict(zip((o.pk for o in offers), quantities, strict=False)),
        delivery=Delivery(
            email="ann@example.com", city="Omsk", address="1", method="courier"
        ),
        coupon="ANY" if percent else "",
        payment="invoice",
        actor=None,
        now=now,
    )
    payment = Payment.objects.get(order=order)
    take_payment(payment=payment, now=now)
    given_back = Decimal(0)
    for place, number in steps:
        wanted = {offers[place % len(offers)].pk: number}
        try:
            given_back += give_back(order, wanted).amount
        except (RefundTooLarge, NothingToRefund):
            continue
        payment.refresh_from_db()
        assert payment.refunded == given_back <= payment.amount

    move_order(order=order, to="canceled", actor=None, now=now)

    payment.refresh_from_db()
    assert (payment.state, payment.refunded) == ("refunded", payment.amount)
    refunds = Refund.objects.filter(payment=payment)
    assert sum(row.amount for row in refunds) == payment.amount


def give_back(order: Order, quantities: dict[int, int]) -> Refund:
    return refund_order(
        order=order,
        quantities=quantities,
        with_delivery=False,
        reason="",
        actor=None,
        now=timezone.now(),
    )


@pytest.mark.django_db(transaction=True)
def test_parallel_refunds_and_notices_give_back_once() -> None:
    payment = bought(make_client(open_guest()))
    offer = Offer.objects.get().pk
    order = payment.order

    told = in_parallel([lambda: tell(payment)] * 8)
    assert {answer.status_code for answer in told} == {204}
    assert PaymentNotice.objects.count() == 1

    def once() -> str:
        try:
            give_back(Order.objects.get(pk=order.pk), {offer: 2})
        except RefundTooLarge:
            return "refused"
        return "given"

    assert Counter(in_parallel([once] * 8)) == {"given": 1, "refused": 7}
    payment.refresh_from_db()
    assert payment.refunded == Refund.objects.get().amount


@pytest.mark.django_db(transaction=True)
def test_paying_and_cancelling_at_once_never_keeps_the_money(sam: User) -> None:
    for _ in range(4):
        payment = bought(make_client(open_guest()))

        in_parallel(
            [
                lambda payment=payment: tell(payment, event=payment.reference),
                lambda payment=payment: cancel(payment, sam),
            ]
        )

        assert (state(payment), payment.refunded) == ("refunded", payment.amount)


@pytest.mark.django_db(transaction=True)
def test_the_example_page_tells_the_shop_as_a_provider_does(
    live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    settings.PAYMENT_PAGE_IS_OURS = True
    payment = bought(make_client(open_guest()))
    path, browser = f"/example-payment/{payment.reference}/", Client()

    page = browser.get(path)
    assert b"no money moves" in page.content
    assert state(payment) == "pending"  # opening a page pays nothing
    assert b"answered 204" in browser.post(path, {"outcome": "failed"}).content
    assert state(payment) == "failed"
    browser.post(path)
    assert state(payment) == "paid"
    settings.PAYMENT_PAGE_IS_OURS = False
    assert browser.get(path).status_code == 404
