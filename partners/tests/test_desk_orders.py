"""A partner's own lines of orders: found, moved, and counted day by day."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import customer_of
from catalog.models import Offer, Shop
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client, person
from orders.models import Order, OrderEvent, Parcel
from orders.services import Delivery, move_order, place_order
from partners.models import Membership
from partners.tests.test_desk import DESK
from partners.tests.test_import import BLACK, GREEN, HEAD, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(pat: User) -> Shop:
    load(pat, HEAD + GREEN + BLACK)
    return Shop.objects.get(name="Tea House")


@pytest.fixture
def other(db: None) -> Offer:
    return make_offer()


def bought(buyer: User, *offers: Offer, at: datetime | None = None) -> Order:
    return place_order(
        customer=customer_of(buyer),
        quantities={offer.pk: 2 for offer in offers},
        delivery=Delivery(email="ann@example.com", city="Omsk"),
        actor=buyer,
        now=at or timezone.now(),
    )


def black() -> Offer:
    return Offer.objects.get(product__name="Black tea")


def move(user: User, shop: Shop, order: Order, to: str, **more: str) -> Any:
    path = f"{DESK}{shop.pk}/orders/{order.code}/move/"
    return make_client(user).post(path, {"to": to, **more})


def test_the_order_of_one_shop_moves_with_it(pat, ann, shop):
    order = bought(ann, black())

    answer = move(pat, shop, order, "assembled")
    sent = move(pat, shop, order, "sent", note="RU 4711")

    assert answer.json()["own_status"] == "assembled"
    body = sent.json()
    assert (body["status"], body["own_status"]) == ("sent", "sent")
    assert body["own_note"] == "RU 4711"
    events = OrderEvent.objects.filter(order=order).order_by("pk")
    assert list(events.values_list("after", "actor", "note")) == [
        ("confirmed", ann.pk, ""),
        ("assembled", pat.pk, ""),
        ("sent", pat.pk, "RU 4711"),
    ]


def test_an_order_of_two_shops_follows_the_slower(pat, ann, shop, other):
    paula = person("paula", "partner")
    Membership.objects.create(user=paula, shop=other.shop)
    order = bought(ann, black(), other)

    for to in ("assembled", "sent"):
        assert move(pat, shop, order, to).json()["status"] == "confirmed"
    slower = move(paula, other.shop, order, "assembled").json()

    assert (slower["status"], slower["own_status"]) == ("assembled", "assembled")
    mine = make_client(pat).get(f"{DESK}{shop.pk}/orders/{order.code}/").json()
    assert (mine["status"], mine["own_status"]) == ("assembled", "sent")
    assert [line["article"] for line in mine["lines"]] == ["12"]
    assert move(paula, other.shop, order, "sent").json()["status"] == "sent"
    assert move(paula, other.shop, order, "delivered").json()["status"] == "sent"
    assert move(pat, shop, order, "delivered").json()["status"] == "delivered"
    order.refresh_from_db()
    assert order.delivered_at is not None


def test_a_buyer_sees_the_parcel_of_each_shop(pat, ann, shop, other):
    order = bought(ann, black(), other)
    shopper, address = make_client(ann), f"/api/v1/orders/{order.code}/"

    before = shopper.get(address).json()["parcels"]
    move(pat, shop, order, "assembled")
    move(pat, shop, order, "sent", note="RU 4711")
    after = shopper.get(address).json()

    waiting = {"status": "confirmed", "note": "", "moved_at": None}
    mine = {"shop": "Tea House", "offers": [black().pk]}
    theirs = {"shop": other.shop.name, "offers": [other.pk]}
    assert before == [mine | waiting, theirs | waiting]
    assert after["status"] == "confirmed"
    moved_at = after["parcels"][0].pop("moved_at")
    assert datetime.fromisoformat(moved_at) <= timezone.now()
    sent = {"status": "sent", "note": "RU 4711"}
    assert after["parcels"] == [mine | sent, theirs | waiting]
    assert_problem(make_client(person("bob", "buyer")).get(address), 404, "not-found")


def test_a_guest_sees_the_parcels_too_and_a_canceled_order_sends_none(
    pat, sam, guest, shop
):
    order = place_order(
        customer=guest,
        quantities={black().pk: 2},
        delivery=Delivery(email="ann@example.com", city="Omsk"),
        actor=None,
        now=timezone.now(),
    )
    shopper, address = make_client(guest), f"/api/v1/orders/{order.code}/"

    move(pat, shop, order, "assembled")
    packed = shopper.get(address).json()["parcels"]
    move_order(order=order_again(order), to="canceled", actor=sam, now=timezone.now())
    canceled = shopper.get(address).json()["parcels"]

    assert [(one["shop"], one["status"]) for one in packed] == [
        ("Tea House", "assembled")
    ]
    assert [one["status"] for one in canceled] == ["canceled"]


def test_more_parcels_cost_no_more_statements(ann, pat, shop, other):
    few = bought(ann, other)
    many = bought(ann, black(), *(make_offer() for _ in range(6)))
    move(pat, shop, many, "assembled")
    shopper = make_client(ann)

    def statements(order: Order) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert shopper.get(f"/api/v1/orders/{order.code}/").status_code == 200
        return len(asked)

    statements(few)
    assert statements(few) == statements(many)


def test_what_staff_move_takes_the_lines_along(pat, sam, ann, shop, other):
    order = bought(ann, black(), other)
    for to in ("assembled", "sent"):
        move_order(order=order, to=to, actor=sam, now=timezone.now())

    answer = move(pat, shop, order, "delivered").json()

    assert (answer["status"], answer["own_status"]) == ("sent", "delivered")


@pytest.mark.parametrize("to", ["sent", "delivered"])
def test_no_step_is_left_out(pat, ann, shop, to):
    order = bought(ann, black())

    assert_problem(move(pat, shop, order, to), 409, "move-not-allowed")
    assert Parcel.objects.count() == 0


@pytest.mark.parametrize("to", ["confirmed", "canceled", "new", "", "x"])
def test_a_shop_neither_confirms_nor_cancels(pat, ann, shop, to):
    assert_problem(move(pat, shop, bought(ann, black()), to), 400, "invalid")


def test_a_canceled_order_moves_no_more(pat, sam, ann, shop):
    order = bought(ann, black())
    move(pat, shop, order, "assembled")
    move_order(order=order_again(order), to="canceled", actor=sam, now=timezone.now())

    assert_problem(move(pat, shop, order, "sent"), 409, "move-not-allowed")
    (row,) = make_client(pat).get(f"{DESK}{shop.pk}/orders/").json()["results"]
    assert (row["status"], row["own_status"]) == ("canceled", "canceled")


def order_again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def test_foreign_orders_and_shops_are_not_found(pat, sam, ann, shop, other):
    order = bought(ann, other)

    assert_problem(move(pat, shop, order, "assembled"), 404, "not-found")
    assert_problem(move(pat, other.shop, order, "assembled"), 404, "not-found")
    path = f"{DESK}{shop.pk}/orders/{order.code}/"
    assert_problem(make_client(pat).get(path), 404, "not-found")
    assert Parcel.objects.count() == 0


def test_orders_are_found_by_how_far_the_own_lines_are(pat, sam, ann, shop, other):
    orders = [bought(ann, black(), other) for _ in range(3)]
    move(pat, shop, orders[1], "assembled")
    move_order(order=orders[2], to="assembled", actor=sam, now=timezone.now())
    address, client = f"{DESK}{shop.pk}/orders/", make_client(pat)

    def found(**asked: object) -> list[str]:
        rows = client.get(address, asked).json()["results"]
        return [row["code"] for row in rows]

    codes = [order.code for order in orders]
    assert found(own_status="confirmed") == [codes[0]]
    assert found(own_status="assembled") == [codes[2], codes[1]]
    assert found(own_status=["confirmed", "assembled"]) == codes[::-1]
    assert found(own_status="canceled") == []
    assert found(status="confirmed") == [codes[1], codes[0]]


def test_the_list_of_orders_takes_the_same_statements_however_long(
    pat, ann, shop, other, django_assert_num_queries
):
    client = make_client(pat)
    counts = []
    for _ in range(2):
        move(pat, shop, bought(ann, black(), other), "assembled")
        with django_assert_num_queries(8, exact=False) as told:
            client.get(f"{DESK}{shop.pk}/orders/")
        counts.append(len(told))

    assert counts[0] == counts[1]


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def sales(client: APIClient, shop: Shop, **asked: object) -> Any:
    days = {"from": "2026-11-01", "to": "2026-11-04"} | asked
    return client.get(f"{DESK}{shop.pk}/sales/", days)


def test_sales_are_counted_day_by_day(
    pat, sam, ann, shop, other, django_assert_max_num_queries
):
    green = Offer.objects.get(product__name="Green tea")
    bought(ann, black(), other, at=at(2, 0))
    bought(ann, black(), green, at=at(2, 23))
    bought(ann, other, at=at(3, 12))
    gone = bought(ann, black(), at=at(3, 13))
    move_order(order=gone, to="canceled", actor=sam, now=timezone.now())

    client = make_client(pat)
    with django_assert_max_num_queries(4):
        days = sales(client, shop).json()

    zero = {"orders": 0, "units": 0, "turnover": "0.00"}
    assert days == [
        {"day": "2026-11-01", **zero},
        {"day": "2026-11-02", "orders": 2, "units": 6, "turnover": "236094.12"},
        {"day": "2026-11-03", **zero},
        {"day": "2026-11-04", **zero},
    ]


def test_days_are_those_of_the_time_zone(pat, ann, shop, settings):
    settings.STORE_TIME_ZONE = "Asia/Omsk"  # six hours ahead
    bought(ann, black(), at=at(1, 17))
    bought(ann, black(), at=at(1, 18))
    bought(ann, black(), at=at(4, 18))

    days = sales(make_client(pat), shop).json()

    assert [day["orders"] for day in days] == [1, 1, 0, 0]


def test_sales_come_as_a_table_too(pat, ann, shop):
    bought(ann, black(), at=at(2, 9))

    answer = sales(make_client(pat), shop, kind="csv", to="2026-11-02")

    assert b"".join(answer.streaming_content).decode() == (
        "day;orders;units;turnover\r\n2026-11-01;0;0;0.00\r\n2026-11-02;1;2;400.00\r\n"
    )
    assert answer["Content-Disposition"] == 'attachment; filename="sales.csv"'


@pytest.mark.parametrize(
    "asked",
    [
        {"from": ""},
        {"from": "2026-11-05"},
        {"from": "2020-11-05"},
        {"to": "2026-02-30"},
        {"to": "9999-12-31"},
        {"from": "9999-12-31", "to": "9999-12-31"},
        {"from": "0001-01-01", "to": "0001-01-01"},
        {"from": "0001-01-01", "to": "0001-01-01", "kind": "pdf"},
        {"kind": "pdf"},
    ],
)
def test_nonsense_days_are_refused(pat, shop, asked):
    assert_problem(sales(make_client(pat), shop, **asked), 400, "invalid")
