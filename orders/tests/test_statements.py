"""What buying costs: the statements of each call, none more; and what they must do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.services import open_guest
from catalog.tests.factories import make_offer
from conftest import make_client
from orders.emails import queue_all, send_shop_letter
from orders.models import CartLine, Order
from orders.tests.scenes import ANN, CHECKOUT, buy, fill_cart
from orders.tests.test_oversell import in_parallel

LINES = "/api/v1/cart/lines/"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def counted(call: Callable[[], Response]) -> tuple[Response, list[str]]:
    """The answer, and the statements before it."""
    with CaptureQueriesContext(connection) as seen:
        answer = call()
    assert answer.status_code in {200, 201}, answer.content
    return answer, [query["sql"] for query in seen]


@pytest.mark.django_db(transaction=True)
def test_a_whole_checkout_of_two_lines_costs_these_statements(settings: Any) -> None:
    settings.BRAKES = False
    tea, pot = make_offer(), make_offer()
    client = APIClient()
    answer, guest = counted(lambda: client.post("/api/v1/guests/"))
    token = answer.json()["token"]
    mine = {"X-Customer-Token": token}

    def add(offer: Any) -> Response:
        return client.post(LINES, {"offer": offer.pk}, headers=mine)

    _, first = counted(lambda: add(tea))
    _, second = counted(lambda: add(pot))
    answer, cart = counted(
        lambda: client.get("/api/v1/cart/?delivery_method=courier", headers=mine)
    )
    order = ANN | {"quote": answer.json()["quote"]}
    key = mine | {"Idempotency-Key": token}
    _, checkout = counted(lambda: client.post(CHECKOUT, order, headers=key))

    calls = guest, first, second, cart, checkout
    work = [[sql for sql in call if not sql.startswith(CONTROL)] for call in calls]
    assert [len(call) for call in work] == [1, 8, 5, 3, 14]
    control = [sql.split()[0] for call in calls for sql in call if call]
    assert [control.count(word) for word in CONTROL] == [3, 3, 0, 0, 0]


@pytest.mark.django_db
def test_more_lines_cost_a_checkout_no_more_statements() -> None:
    shopper = make_client(open_guest())
    quote = fill_cart(shopper, {make_offer(): 1, make_offer(): 1})
    _, few = counted(lambda: buy(shopper, quote))
    quote = fill_cart(shopper, {make_offer(): 1 for _ in range(12)})

    _, many = counted(lambda: buy(shopper, quote))

    assert len(many) == len(few)


@pytest.mark.django_db
def test_letters_queued_together_are_rows_as_the_queue_writes_them() -> None:
    send_shop_letter.enqueue(1, 2)
    queue_all([(send_shop_letter, (1, 2))])

    own = {"id", "enqueued_at"}
    alone, together = (
        {name: value for name, value in row.items() if name not in own}
        for row in DBTaskResult.objects.values()
    )
    assert alone == together


@pytest.mark.django_db(transaction=True)
def test_what_is_added_while_a_checkout_runs_is_in_the_order_or_the_next_cart() -> None:
    for _ in range(4):
        guest = open_guest()
        tea, pot = make_offer(), make_offer()
        quote = fill_cart(make_client(guest), {tea: 1})

        bought, added = in_parallel(
            [
                lambda guest=guest, quote=quote: buy(make_client(guest), quote),
                lambda guest=guest, pot=pot: make_client(guest).post(
                    LINES, {"offer": pot.pk}
                ),
            ]
        )

        assert added.status_code == 201
        open_lines = CartLine.objects.filter(
            cart__customer=guest, cart__placed_at=None
        ).values_list("offer", flat=True)
        if bought.status_code == 409:  # the other tab was first, and the quote is old
            assert set(open_lines) == {tea.pk, pot.pk}
            continue
        ordered = Order.objects.get(customer=guest).lines.values_list(
            "offer", flat=True
        )
        assert list(ordered) == [tea.pk]
        assert list(open_lines) == [pot.pk]
