"""The life of an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import brakes
from accounts.models import User
from catalog.exceptions import OutOfStock
from catalog.models import Offer
from catalog.services import return_stock
from orders.emails import send_move_letter
from orders.exceptions import AddressMissing, CancelTooLate, MoveNotAllowed
from orders.models import Order, OrderEvent, OrderLine
from orders.services.coupons import return_coupon
from orders.services.payments import close_payment
from orders.services.placing import confirm_order


@dataclass(frozen=True)
class MoveResult:
    """What became of one order of many; `outcome` says it in a word.

    moved, refused, not-found; out-of-stock and address-missing when confirming.
    """

    code: str
    outcome: str
    status: str | None


@transaction.atomic
def move_order(
    *, order: Order, to: str, actor: User | None, now: datetime, note: str = ""
) -> None:
    """Move an order along Order.TRANSITIONS.

    A cancelled one gives back its stock, its coupon's use and what was paid, once.

    Buyer, shops and admins get a letter. Raises MoveNotAllowed, also when somebody
    else moved it first; refusals of confirm_order for one that is new.
    """
    before = order.status
    if to not in Order.TRANSITIONS[before]:
        raise MoveNotAllowed(before, to)
    if to == Order.Status.CONFIRMED:
        confirm_order(order=order, address="", phone="", actor=actor, now=now)
        return
    values: dict[str, object] = {"status": to}
    if to == Order.Status.DELIVERED:
        values["delivered_at"] = now
    if not Order.objects.filter(pk=order.pk, status=before).update(**values):
        order.refresh_from_db(fields=["status"])
        raise MoveNotAllowed(order.status, to)
    lines = list(order.lines.order_by("pk"))
    if to == Order.Status.CANCELED:
        _give_back(order, lines, actor, now)
    event = OrderEvent.objects.create(
        order=order, before=before, after=to, actor=actor, at=now, note=note
    )
    order.status = to
    if order.placed_at is not None:
        _queue_letters(order, event, lines, actor, now)


def correct_delivery(*, order: Order, values: Mapping[str, str]) -> bool:
    """Correct where and to whom an order goes, until it is sent; says if it was so."""
    unsent = Order.objects.filter(pk=order.pk, status__in=Order.CORRECTABLE)
    return bool(unsent.update(**{name: values[name] for name in values}))


@transaction.atomic
def cancel_order(
    *, order: Order, actor: User | None, now: datetime, note: str = ""
) -> None:
    """Cancel as the buyer may: until the order is assembled.

    Stock comes back once. Raises CancelTooLate, and MoveNotAllowed when it is canceled
    already.
    """
    canceled = Order.Status.CANCELED
    if order.status in {*Order.CANCELABLE, canceled}:
        try:
            move_order(order=order, to=canceled, actor=actor, now=now, note=note)
            return
        except MoveNotAllowed as refusal:  # somebody was first: to cancel, or to pack?
            if refusal.current == canceled:
                raise
    raise CancelTooLate(order.status)


@transaction.atomic
def move_orders(
    *, codes: Sequence[str], to: str, actor: User | None, now: datetime, note: str = ""
) -> list[MoveResult]:
    """Move each of these orders that may be moved; says of each what became of it."""
    # All rows in primary-key order, orders before offers, as a single move locks them:
    # moves and checkouts meanwhile wait, and none deadlocks.
    locked = Order.objects.filter(code__in=codes).select_for_update(no_key=True)
    orders = {order.code: order for order in locked.order_by("pk")}
    if to in {Order.Status.CONFIRMED, Order.Status.CANCELED}:
        lines = OrderLine.objects.filter(order__in=orders.values())
        list(Offer.objects.locked(lines.values_list("offer_id", flat=True)))
    # And their coupons by code: two calls with the same coupons must not cross.
    coupons = {code: order.coupon_code for code, order in orders.items()}
    turns = sorted(codes, key=lambda code: coupons.get(code, ""))
    results = {
        code: _moved(orders.get(code), code, to, actor, now, note) for code in turns
    }
    return [results[code] for code in codes]


def _give_back(
    order: Order, lines: list[OrderLine], actor: User | None, now: datetime
) -> None:
    """Stock, coupon and money of an order just cancelled, locked as a checkout does."""
    if order.placed_at is not None:
        quantities = {line.offer_id: line.quantity for line in lines}
        return_stock(quantities=quantities, document=f"order:{order.pk}")
    return_coupon(order)
    close_payment(order, actor, now)


def _moved(
    order: Order | None,
    code: str,
    to: str,
    actor: User | None,
    now: datetime,
    note: str,
) -> MoveResult:
    if order is None:
        return MoveResult(code, "not-found", None)
    try:
        move_order(order=order, to=to, actor=actor, now=now, note=note)
    except MoveNotAllowed as refusal:
        return MoveResult(code, "refused", refusal.current)
    except OutOfStock:
        return MoveResult(code, "out-of-stock", order.status)
    except AddressMissing:
        return MoveResult(code, "address-missing", order.status)
    return MoveResult(code, "moved", order.status)


def _queue_letters(
    order: Order,
    event: OrderEvent,
    lines: list[OrderLine],
    actor: User | None,
    now: datetime,
) -> None:
    # As when it was placed: a guest may have given anybody's address.
    if actor or brakes.has_room("letters", order.email.lower(), now=now):
        send_move_letter.enqueue(event.pk, "buyer")
    send_move_letter.enqueue(event.pk, "admin")
    for shop in sorted({line.shop_id for line in lines}):
        send_move_letter.enqueue(event.pk, "shop", shop)
