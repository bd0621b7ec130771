"""v1: the cart."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Customer, User
from accounts.services import open_guest
from catalog.models import Offer
from catalog.tests.factories import make_offer, make_offers
from conftest import assert_problem, make_client
from orders.models import Cart, CartLine
from orders.services import add_to_cart, clear_cart, read_cart, set_line

pytestmark = pytest.mark.django_db
CART, LINES = "/api/v1/cart/", "/api/v1/cart/lines/"
EMPTY = {
    "id": None,
    "lines": [],
    "goods_total": "0.00",
    "coupon": None,
    "discount": "0.00",
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


def change(offer: Offer, field: str, before: str, after: str) -> dict[str, object]:
    row = {"offer": offer.pk, "name": offer.product.name, "field": field}
    return row | {"before": before, "after": after}


def test_the_cart_tells_once_what_moved_since_it_was_last_read(
    shopper: APIClient,
) -> None:
    tea = make_offer(stock=5, price="10")
    before = shopper.post(LINES, {"offer": tea.pk, "quantity": 4}).json()

    Offer.objects.filter(pk=tea.pk).update(regular_price=12, stock=3)
    after = shopper.get(CART).json()

    assert before["changes"] == []
    assert after["changes"] == [
        change(tea, "price", "10.00", "12.00"),
        change(tea, "available", "4", "3"),
    ]
    assert after["quote"] != before["quote"]
    assert shopper.get(CART).json() == after | {"changes": []}


def test_what_comes_back_and_what_is_withdrawn_is_told(shopper: APIClient) -> None:
    tea = make_offer(stock=3)
    first = shopper.post(LINES, {"offer": tea.pk, "quantity": 4}).json()
    row = Offer.objects.filter(pk=tea.pk)

    row.update(stock=9)
    restocked = shopper.get(CART).json()
    row.update(is_withdrawn=True)
    withdrawn = shopper.get(CART).json()

    assert first["changes"] == [change(tea, "available", "4", "3")]
    assert restocked["changes"] == [change(tea, "available", "3", "4")]
    assert withdrawn["changes"] == [change(tea, "withdrawn", "4", "0")]
    assert withdrawn["lines"][0]["available"] == 0


def test_every_answer_that_shows_the_cart_is_a_reading(shopper: APIClient) -> None:
    tea, pot = make_offer(price="10"), make_offer()
    shopper.post(LINES, {"offer": tea.pk})

    Offer.objects.filter(pk=tea.pk).update(regular_price=9)
    added = shopper.post(LINES, {"offer": pot.pk}).json()

    assert added["changes"] == [change(tea, "price", "10.00", "9.00")]
    assert shopper.get(CART).json()["changes"] == []


def test_a_sale_to_others_that_leaves_enough_is_no_change(shopper: APIClient) -> None:
    tea = make_offer(stock=5)
    shopper.post(LINES, {"offer": tea.pk, "quantity": 2})

    Offer.objects.filter(pk=tea.pk).update(stock=2)

    assert shopper.get(CART).json()["changes"] == []


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


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 2), st.integers(1, 3)),
        st.tuples(st.just("set"), st.integers(0, 2), st.integers(0, 3)),
        st.tuples(st.just("remove"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("clear"), st.just(0), st.just(0)),
    ),
    max_size=8,
)


@given(steps=STEPS)
@hypothesis_settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_done_no_line_is_lost_or_doubled(
    steps: list[tuple[str, int, int]],
) -> None:
    offers = make_offers(3, stock=2)
    customer = open_guest()
    model: dict[int, int] = {}
    for deed, place, quantity in steps:
        pk = offers[place].pk
        if deed == "clear":
            clear_cart(customer=customer)
            model = {}
        elif deed == "add":
            add_to_cart(customer=customer, offer_id=pk, quantity=quantity)
            model[pk] = model.get(pk, 0) + quantity
        else:
            set_line(customer=customer, offer_id=pk, quantity=quantity)
            model = {k: v for k, v in {**model, pk: quantity}.items() if v}

        sight = read_cart(customer=customer)
        held = [(line.offer_id, line.quantity) for line in sight.lines]
        assert held == list(model.items())
        assert sight.goods_total == 100 * sum(model.values())


def test_the_cart_costs_a_flat_number_of_queries(
    shopper: APIClient, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(20):
        shopper.post(LINES, {"offer": make_offer().pk})

    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        shopper.get(f"{CART}?delivery_method=courier")
