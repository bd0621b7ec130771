"""v1: lists of orders, and the table of them."""

import csv
import io
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Customer, User
from catalog.services import make_shop
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem, make_client
from orders.models import Order, OrderLine
from orders.tests.scenes import buy, fill_cart

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders/"


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


def order_of(who: User | Customer, price: str = "100", **facts: Any) -> Order:
    """An order of one unit by pick-up, so that its total is the price."""
    shopper = make_client(who)
    offer = facts.pop("offer", None) or make_offer(price=price)
    fill_cart(shopper, {offer: 1})
    quote = shopper.get("/api/v1/cart/?delivery_method=pickup").json()["quote"]
    answer = buy(shopper, quote, delivery_method="pickup", **facts)
    assert answer.status_code == 201, answer.json()
    return Order.objects.get(pk=answer.json()["id"])


def found(client: APIClient, query: str) -> list[int]:
    answer = client.get(f"{ORDERS}?{query}")
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_staff_see_all_orders_and_buyers_their_own(
    desk: APIClient, ann: User, bob: User, guest: Customer
) -> None:
    orders = [order_of(who).pk for who in (ann, bob, guest)]

    assert found(desk, "") == orders[::-1]
    assert found(desk, "mine=true") == []
    assert found(make_client(ann), "") == orders[:1]
    assert found(make_client(guest), "") == orders[2:]


def test_staff_narrow_the_list(desk: APIClient, ann: User, bob: User) -> None:
    lavka = make_shop(name="Lavka")
    pot = make_offer(price="900", shop=lavka, product=make_product(name="Clay pot"))
    cheap = order_of(ann, "100", last_name="Novak").pk
    pot_order = order_of(bob, offer=pot, email="bob@work.example").pk
    dear = order_of(ann, "5000", phone="+7 999 123").pk
    Order.objects.filter(pk=cheap).update(status="delivered")
    Order.objects.filter(pk=dear).update(status="canceled")
    Order.objects.filter(pk=cheap).update(placed_at="2026-03-01T23:59:59Z")
    code = Order.objects.get(pk=dear).code

    for query, wanted in {
        "status=canceled": [dear],
        "status=canceled&status=delivered": [dear, cheap],
        "completed=true": [cheap],
        "completed=false": [pot_order],
        f"user={ann.pk}": [dear, cheap],
        "shop=lavka": [pot_order],
        "placed_from=2026-03-01&placed_to=2026-03-01": [cheap],
        "placed_to=2026-02-28": [],
        "total_min=900&total_max=900.00": [pot_order],
        "search=clay": [pot_order],
        "search=nova": [cheap],
        "search=work.example": [pot_order],
        "search=999": [dear],
        f"search={code}": [dear],
        "search=nothing-like-it": [],
        "ordering=total": [cheap, pot_order, dear],
        "ordering=-total": [dear, pot_order, cheap],
        "ordering=oldest": [cheap, pot_order, dear],
    }.items():
        assert found(desk, query) == wanted, query
    # A number may stand in somebody's telephone number as well.
    assert dear in found(desk, f"search={dear}")


def test_a_buyers_filter_never_widens_what_is_own(
    ann: User, bob: User, guest: Customer
) -> None:
    own, foreign = order_of(bob), order_of(ann)
    client = make_client(bob)

    assert found(client, f"user={ann.pk}") == []
    assert found(client, f"search={foreign.code}") == []
    assert found(client, "mine=false") == [own.pk]


