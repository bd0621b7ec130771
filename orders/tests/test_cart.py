"""v1: the cart."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import Customer, User
from catalog.models import Offer
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from orders.models import Cart, CartLine

pytestmark = pytest.mark.django_db
CART, LINES = "/api/v1/cart/", "/api/v1/cart/lines/"
EMPTY = {
    "id": None,
    "lines": [],
    "goods_total": "0.00",
    "delivery_method": None,
    "delivery_price": "0.00",
    "total": "0.00",
    "currency": "RUB",
    "quote": None,
    "changes": [],
}


@pytest.fixture
def shopper(guest: Customer) -> APIClient:
    return make_client(guest)


def test_a_new_guest_has_an_empty_cart_and_reading_makes_none(
    shopper: APIClient,
) -> None:
    assert shopper.get(CART).json() == EMPTY
    assert Cart.objects.count() == 0


def test_lines_are_added_set_and_removed(shopper: APIClient) -> None:
    tea, pot = make_offer(price="10.50"), make_offer(price="99.99", discount="90.00")

    assert shopper.post(LINES, {"offer": tea.pk}).status_code == 201
    shopper.post(LINES, {"offer": tea.pk, "quantity": 2})
    cart = shopper.put(f"{LINES}{pot.pk}/", {"quantity": 2}).json()

    assert [
        (line["offer"], line["quantity"], line["unit_price"], line["amount"])
        for line in cart["lines"]
    ] == [(tea.pk, 3, "10.50", "31.50"), (pot.pk, 2, "90.00", "180.00")]
    assert cart["total"] == "211.50"
    cart = shopper.delete(f"{LINES}{tea.pk}/").json()
    assert [line["offer"] for line in cart["lines"]] == [pot.pk]
    assert shopper.put(f"{LINES}{pot.pk}/", {"quantity": 0}).json()["lines"] == []


def test_clearing_empties_the_cart(shopper: APIClient) -> None:
    shopper.post(LINES, {"offer": make_offer().pk})

    assert shopper.delete(CART).status_code == 204
    assert shopper.get(CART).json()["lines"] == []


def test_the_cart_tells_what_moved_since_a_line_was_set(shopper: APIClient) -> None:
    tea = make_offer(stock=5, price="10")
    before = shopper.post(LINES, {"offer": tea.pk, "quantity": 4}).json()

    Offer.objects.filter(pk=tea.pk).update(regular_price=12, stock=3)
    after = shopper.get(CART).json()

    assert before["changes"] == []
    name = tea.product.name
    assert after["changes"] == [
        {"offer": tea.pk, "name": name, "field": "price"}
        | {"before": "10.00", "after": "12.00"},
        {"offer": tea.pk, "name": name, "field": "available"}
        | {"before": "4", "after": "3"},
    ]
    assert after["quote"] != before["quote"]


def test_equal_sights_have_equal_quotes_and_delivery_is_part(
    shopper: APIClient,
) -> None:
    shopper.post(LINES, {"offer": make_offer(price="100").pk})

    plain, again = (shopper.get(CART).json() for _ in range(2))
    sent = shopper.get(f"{CART}?delivery_method=courier").json()

    assert plain["quote"] == again["quote"] != sent["quote"]
    assert (sent["delivery_price"], sent["total"]) == ("350.00", "450.00")
    assert_problem(
        shopper.get(f"{CART}?delivery_method=rocket"), 400, "delivery-not-offered"
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/offer"),
        ({"offer": "x"}, "#/offer"),
        ({"offer": "١"}, "#/offer"),
        ({"offer": True}, "#/offer"),
        ({"offer": 1, "quantity": 0}, "#/quantity"),
        ({"offer": 1, "quantity": -1}, "#/quantity"),
        ({"offer": 1, "quantity": 1.5}, "#/quantity"),
        ({"offer": 1, "quantity": "1_0"}, "#/quantity"),
        ({"offer": 1, "quantity": 2**70}, "#/quantity"),
        ({"offer": 1, "quantity": None}, "#/quantity"),
    ],
)
def test_a_bad_line_is_refused_and_opens_no_cart(
    shopper: APIClient, body: dict[str, object], pointer: str
) -> None:
    problem = assert_problem(shopper.post(LINES, body), 400, "invalid")

    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert Cart.objects.count() == 0


def test_an_offer_that_is_not_on_sale_is_not_found(shopper: APIClient) -> None:
    gone = make_offer()
    Offer.objects.filter(pk=gone.pk).update(is_withdrawn=True)

    for offer in (gone.pk, 999_999):
        body = assert_problem(
            shopper.post(LINES, {"offer": offer}), 404, "offer-not-found"
        )
        assert body["offer"] == offer
    assert Cart.objects.count() == 0


def test_a_cart_has_a_ceiling(shopper: APIClient, settings: object) -> None:
    settings.ORDER_LINES_LIMIT = 2  # type: ignore[attr-defined]
    for _ in range(2):
        shopper.post(LINES, {"offer": make_offer().pk})

    body = assert_problem(
        shopper.post(LINES, {"offer": make_offer().pk}), 409, "cart-is-full"
    )

    assert body["limit"] == 2
    assert CartLine.objects.count() == 2


def test_carts_are_their_owners_alone(
    ann: User,
    guest: Customer,
    client: APIClient,
    client_of: Callable[[User | Customer], APIClient],
) -> None:
    client_of(guest).post(LINES, {"offer": make_offer().pk})

    assert client_of(ann).get(CART).json() == EMPTY
    assert_problem(client.get(CART), 401, "not-authenticated")
    stranger = APIClient(headers={"X-Customer-Token": "not-a-token"})
    assert_problem(stranger.get(CART), 401, "not-authenticated")


def test_the_cart_costs_a_flat_number_of_queries(
    shopper: APIClient, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(20):
        shopper.post(LINES, {"offer": make_offer().pk})

    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        shopper.get(f"{CART}?delivery_method=courier")
