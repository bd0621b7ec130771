"""v1: from the cart to the order and the letters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Customer, User
from catalog.models import Offer, StockMovement
from catalog.services import make_shop
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from orders.exceptions import MoveNotAllowed
from orders.models import Cart, Order
from orders.services import move_order
from orders.tests.scenes import ANN, CHECKOUT, buy, fill_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopper(guest: Customer) -> APIClient:
    return make_client(guest)


def nothing_happened() -> bool:
    sold = StockMovement.objects.exclude(reason="import")
    return not Order.objects.exists() and not sold.exists()


def test_a_guest_buys_what_the_cart_shows(
    shopper: APIClient, letters: Callable[[], list[str]]
) -> None:
    partner_shop = make_shop(name="Lavka", email="lavka@example.com")
    tea = make_offer(price="10.50", stock=5)
    pot = make_offer(price="99.99", stock=2, shop=partner_shop)
    quote = fill_cart(shopper, {tea: 2, pot: 1})
    cart = Cart.objects.get()

    response = buy(shopper, quote)

    body = response.json()
    assert response.status_code == 201, body
    order = Order.objects.get()
    assert response["Location"].endswith(f"/api/v1/orders/{order.code}/")
    assert body["id"] == cart.pk == order.pk  # the number was known beforehand
    assert (body["status"], body["goods_total"]) == ("confirmed", "120.99")
    assert (body["delivery_price"], body["total"]) == ("350.00", "470.99")
    assert [
        (line["offer"], line["quantity"], line["amount"]) for line in body["lines"]
    ] == [
        (tea.pk, 2, "21.00"),
        (pot.pk, 1, "99.99"),
    ]
    tea.refresh_from_db()
    assert tea.stock == 3
    assert list(
        StockMovement.objects.filter(document=f"order:{order.pk}")
        .order_by("offer")
        .values_list("offer", "delta")
    ) == [(tea.pk, -2), (pot.pk, -1)]
    assert shopper.get("/api/v1/cart/").json()["lines"] == []
    assert shopper.get(response["Location"]).json() == body
    to = {letter.split("To: ")[1].splitlines()[0] for letter in letters()}
    assert to == {"ann@example.com", "orders@storekeeper.example", "lavka@example.com"}


def test_the_shop_letter_shows_its_own_lines_only(
    shopper: APIClient, letters: Callable[[], list[str]]
) -> None:
    lavka = make_shop(name="Lavka", email="lavka@example.com")
    tea, pot = make_offer(), make_offer(shop=lavka)
    buy(shopper, fill_cart(shopper, {tea: 1, pot: 1}))

    letter = next(text for text in letters() if "To: lavka@example.com" in text)

    assert pot.product.name in letter
    assert tea.product.name not in letter


def test_the_same_cart_is_ordered_once(shopper: APIClient) -> None:
    tea = make_offer(stock=5)
    quote = fill_cart(shopper, {tea: 2})

    assert buy(shopper, quote).status_code == 201
    assert_problem(buy(shopper, quote), 409, "cart-is-empty")

    tea.refresh_from_db()
    assert (tea.stock, Order.objects.count()) == (3, 1)


def test_an_empty_cart_is_refused(shopper: APIClient) -> None:
    assert_problem(buy(shopper, "q"), 409, "cart-is-empty")
    assert nothing_happened()


def test_eleven_of_ten_is_refused_naming_the_shortage(shopper: APIClient) -> None:
    tea = make_offer(stock=10)
    quote = fill_cart(shopper, {tea: 11, make_offer(stock=1): 1})

    body = assert_problem(buy(shopper, quote), 409, "out-of-stock")

    assert body["shortages"] == [
        {"offer": tea.pk, "name": tea.product.name, "requested": 11, "available": 10}
    ]
    assert body["detail"] == f"Only 10 of '{tea.product.name}' are left."
    assert nothing_happened()
    assert len(shopper.get("/api/v1/cart/").json()["lines"]) == 2


def test_a_changed_price_is_shown_before_it_is_paid(shopper: APIClient) -> None:
    tea = make_offer(price="10")
    quote = fill_cart(shopper, {tea: 1})
    Offer.objects.filter(pk=tea.pk).update(regular_price=12)

    body = assert_problem(buy(shopper, quote), 409, "quote-changed")

    assert body["changes"] == [
        {"offer": tea.pk, "name": tea.product.name, "field": "price"}
        | {"before": "10.00", "after": "12.00"}
    ]
    assert nothing_happened()
    assert buy(shopper, body["quote"]).json()["goods_total"] == "12.00"


def test_each_tab_is_told_what_moved_since_its_own_sight(shopper: APIClient) -> None:
    tea, pot = make_offer(price="10"), make_offer(price="20")
    first_tab = fill_cart(shopper, {tea: 1})
    Offer.objects.filter(pk=tea.pk).update(regular_price=12)
    second_tab = fill_cart(shopper, {pot: 2})
    Offer.objects.filter(pk=tea.pk).update(regular_price=13)

    told = [
        [
            (change["field"], change["before"], change["after"])
            for change in assert_problem(
                buy(shopper, quote, delivery_method=method), 409, "quote-changed"
            )["changes"]
        ]
        for quote, method in ((first_tab, "courier"), (second_tab, "pickup"))
    ]

    price = ("price", "12.00", "13.00")
    assert told[0] == [("price", "10.00", "13.00"), ("quantity", 0, 2)]
    assert told[1] == [price, ("delivery", "350.00", "0.00")]
    assert nothing_happened()


@pytest.mark.parametrize("quote", ["q", "%%", "MXgyQDEw", "é", "A" * 8000])
def test_a_quote_that_was_never_given_orders_nothing(
    shopper: APIClient, quote: str
) -> None:
    fill_cart(shopper, {make_offer(): 1})

    body = assert_problem(buy(shopper, quote), 409, "quote-changed")

    assert body["changes"] == []
    assert nothing_happened()


def test_a_quote_without_delivery_does_not_pay_for_delivery(shopper: APIClient) -> None:
    fill_cart(shopper, {make_offer(): 1})
    quote = shopper.get("/api/v1/cart/").json()["quote"]

    assert_problem(buy(shopper, quote), 409, "quote-changed")
    assert nothing_happened()


@pytest.mark.parametrize(
    "missing", ["quote", "email", "first_name", "phone", "delivery_method"]
)
def test_a_missing_field_is_named(shopper: APIClient, missing: str) -> None:
    given = ANN | {"quote": fill_cart(shopper, {make_offer(): 1})}
    del given[missing]

    body = assert_problem(shopper.post(CHECKOUT, given), 400, "invalid")

    assert [error["pointer"] for error in body["errors"]] == [f"#/{missing}"]
    assert nothing_happened()


def test_a_courier_needs_an_address(shopper: APIClient) -> None:
    quote = fill_cart(shopper, {make_offer(): 1})

    body = assert_problem(buy(shopper, quote, address=""), 400, "address-missing")

    assert [error["pointer"] for error in body["errors"]] == ["#/address"]
    assert nothing_happened()


def test_a_client_cannot_name_its_own_price_or_state(shopper: APIClient) -> None:
    quote = fill_cart(shopper, {make_offer(price="10"): 1})

    body = buy(
        shopper, quote, total="0.01", status="delivered", id=10**9, goods_total="0.01"
    ).json()

    assert (body["goods_total"], body["status"]) == ("10.00", "confirmed")
    assert body["id"] != 10**9


def test_a_past_order_keeps_names_and_prices(shopper: APIClient) -> None:
    tea = make_offer(price="10")
    address = buy(shopper, fill_cart(shopper, {tea: 1}))["Location"]
    placed = shopper.get(address).json()

    Offer.objects.filter(pk=tea.pk).update(regular_price=99, is_withdrawn=True)
    type(tea.product).objects.update(name="Something else")

    assert shopper.get(address).json() == placed


def test_orders_are_their_buyers_alone(
    shopper: APIClient, ann: User, bob: User, client: APIClient
) -> None:
    buyer = make_client(ann)
    address = buy(buyer, fill_cart(buyer, {make_offer(): 1}))["Location"]

    assert [
        row["code"] in address for row in buyer.get("/api/v1/orders/").json()["results"]
    ] == [True]
    assert_problem(make_client(bob).get(address), 404, "not-found")
    assert_problem(shopper.get(address), 404, "not-found")
    assert_problem(client.get(address), 401, "not-authenticated")
    assert make_client(bob).get("/api/v1/orders/").json()["count"] == 0


def test_the_order_list_is_flat_in_queries(
    ann: User, django_assert_max_num_queries: Any
) -> None:
    buyer = make_client(ann)
    for _ in range(12):
        buy(buyer, fill_cart(buyer, {make_offer(): 1, make_offer(): 1}))

    with django_assert_max_num_queries(8):
        assert buyer.get("/api/v1/orders/").json()["count"] == 12


def test_a_checkout_stays_within_its_queries(
    shopper: APIClient, django_assert_max_num_queries: Any
) -> None:
    offers = {make_offer(): 1 for _ in range(10)}
    quote = fill_cart(shopper, offers)

    with django_assert_max_num_queries(15 + len(offers)):
        assert buy(shopper, quote).status_code == 201


def test_cancelling_returns_the_stock_once(shopper: APIClient, sam: User) -> None:
    tea = make_offer(stock=5)
    buy(shopper, fill_cart(shopper, {tea: 2}))
    order, twin = Order.objects.get(), Order.objects.get()

    move_order(order=order, to="canceled", actor=sam, now=timezone.now())
    for again in (order, twin):
        with pytest.raises(MoveNotAllowed):
            move_order(order=again, to="canceled", actor=sam, now=timezone.now())

    tea.refresh_from_db()
    assert tea.stock == 5
    moves = order.events.order_by("pk").values_list("before", "after")
    assert list(moves) == [("", "confirmed"), ("confirmed", "canceled")]


def test_states_move_along_the_table_only(shopper: APIClient, sam: User) -> None:
    buy(shopper, fill_cart(shopper, {make_offer(): 1}))
    order = Order.objects.get()

    with pytest.raises(MoveNotAllowed):
        move_order(order=order, to="delivered", actor=sam, now=timezone.now())
    for to in ("assembled", "sent", "delivered"):
        move_order(order=order, to=to, actor=sam, now=timezone.now())

    order.refresh_from_db()
    assert order.delivered_at is not None
    with pytest.raises(MoveNotAllowed):
        move_order(order=order, to="canceled", actor=sam, now=timezone.now())
