"""v1: how an order moves, who may move it, and who is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from accounts.models import Customer, User
from catalog.services import make_shop
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from orders.models import Order, OrderEvent
from orders.tests.scenes import buy, fill_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopper(guest: Customer) -> APIClient:
    return make_client(guest)


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


def order_of(shopper: APIClient, **facts: Any) -> str:
    """The address of a fresh order of two units."""
    offer = facts.pop("offer", None) or make_offer(stock=5, **facts)
    code = buy(shopper, fill_cart(shopper, {offer: 2})).json()["code"]
    return f"/api/v1/orders/{code}/"


def test_staff_move_an_order_to_the_doorstep(
    shopper: APIClient, desk: APIClient, sam: User
) -> None:
    address = order_of(shopper)

    for to in ("assembled", "sent", "delivered"):
        answer = desk.post(f"{address}move/", {"to": to, "note": f"now {to}"})
        assert (answer.status_code, answer.json()["status"]) == (200, to)

    assert [
        (event["before"], event["after"], event["note"])
        for event in shopper.get(address).json()["events"]
    ] == [
        ("", "confirmed", ""),
        ("confirmed", "assembled", "now assembled"),
        ("assembled", "sent", "now sent"),
        ("sent", "delivered", "now delivered"),
    ]
    assert Order.objects.get().delivered_at is not None
    moved_by = OrderEvent.objects.exclude(before="").values_list("actor", flat=True)
    assert set(moved_by) == {sam.pk}


def test_a_move_that_skips_a_state_is_refused(
    shopper: APIClient, desk: APIClient
) -> None:
    address = order_of(shopper)

    body = assert_problem(
        desk.post(f"{address}move/", {"to": "sent"}), 409, "move-not-allowed"
    )

    assert (body["current"], body["wanted"]) == ("confirmed", "sent")
    assert Order.objects.get().status == "confirmed"
    assert OrderEvent.objects.count() == 1


@pytest.mark.parametrize("to", ["new", "lost", "", None, 7])
def test_only_states_of_the_table_are_targets(
    shopper: APIClient, desk: APIClient, to: object
) -> None:
    address = order_of(shopper)

    assert_problem(desk.post(f"{address}move/", {"to": to}), 400, "invalid")


def test_each_move_is_told_to_buyer_shop_and_admin(
    shopper: APIClient, desk: APIClient, letters: Callable[[], list[str]]
) -> None:
    lavka = make_shop(name="Lavka", email="lavka@example.com")
    tea, pot = make_offer(shop=lavka), make_offer()
    code = buy(shopper, fill_cart(shopper, {tea: 1, pot: 1})).json()["code"]
    placed = letters()

    desk.post(f"/api/v1/orders/{code}/move/", {"to": "assembled"})
    desk.post(f"/api/v1/orders/{code}/move/", {"to": "sent", "note": "RU 4711"})

    moved = [letter for letter in letters() if letter not in placed]
    to = [letter.split("To: ")[1].splitlines()[0] for letter in moved]
    readers = ["ann@example.com", "lavka@example.com", "orders@storekeeper.example"]
    assert sorted(to) == sorted(readers * 2)
    assert len({text.split("Message-ID: ")[1].split()[0] for text in moved}) == 6
    sent = [text for text in moved if "is on its way" in text]
    assert len(sent) == 1
    assert "RU 4711" in sent[0]
    shop_letter = next(text for text in moved if "To: lavka@example.com" in text)
    assert tea.product.name in shop_letter
    assert pot.product.name not in shop_letter


def test_a_guest_cancels_and_the_goods_come_back_once(shopper: APIClient) -> None:
    tea = make_offer(stock=5)
    address = order_of(shopper, offer=tea)

    answer = shopper.post(f"{address}cancel/", {"note": "Wrong size."})
    again = shopper.post(f"{address}cancel/", {})

    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "canceled")
    assert body["events"][-1]["note"] == "Wrong size."
    assert_problem(again, 409, "move-not-allowed")
    tea.refresh_from_db()
    assert tea.stock == 5


@pytest.mark.parametrize("moves", [["assembled"], ["assembled", "sent"]])
def test_a_packed_order_is_canceled_by_the_store_only(
    shopper: APIClient, desk: APIClient, moves: list[str]
) -> None:
    tea = make_offer(stock=5)
    address = order_of(shopper, offer=tea)
    for to in moves:
        desk.post(f"{address}move/", {"to": to})

    body = assert_problem(shopper.post(f"{address}cancel/", {}), 409, "cancel-too-late")

    assert body["current"] == moves[-1]
    tea.refresh_from_db()
    assert tea.stock == 3
    assert desk.post(f"{address}move/", {"to": "canceled"}).status_code == 200
    tea.refresh_from_db()
    assert tea.stock == 5


def test_nobody_cancels_the_order_of_another(
    shopper: APIClient, bob: User, desk: APIClient
) -> None:
    address = order_of(shopper)

    for stranger in (make_client(bob), desk):
        assert_problem(stranger.post(f"{address}cancel/", {}), 404, "not-found")

    assert Order.objects.get().status == "confirmed"


def test_many_orders_move_each_for_itself(shopper: APIClient, desk: APIClient) -> None:
    tea = make_offer(stock=20)
    codes = [order_of(shopper, offer=tea).split("/")[-2] for _ in range(3)]
    desk.post(f"/api/v1/orders/{codes[1]}/move/", {"to": "canceled"})
    wanted = [*codes, "A" * 22, codes[0]]

    answer = desk.post("/api/v1/orders/move/", {"orders": wanted, "to": "canceled"})

    assert answer.status_code == 200
    assert answer.json() == [
        {"order": codes[0], "outcome": "moved", "status": "canceled"},
        {"order": codes[1], "outcome": "refused", "status": "canceled"},
        {"order": codes[2], "outcome": "moved", "status": "canceled"},
        {"order": "A" * 22, "outcome": "not-found", "status": None},
    ]
    tea.refresh_from_db()
    assert tea.stock == 20


def test_a_bulk_move_is_replayed_by_its_key(
    shopper: APIClient, desk: APIClient
) -> None:
    code = order_of(shopper).split("/")[-2]
    body = {"orders": [code], "to": "assembled"}

    first, second = (
        desk.post("/api/v1/orders/move/", body, HTTP_IDEMPOTENCY_KEY="a-day's-work")
        for _ in range(2)
    )

    assert first.json() == [{"order": code, "outcome": "moved", "status": "assembled"}]
    assert second.content == first.content
    assert OrderEvent.objects.count() == 2


@pytest.mark.parametrize(
    "orders", [[], ["x"], ["A" * 22] * 101, "A" * 22, [7], [None], None]
)
def test_a_bad_bulk_move_is_refused_whole(desk: APIClient, orders: object) -> None:
    body = {"orders": orders, "to": "sent"}

    assert_problem(desk.post("/api/v1/orders/move/", body), 400, "invalid")


def test_a_script_moves_an_order(
    shopper: APIClient, sam: User, capsys: pytest.CaptureFixture[str]
) -> None:
    order_of(shopper)
    order = Order.objects.get()

    call_command("move_order", str(order.pk), "assembled", "--as", "sam")

    assert capsys.readouterr().out == f"Order {order.pk} is assembled now.\n"
    assert order.events.get(after="assembled").actor == sam
    for arguments, message in [
        ([order.pk, "delivered"], "is assembled: it cannot become delivered"),
        ([order.pk, "sent", "--as", "nobody"], "no account 'nobody'"),
        ([999_999, "sent"], "no order 999999"),
    ]:
        with pytest.raises(CommandError, match=message):
            call_command("move_order", *map(str, arguments))
    order.refresh_from_db()
    assert order.status == "assembled"
