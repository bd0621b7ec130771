"""What stands above an order's form: state and moves, money, timeline, letters."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import account
from orders.models import Order, Payment
from orders.services import letters_of

# In the order of an order's life, with what a button says.
MOVES = {
    "confirmed": lambda: _("Confirm"),
    "assembled": lambda: _("Mark as assembled"),
    "sent": lambda: _("Mark as sent"),
    "delivered": lambda: _("Mark as delivered"),
    "canceled": lambda: _("Cancel the order"),
}
UNPAID = {Payment.State.PENDING, Payment.State.FAILED}
REFUNDABLE = {Payment.State.PAID, Payment.State.PARTLY_REFUNDED}


class Entry(NamedTuple):
    """A line of the timeline."""

    at: datetime
    text: str
    actor: Any
    note: str


class Panel:
    """Reads; every write is a page of its own."""

    def panel(self, request: HttpRequest, order: Order) -> dict[str, Any]:
        user = account(request)
        payments = Payment.objects.select_related("method").filter(order=order)
        payment = payments.first()
        may_move = user.has_perm("orders.change_order")
        may_refund = user.has_perm("orders.add_refund")
        allowed = Order.TRANSITIONS[order.status]
        return {
            "order": order,
            "currency": settings.STORE_CURRENCY,
            "moves": [(to, say()) for to, say in MOVES.items() if to in allowed]
            if may_move
            else [],
            "payment": payment,
            "left": payment.amount - payment.refunded if payment else Decimal(0),
            "may_take": payment
            and payment.state in UNPAID
            and user.has_perm("orders.change_payment"),
            "may_refund": payment and payment.state in REFUNDABLE and may_refund,
            "may_resend": may_move,
            "timeline": sorted(_timeline(order, payment), key=lambda entry: entry.at),
            "letters": letters_of(order),
            "customer": reverse(
                "admin:accounts_customer_change", args=[order.customer_id]
            ),
        }

    def effects(self, order: Order, to: str) -> list[str]:
        """What a move does besides, for its page of confirmation."""
        found = []
        if to == Order.Status.CONFIRMED:
            found.append(_("Its goods are taken from stock."))
        if to == Order.Status.CANCELED:
            payment = Payment.objects.filter(order=order).first()
            if order.placed_at is not None:
                found.append(_("Its goods go back into stock."))
            if payment and payment.state in REFUNDABLE:
                back = payment.amount - payment.refunded
                text = _("%(sum)s %(currency)s go back to the buyer.")
                found.append(text % {"sum": back, "currency": settings.STORE_CURRENCY})
            found.append(_("This cannot be undone."))
        if order.placed_at is not None or to == Order.Status.CONFIRMED:
            found.append(_("Buyer, shops and admins get a letter."))
        return found


def _timeline(order: Order, payment: Payment | None) -> Iterator[Entry]:
    for event in order.events.select_related("actor").order_by("pk"):
        yield Entry(event.at, event.get_after_display(), event.actor, event.note)
    if payment is None:
        return
    if payment.paid_at:
        yield Entry(
            payment.paid_at, _("Paid: %(sum)s") % {"sum": payment.amount}, "", ""
        )
    for refund in payment.refunds.select_related("actor").order_by("pk"):
        text = _("Refund: %(sum)s") % {"sum": refund.amount}
        if refund.done_at is None:
            text += " · " + _("still to be sent")
        yield Entry(refund.at, text, refund.actor, refund.reason)
