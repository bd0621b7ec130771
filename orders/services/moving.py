"""The life of an order after it was placed."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from catalog.services import return_stock
from orders.exceptions import MoveNotAllowed
from orders.models import Order, OrderEvent


@transaction.atomic
def move_order(*, order: Order, to: str, actor: User | None, now: datetime) -> None:
    """Move an order along Order.TRANSITIONS; a cancelled one gives its stock back once.

    Raises MoveNotAllowed, also when somebody else moved it first.
    """
    before = order.status
    if to not in Order.TRANSITIONS[before]:
        raise MoveNotAllowed(before, to)
    values: dict[str, object] = {"status": to}
    if to == Order.Status.DELIVERED:
        values["delivered_at"] = now
    if not Order.objects.filter(pk=order.pk, status=before).update(**values):
        raise MoveNotAllowed(before, to)
    if to == Order.Status.CANCELED and order.placed_at is not None:
        quantities = dict(order.lines.values_list("offer_id", "quantity"))
        return_stock(quantities=quantities, document=f"order:{order.pk}")
    OrderEvent.objects.create(order=order, before=before, after=to, actor=actor, at=now)
    order.status = to
