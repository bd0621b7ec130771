"""Refunds: each unit at exactly what was paid for it, as fixed at purchase."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts.models import User
from orders.exceptions import NothingToRefund, RefundedMeanwhile, RefundTooLarge
from orders.models import Order, OrderLine, Payment, Refund, RefundLine
from orders.providers import PROVIDERS
from orders.services.shares import part_of

State = Payment.State
REFUNDABLE = {State.PAID, State.PARTLY_REFUNDED}


@dataclass(frozen=True)
class Note:
    """Why money goes back, who sends it, when."""

    reason: str
    actor: User | None
    now: datetime


@transaction.atomic
def refund_order(
    *,
    order: Order,
    quantities: Mapping[int, int],
    with_delivery: bool,
    reason: str,
    actor: User | None,
    now: datetime,
    seen: Decimal | None = None,
) -> Refund:
    """Give money back for units (offer id → quantity) of a paid order, or for delivery.

    A line's discount is part of what was paid for it. All refunds together are never
    more than the payment, and all units with the delivery are exactly it. `seen` is
    what had gone back when somebody decided on this. Raises NothingToRefund,
    RefundTooLarge, RefundedMeanwhile.
    """
    payment = Payment.objects.filter(order=order).select_for_update().first()
    if payment is not None and seen not in {None, payment.refunded}:
        raise RefundedMeanwhile
    if payment is None or payment.state not in REFUNDABLE:
        raise NothingToRefund
    lines = {line.offer_id: line for line in order.lines.order_by("pk")}
    returned = _returned(payment)
    left = {pk: row.quantity - returned.get(row.pk, 0) for pk, row in lines.items()}
    too_many = {
        pk: left.get(pk, 0)
        for pk, number in quantities.items()
        if number > left.get(pk, 0)
    }
    if too_many:
        raise RefundTooLarge(too_many)
    wanted = [(lines[pk], number) for pk, number in quantities.items()]
    note = Note(reason, actor, now)
    return _refund(payment, wanted, returned, with_delivery, note)


def left_to_refund(payment: Payment) -> tuple[list[tuple[OrderLine, int]], Decimal]:
    """Each line of the order with its units that may go back; the delivery's sum."""
    if payment.state not in REFUNDABLE:
        return [], Decimal(0)
    returned = _returned(payment)
    lines = payment.order.lines.order_by("pk")
    left = [(line, line.quantity - returned.get(line.pk, 0)) for line in lines]
    return left, _delivery_left(payment)


def refund_rest(
    payment: Payment, reason: str, actor: User | None, now: datetime
) -> Refund | None:
    """Give back whatever was not given back yet; the payment's row is locked."""
    if payment.state not in REFUNDABLE:
        return None
    returned = _returned(payment)
    wanted = [
        (line, line.quantity - returned.get(line.pk, 0))
        for line in payment.order.lines.order_by("pk")
        if line.quantity > returned.get(line.pk, 0)
    ]
    return _refund(payment, wanted, returned, True, Note(reason, actor, now))


def settle_refunds(*, payments: QuerySet[Payment], now: datetime) -> int:
    """Staff have sent what these payments were to give back; returns how many."""
    waiting = Refund.objects.filter(payment__in=payments, done_at=None)
    return waiting.update(done_at=now)


def _refund(
    payment: Payment,
    wanted: list[tuple[OrderLine, int]],
    returned: Mapping[int, int],
    with_delivery: bool,
    note: Note,
) -> Refund:
    amounts = [
        part_of(
            line.amount - line.discount, line.quantity, returned.get(line.pk, 0), number
        )
        for line, number in wanted
    ]
    delivery = _delivery_left(payment) if with_delivery else Decimal("0.00")
    if not wanted and not delivery:
        raise NothingToRefund
    refund = Refund.objects.create(
        payment=payment,
        amount=sum(amounts, delivery),
        delivery_amount=delivery,
        reason=note.reason,
        actor=note.actor,
        at=note.now,
        done_at=note.now if PROVIDERS[payment.method.provider].sends_back() else None,
    )
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line=line, quantity=number, amount=amount)
        for (line, number), amount in zip(wanted, amounts, strict=True)
    )
    payment.refunded += refund.amount
    is_all = payment.refunded == payment.amount
    payment.state = State.REFUNDED if is_all else State.PARTLY_REFUNDED
    payment.save(update_fields=["refunded", "state"])
    return refund


def _delivery_left(payment: Payment) -> Decimal:
    """What the delivery cost, unless it went back already: it does so once, whole."""
    if payment.refunds.filter(delivery_amount__gt=0).exists():
        return Decimal("0.00")
    return payment.order.delivery_price


def _returned(payment: Payment) -> dict[int, int]:
    """Units given back so far, by the order line's id."""
    lines = RefundLine.objects.filter(refund__payment=payment)
    sums = lines.values("line").annotate(sum=Sum("quantity")).order_by()
    return dict(sums.values_list("line", "sum"))
