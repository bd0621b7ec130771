"""A reader that asks for what is after a number never misses an event."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.services import open_guest
from catalog.tests.factories import make_offer
from conftest import make_client
from feed.models import Event
from feed.services import number_events
from feed.services.numbering import LOCK
from feed.tests.scenes import place, told
from orders.models import OrderEvent
from orders.tests.scenes import buy, fill_cart
from orders.tests.test_oversell import in_parallel

pytestmark = pytest.mark.django_db(transaction=True)
needs_parallel_writers = pytest.mark.skipif(
    "connection.vendor != 'postgresql'",
    reason="SQLite has one writer at a time: nothing can commit late.",
)


class Held:
    """Runs a job in a thread of its own and keeps its transaction open until let go."""

    def __init__(self, job: Callable[[], Any]) -> None:
        self.done, self.may_commit = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run, args=[job])
        self.thread.start()
        assert self.done.wait(10)

    def _run(self, job: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                job()
                self.done.set()
                assert self.may_commit.wait(20)
        finally:
            connections.close_all()

    def commit(self) -> None:
        self.may_commit.set()
        self.thread.join()


def read(after: int) -> list[Event]:
    return list(Event.objects.after(after))


@needs_parallel_writers
def test_an_order_whose_transaction_ends_late_is_still_told() -> None:
    slow_tea, tea = make_offer(), make_offer()
    slow = Held(lambda: place(slow_tea))
    place(tea)

    told()
    first = read(after=0)
    slow.commit()
    told()
    second = read(after=first[-1].number)

    assert [event.number for event in first + second] == [1, 2]
    late, early = second[0].data["order"], first[0].data["order"]
    assert late != early
    assert OrderEvent.objects.count() == 2


@needs_parallel_writers
def test_by_its_own_ids_a_ledger_would_skip_it() -> None:
    """The negative control: a sequence alone gives the late one the lower number."""
    slow_tea, tea = make_offer(), make_offer()
    slow = Held(lambda: place(slow_tea))
    place(tea)

    (first,) = OrderEvent.objects.filter(pk__gt=0)
    slow.commit()

    assert not OrderEvent.objects.filter(pk__gt=first.pk).exists()
    assert OrderEvent.objects.count() == 2


@needs_parallel_writers
def test_no_buyer_waits_for_the_sequencer_nor_it_for_a_buyer() -> None:
    tea = make_offer()

    def sequence() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])

    busy = Held(sequence)
    place(tea)
    assert number_events() == 0  # another one is at work
    busy.commit()
    slow = Held(lambda: place(tea))
    assert number_events() > 0  # and it does not wait for the slow one
    slow.commit()

    assert [number for number, _ in told()] == [1, 2]


def test_sequencers_and_buyers_at_once_leave_no_gap_and_no_double() -> None:
    tea = make_offer(stock=1000)
    shoppers = [make_client(open_guest()) for _ in range(12)]
    quotes = [fill_cart(shopper, {tea: 1}) for shopper in shoppers]
    seen: list[int] = []

    def number() -> None:
        for _ in range(10):
            number_events()

    def follow() -> None:
        for _ in range(40):
            seen.extend(e.number for e in read(after=seen[-1] if seen else 0))

    in_parallel(
        [
            *(
                lambda shopper=shopper, quote=quote: buy(shopper, quote)
                for shopper, quote in zip(shoppers, quotes, strict=True)
            ),
            *[number] * 3,
            follow,
        ]
    )
    told()
    seen.extend(event.number for event in read(after=seen[-1] if seen else 0))

    assert seen == list(range(1, 13))
    orders = {event.data["order"] for event in Event.objects.all()}
    assert len(orders) == 12
