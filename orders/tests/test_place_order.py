"""v1: an order without a cart, at once or in two steps."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Offer, StockMovement
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from orders.exceptions import MoveNotAllowed
from orders.models import Order
from orders.services import move_order
from orders.tests.scenes import ANN, fill_cart

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders/"
CONTACT = {"phone": "+7 900 000-00-00", "address": "1 Main Street"}


@pytest.fixture
def buyer(ann: User) -> APIClient:
    return make_client(ann)


def order(
    shopper: APIClient, quantities: dict[Offer, int], **facts: object
) -> Response:
    lines = [{"offer": o.pk, "quantity": q} for o, q in quantities.items()]
    return shopper.post(ORDERS, ANN | {"lines": lines} | facts)


def draft(shopper: APIClient, quantities: dict[Offer, int]) -> str:
    """A draft without phone and address; returns its path."""
    open_yet = {"draft": True, "phone": "", "address": ""}
    response = order(shopper, quantities, **open_yet)
    assert response.status_code == 201, response.content
    return ORDERS + response.json()["code"] + "/"


def sold() -> int:
    return StockMovement.objects.exclude(reason="import").count()


def test_an_order_needs_no_cart_and_leaves_the_cart_alone(
    buyer: APIClient, letters: Callable[[], list[str]]
) -> None:
    tea, pot = make_offer(price="10.50", stock=5), make_offer(price="99.99")
    fill_cart(buyer, {tea: 1})

    response = order(buyer, {pot: 1, tea: 3}, total="481.49")

    body = response.json()
    assert response.status_code == 201, body
    assert (body["status"], body["total"]) == ("confirmed", "481.49")
    assert [(x["offer"], x["quantity"]) for x in body["lines"]] == [
        (pot.pk, 1),
        (tea.pk, 3),
    ]
    assert buyer.get(response["Location"]).json() == body
    assert len(buyer.get("/api/v1/cart/").json()["lines"]) == 1
    tea.refresh_from_db()
    assert tea.stock == 2
    assert len(letters()) == 2


def test_a_repeated_offer_counts_with_its_sum(buyer: APIClient) -> None:
    tea = make_offer(stock=5)
    lines = [{"offer": tea.pk, "quantity": 2}, {"offer": tea.pk, "quantity": 3}]

    body = buyer.post(ORDERS, ANN | {"lines": lines}).json()

    assert [line["quantity"] for line in body["lines"]] == [5]


def test_another_sum_than_expected_is_shown_before_it_is_paid(
    buyer: APIClient,
) -> None:
    tea = make_offer(price="12.00")

    body = assert_problem(order(buyer, {tea: 1}, total="360.00"), 409, "quote-changed")

    assert body["cart"]["total"] == "362.00"
    assert (Order.objects.count(), sold()) == (0, 0)


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"lines": []}, "#/lines"),
        ({"lines": [{"offer": 1, "quantity": 0}]}, "#/lines/0/quantity"),
        ({"lines": [{"quantity": 1}]}, "#/lines/0/offer"),
        ({"lines": "tea"}, "#/lines"),
        ({"total": "١.00"}, "#/total"),
        ({"total": 5}, "#/total"),
        ({"phone": ""}, "#/phone"),
        ({"draft": "perhaps"}, "#/draft"),
    ],
)
def test_a_bad_order_is_refused_by_its_field(
    buyer: APIClient, facts: dict[str, object], pointer: str
) -> None:
    response = order(buyer, {make_offer(): 1}, **facts)

    body = assert_problem(response, 400, "invalid")
    assert [error["pointer"] for error in body["errors"]] == [pointer]
    assert (Order.objects.count(), sold()) == (0, 0)


def test_shortages_are_named_whether_placed_or_drafted(buyer: APIClient) -> None:
    tea = make_offer(stock=1)

    for facts in ({}, {"draft": True}):
        body = assert_problem(order(buyer, {tea: 2}, **facts), 409, "out-of-stock")
        assert [s["available"] for s in body["shortages"]] == [1]
    assert_problem(
        buyer.post(ORDERS, ANN | {"draft": True, "lines": [{"offer": 999}]}),
        404,
        "offer-not-found",
    )
    assert (Order.objects.count(), sold()) == (0, 0)


def test_a_draft_takes_no_stock_and_writes_no_letter(
    buyer: APIClient, letters: Callable[[], list[str]]
) -> None:
    tea = make_offer(stock=5)

    path = draft(buyer, {tea: 2})

    body = buyer.get(path).json()
    assert (body["status"], body["placed_at"]) == ("new", None)
    assert [(e["before"], e["after"]) for e in body["events"]] == [("", "new")]
    assert sold() == 0
    assert letters() == []
    assert [o["status"] for o in buyer.get(ORDERS).json()["results"]] == ["new"]


def test_confirming_takes_the_stock_at_the_price_the_draft_kept(
    buyer: APIClient, letters: Callable[[], list[str]]
) -> None:
    tea = make_offer(stock=5, price="10")
    path = draft(buyer, {tea: 2})
    Offer.objects.filter(pk=tea.pk).update(regular_price=99)

    response = buyer.post(f"{path}confirm/", CONTACT)

    body = response.json()
    assert response.status_code == 200, body
    assert (body["status"], body["goods_total"]) == ("confirmed", "20.00")
    assert (body["phone"], body["address"]) == tuple(CONTACT.values())
    assert body["placed_at"] is not None
    assert [e["after"] for e in body["events"]] == ["new", "confirmed"]
    assert buyer.get(path).json() == body
    tea.refresh_from_db()
    assert tea.stock == 3
    assert len(letters()) == 2


def test_a_draft_is_confirmed_once(buyer: APIClient) -> None:
    tea = make_offer(stock=5)
    path = draft(buyer, {tea: 2})
    buyer.post(f"{path}confirm/", CONTACT)

    body = assert_problem(
        buyer.post(f"{path}confirm/", CONTACT), 409, "move-not-allowed"
    )

    assert body["current"] == "confirmed"
    tea.refresh_from_db()
    assert tea.stock == 3


def test_a_draft_stays_new_when_the_goods_are_gone(
    buyer: APIClient, letters: Callable[[], list[str]]
) -> None:
    tea = make_offer(stock=5)
    path = draft(buyer, {tea: 2})
    Offer.objects.filter(pk=tea.pk).update(is_withdrawn=True)

    assert_problem(buyer.post(f"{path}confirm/", CONTACT), 409, "out-of-stock")

    body = buyer.get(path).json()
    assert (body["status"], body["address"], len(body["events"])) == ("new", "", 1)
    assert letters() == []


def test_a_draft_with_a_courier_is_not_confirmed_without_an_address(
    buyer: APIClient,
) -> None:
    path = draft(buyer, {make_offer(): 1})

    response = buyer.post(f"{path}confirm/", {"phone": "+7"})

    assert_problem(response, 400, "address-missing")
    assert buyer.get(path).json()["status"] == "new"


def test_a_draft_is_its_buyers_alone(buyer: APIClient, bob: User) -> None:
    path = draft(buyer, {make_offer(): 1})

    response = make_client(bob).post(f"{path}confirm/", CONTACT)

    assert_problem(response, 404, "not-found")
    assert Order.objects.get().status == "new"


def test_a_cancelled_draft_returns_nothing(buyer: APIClient, sam: User) -> None:
    path = draft(buyer, {make_offer(): 1})

    move_order(order=Order.objects.get(), to="canceled", actor=sam, now=timezone.now())

    assert sold() == 0
    assert_problem(buyer.post(f"{path}confirm/", CONTACT), 409, "move-not-allowed")


def test_staff_confirm_a_draft_by_moving_it(buyer: APIClient, sam: User) -> None:
    tea = make_offer(stock=5)
    order(buyer, {tea: 2}, draft=True)
    first, twin = Order.objects.get(), Order.objects.get()

    move_order(order=first, to="confirmed", actor=sam, now=timezone.now())
    with pytest.raises(MoveNotAllowed):
        move_order(order=twin, to="confirmed", actor=sam, now=timezone.now())

    tea.refresh_from_db()
    assert (tea.stock, first.status) == (3, "confirmed")
