"""Facts become numbered events, by one sequencer at a time.

Orders, stock and prices write a row for everything that happens, in the transaction in
which it happens; `is_told` of each row is false until the sequencer has numbered it.
So a fact of a transaction that commits late is found when it is there, whatever ids
others got meanwhile: no reader that asks for what is after a number can miss it. No
buyer waits for the sequencer, and it waits for nobody.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max, OuterRef, Subquery

from catalog.models import PriceChange, StockMovement
from feed.models import Event
from feed.services.delivering import queue_deliveries
from orders.models import Order, OrderEvent

BATCH = 500
LEDGERS: tuple[Any, ...] = (OrderEvent, StockMovement, PriceChange)
LOCK = 7_301_946  # any number that nobody else takes for an advisory lock


def number_events() -> int:
    """Give numbers to what happened since; returns how many facts it looked at.

    At most BATCH of each ledger: call again until it returns 0. Beside another
    sequencer it does nothing.
    """
    if not any(ledger.objects.filter(is_told=False).exists() for ledger in LEDGERS):
        return 0
    with transaction.atomic():
        if not _is_alone():
            return 0
        orders, stock, prices = _order_events(), _movements(), _price_changes()
        facts: Iterable[Event] = heapq.merge(
            _told(orders, _order_event),
            _told(stock, _stock_event),
            _told(prices, _price_event),
            key=attrgetter("at"),
        )
        last = Event.objects.aggregate(last=Max("number"))["last"] or 0
        events = list(facts)
        for number, event in enumerate(events, last + 1):
            event.number = number
        Event.objects.bulk_create(events)
        queue_deliveries(events)
        for rows in (orders, stock, prices):
            _mark(rows)
    return len(orders) + len(stock) + len(prices)


def _is_alone() -> bool:
    """Whether this transaction is the only sequencer; on SQLite every one is."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _order_events() -> list[OrderEvent]:
    untold = OrderEvent.objects.filter(is_told=False).select_related("order")
    return list(untold.order_by("pk")[:BATCH])


def _movements() -> list[Any]:
    """With `earlier`, null for the first that an offer ever had."""
    of_offer = StockMovement.objects.filter(offer=OuterRef("offer"))
    earlier = of_offer.filter(pk__lt=OuterRef("pk")).order_by("-pk")
    untold = StockMovement.objects.filter(is_told=False).select_related("offer")
    untold = untold.annotate(earlier=Subquery(earlier.values("pk")[:1]))
    return list(untold.order_by("pk")[:BATCH])


def _price_changes() -> list[Any]:
    """With `earlier`, the price before; null for a new offer."""
    of_offer = PriceChange.objects.filter(offer=OuterRef("offer"))
    earlier = of_offer.filter(pk__lt=OuterRef("pk")).order_by("-pk")
    untold = PriceChange.objects.filter(is_told=False).select_related("offer")
    untold = untold.annotate(earlier=Subquery(earlier.values("price")[:1]))
    return list(untold.order_by("pk")[:BATCH])


def _told(
    rows: Sequence[Any], tell: Callable[[Any], tuple[str, datetime, dict[str, Any]]]
) -> list[Event]:
    """The events of a ledger's rows, in its order; no kind, no event."""
    told = (tell(row) for row in rows)
    return [Event(kind=kind, at=at, data=data) for kind, at, data in told if kind]


def _order_event(row: OrderEvent) -> tuple[str, datetime, dict[str, Any]]:
    order, status = row.order, Order.Status
    names = {status.NEW: "created", status.CONFIRMED: "placed"}
    return (
        f"order.{names.get(status(row.after), row.after)}",
        row.at,
        {
            "order": order.pk,
            "code": order.code,
            "before": row.before,
            "after": row.after,
            "total": f"{order.total:.2f}",
        },
    )


def _stock_event(row: Any) -> tuple[str, datetime, dict[str, Any]]:
    offer, turn = row.offer, row.turn
    is_news = turn and row.earlier is not None  # the first stock of a new offer is none
    return (
        f"stock.{turn}" if is_news else "",
        row.created_at,
        {
            "offer": offer.pk,
            "product": offer.product_id,
            "shop": offer.shop_id,
            "article": offer.article,
            "stock": row.balance,
            "document": row.document,
        },
    )


def _price_event(row: Any) -> tuple[str, datetime, dict[str, Any]]:
    offer = row.offer
    is_news = row.earlier not in {None, row.price}
    return (
        "price.changed" if is_news else "",
        row.created_at,
        {
            "offer": offer.pk,
            "product": offer.product_id,
            "shop": offer.shop_id,
            "article": offer.article,
            "before": f"{row.earlier or 0:.2f}",
            "after": f"{row.price:.2f}",
            "document": row.document,
        },
    )


def _mark(rows: Sequence[models.Model]) -> None:
    if rows:
        ledger = type(rows[0])._default_manager
        ledger.filter(pk__in=[row.pk for row in rows]).update(is_told=True)
