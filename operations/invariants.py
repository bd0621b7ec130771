"""What always holds, asked of every row: proof that a shop is whole.

Each reads a whole table: fit for a restored copy, or for a quiet hour.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import (
    Count,
    DecimalField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Lower

from accounts.models import User
from catalog.models import Offer, Photo
from catalog.services import audit_stock
from feed.models import Event
from orders.models import Cart, Order, OrderEvent, OrderLine, Payment, Refund

SHOWN = 5
NOTHING = Value(Decimal(0), output_field=DecimalField(max_digits=20, decimal_places=2))


@dataclass(frozen=True)
class Broken:
    """How many rows break an invariant, and the first of them."""

    count: int
    examples: list[str]


def check(name: str) -> Broken:
    """Ask one invariant."""
    found = INVARIANTS[name][1]()
    rows = [] if isinstance(found, int) else [str(row) for row in found]
    return Broken(found if isinstance(found, int) else len(rows), rows[:SHOWN])


def photos_without_file(names: set[str]) -> list[str]:
    """Photos whose picture is not among `names`."""
    images = Photo.objects.order_by("pk").values_list("image", flat=True)
    return [image for image in images.iterator() if image not in names]


def _stock() -> list[str]:
    return [f"offer {row.offer}" for row in audit_stock()[1]]


def _sums() -> QuerySet[Order]:
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return Order.objects.annotate(
        goods=Coalesce(Subquery(lines.annotate(s=Sum("amount")).values("s")), NOTHING),
        less=Coalesce(Subquery(lines.annotate(s=Sum("discount")).values("s")), NOTHING),
    )


def _of_orders(rows: QuerySet[Order]) -> Iterable[str]:
    return [f"order {pk}" for pk in rows.order_by("pk").values_list("pk", flat=True)]


def _order_goods() -> Iterable[str]:
    return _of_orders(_sums().exclude(goods_total=F("goods")))


def _order_discounts() -> Iterable[str]:
    return _of_orders(_sums().exclude(discount=F("less")))


def _order_totals() -> Iterable[str]:
    right = F("goods_total") - F("discount") + F("delivery_price")
    return _of_orders(Order.objects.exclude(total=right))


def _orders_without_lines() -> Iterable[str]:
    return _of_orders(Order.objects.filter(placed_at__isnull=False, lines=None))


def _order_states() -> Iterable[str]:
    last = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-pk")
    known = Order.objects.annotate(last=Subquery(last.values("after")[:1]))
    return _of_orders(known.filter(last__isnull=False).exclude(status=F("last")))


def _refunds() -> Iterable[str]:
    sums = Refund.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    given = sums.annotate(s=Sum("amount")).values("s")
    payments = Payment.objects.annotate(given=Coalesce(Subquery(given), NOTHING))
    wrong = payments.exclude(refunded=F("given")).values_list("order_id", flat=True)
    return [f"payment of order {order}" for order in wrong.order_by("order_id")]


def _twins(rows: QuerySet[Any], *fields: Any) -> list[str]:
    """Rows that a unique index should have refused; a broken one lets them in."""
    groups = rows.order_by().values(*fields).annotate(n=Count("pk")).filter(n__gt=1)
    return [" ".join(str(value) for value in row.values()) for row in groups]


def _names() -> list[str]:
    names = _twins(User.objects.annotate(low=Lower("username")), "low")
    mails = _twins(User.objects.exclude(email="").annotate(low=Lower("email")), "low")
    # Not whose: this may end in a log.
    return ["a username"] * len(names) + ["an e-mail address"] * len(mails)


def _carts() -> list[str]:
    return _twins(Cart.objects.filter(placed_at__isnull=True), "customer")


def _gaps() -> int:
    numbers = Event.objects.order_by().values_list("number", flat=True)
    first, last = (
        numbers.order_by("number").first(),
        numbers.order_by("-number").first(),
    )
    if first is None or last is None:
        return 0
    return last - first + 1 - numbers.count()


def _references() -> list[str]:
    """Rows that point nowhere. PostgreSQL checked them when it loaded the backup."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        return [f"{table} {row}" for table, row, *_ in cursor.fetchall()]


Rows = Iterable[str] | int
# Name → what holds, and the rows for which it does not.
INVARIANTS: dict[str, tuple[str, Callable[[], Rows]]] = {
    "stock-is-its-ledger": (
        "every stock is the sum of its movements and the last balance",
        _stock,
    ),
    "stock-not-negative": (
        "no stock is below zero",
        lambda: [f"offer {pk}" for pk in _pks(Offer.objects.filter(stock__lt=0))],
    ),
    "order-goods": ("an order's goods are the sum of its lines", _order_goods),
    "order-discount": (
        "its discount is the sum of its lines' shares",
        _order_discounts,
    ),
    "order-total": ("its total is goods less discount plus delivery", _order_totals),
    "order-has-lines": ("no placed order is empty", _orders_without_lines),
    "order-state": ("its state is where its last event led", _order_states),
    "refunds": ("a payment gave back the sum of its refunds", _refunds),
    "unique-people": ("no username or address twice, whatever the case", _names),
    "one-open-cart": ("nobody has two open carts", _carts),
    "events-without-gap": ("events are numbered without a gap", _gaps),
    "references": ("no row points at one that is not there", _references),
}


def _pks(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("pk").values_list("pk", flat=True)