@pytest.mark.parametrize(
    "query",
    [
        "state=new",
        "user_id=1",
        "status=lost",
        "completed=maybe",
        "placed_from=yesterday",
        "placed_to=2026-13-01",
        "total_min=١",
        "total_min=-1",
        "total_max=nan",
        "shop=nobody",
        "user=ann",
        "user=99999999999999999999",
        "ordering=email",
        f"search={'x' * 101}",
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(desk: APIClient, query: str) -> None:
    body = assert_problem(desk.get(f"{ORDERS}?{query}"), 400, "invalid")

    assert body["errors"][0]["pointer"] == f"#/{query.split('=', maxsplit=1)[0]}"


def test_the_list_has_both_pagers(desk: APIClient, ann: User) -> None:
    orders = [order_of(ann).pk for _ in range(3)]

    numbered = desk.get(f"{ORDERS}?page_size=2").json()
    assert (numbered["count"], len(numbered["results"])) == (3, 2)
    first = desk.get(f"{ORDERS}?page_size=2&cursor=&ordering=total").json()
    second = desk.get(first["next"]).json()
    rows = [row["id"] for row in first["results"] + second["results"]]
    assert (rows, second["next"]) == (orders, None)


def test_the_staff_list_is_flat_in_queries(
    desk: APIClient, ann: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        order_of(ann)

    with django_assert_max_num_queries(8):
        assert desk.get(f"{ORDERS}?search=ann&completed=false").json()["count"] == 12


def table(answer: Any) -> list[dict[str, str]]:
    content = b"".join(answer.streaming_content).decode()
    assert content[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(content[1:])))


def test_the_export_has_a_row_for_each_line_of_the_filter(
    desk: APIClient, ann: User
) -> None:
    tea, pot = make_offer(price="10.50"), make_offer(price="99")
    shopper = make_client(ann)
    order = buy(shopper, fill_cart(shopper, {tea: 2, pot: 1})).json()
    order_of(ann, "5000")

    answer = desk.get(f"{ORDERS}export/?total_max=1000", HTTP_ACCEPT="text/csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="orders.csv"'
    rows = table(answer)
    assert [
        (row["order"], row["product"], row["quantity"], row["amount"]) for row in rows
    ] == [
        (str(order["id"]), tea.product.name, "2", "21.00"),
        (str(order["id"]), pot.product.name, "1", "99.00"),
    ]
    assert (rows[0]["code"].lstrip("'"), rows[0]["status"]) == (
        order["code"],
        "confirmed",
    )


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("//evil")', "+1+1", "-1+1", "@SUM(A1)", "\tx", "＝"],
)
def test_no_text_of_a_client_is_a_formula(
    desk: APIClient, guest: Customer, text: str
) -> None:
    tea = make_offer(product=make_product(name="Tea, \"green\";\n'x'"))
    order_of(guest, offer=tea, phone="1")
    Order.objects.update(last_name=text)

    (row,) = table(desk.get(f"{ORDERS}export/"))

    assert row["last_name"] == (text if text == "＝" else f"'{text}")
    assert row["product"] == "Tea, \"green\";\n'x'"


def test_the_export_streams_with_flat_queries(
    desk: APIClient, ann: User, django_assert_max_num_queries: Any
) -> None:
    """1,200 lines leave one by one, read in batches of one query."""
    order = order_of(ann)
    line = order.lines.get()
    offers = [make_offer() for _ in range(3)]
    for number in range(400):
        twin = Order.objects.get(pk=order.pk)
        twin.pk, twin.code = order.pk + 1 + number, f"{number:022}"
        twin.save(force_insert=True)
        OrderLine.objects.bulk_create(
            OrderLine(
                order=twin,
                offer=offer,
                shop=line.shop,
                product_name="Tea",
                shop_name="Shop",
                article="1",
                unit_price=1,
                quantity=1,
            )
            for offer in offers
        )

    with django_assert_max_num_queries(6):
        pieces = list(desk.get(f"{ORDERS}export/").streaming_content)

    assert len(pieces) == 1 + 1 + 1200


def test_the_export_is_for_staff_and_refuses_as_the_list_does(
    desk: APIClient, ann: User
) -> None:
    assert_problem(make_client(ann).get(f"{ORDERS}export/"), 403, "forbidden")
    bad = desk.get(f"{ORDERS}export/?colour=red", HTTP_ACCEPT="text/csv")
    assert_problem(bad, 400, "invalid")
