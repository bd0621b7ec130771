"""Payments: asked for with the order, told of by notices, closed by cancelling."""

import logging
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.models import User
from orders.exceptions import (
    PaymentDiffers,
    PaymentMoveNotAllowed,
    PaymentNotFound,
    PaymentNotOffered,
)
from orders.models import Order, Payment, PaymentMethod, PaymentNotice
from orders.services.refunds import refund_rest

logger = logging.getLogger(__name__)
State = Payment.State
UNPAID = {State.PENDING, State.FAILED}


def offered_payment(code: str) -> PaymentMethod | None:
    """The payment method of a code, None for no code; raises PaymentNotOffered."""
    if not code:
        return None
    method = PaymentMethod.objects.offered().filter(code=code).first()
    if method is None:
        raise PaymentNotOffered(code)
    return method


def open_payment(order: Order, method: PaymentMethod, total: Decimal) -> Payment:
    """The payment of a new order; one of nothing is paid already."""
    is_free = total == 0
    return Payment.objects.create(
        order=order,
        method=method,
        amount=total,
        state=State.PAID if is_free else State.PENDING,
        paid_at=order.placed_at if is_free else None,
    )


@transaction.atomic
def receive_notice(
    *,
    event: str,
    reference: str,
    state: str,
    amount: Decimal,
    currency: str,
    now: datetime,
) -> None:
    """What a hosted page tells of a payment; `event` counts once.

    A notice that comes late, twice or after a newer one changes nothing that the table
    of moves forbids. Money for a cancelled order is taken and sent back. Raises
    PaymentNotFound, PaymentDiffers.
    """
    hosted = Payment.objects.filter(
        reference=reference, method__provider=PaymentMethod.Provider.HOSTED_PAGE
    )
    # The lock makes the notices of one payment queue up, twins included.
    payment = hosted.select_for_update(of=("self",)).first()
    if payment is None:
        raise PaymentNotFound
    if (amount, currency) != (payment.amount, settings.STORE_CURRENCY):
        logger.error("payment %s: %s %s announced", payment.pk, amount, currency)
        raise PaymentDiffers(payment.amount, amount)
    if PaymentNotice.objects.filter(event=event).exists():
        return
    was = payment.state
    has_effect = state in Payment.TRANSITIONS[was]
    if has_effect:
        _move(payment, state, now)
    PaymentNotice.objects.create(
        event=event, payment=payment, state=state, had_effect=has_effect, at=now
    )
    if has_effect and was == State.CANCELED:
        refund_rest(payment, "Paid after the order was cancelled.", None, now)


@transaction.atomic
def take_payment(*, payment: Payment, now: datetime) -> None:
    """Staff say that the money is there; raises PaymentMoveNotAllowed."""
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    if locked.state not in UNPAID:
        raise PaymentMoveNotAllowed(locked.state, State.PAID)
    _move(locked, State.PAID, now)


def close_payment(order: Order, actor: User | None, now: datetime) -> None:
    """A cancelled order is not paid any more; what was paid goes back, once.

    Call it in the transaction that cancels.
    """
    payment = Payment.objects.filter(order=order).select_for_update().first()
    if payment is None:
        return
    if payment.state in UNPAID:
        _move(payment, State.CANCELED, now)
    else:
        refund_rest(payment, "The order was cancelled.", actor, now)


def _move(payment: Payment, to: str, now: datetime) -> None:
    """Move a payment whose row is locked; the table was asked."""
    payment.state = to
    if to == State.PAID:
        payment.paid_at = now
    payment.save(update_fields=["state", "paid_at"])
