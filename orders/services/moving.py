"""The life of an order."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from catalog.services import return_stock
from orders.exceptions import MoveNotAllowed
from orders.models import Order, OrderEvent
from orders.services.coupons import return_coupon
from orders.services.placing import confirm_order


@transaction.atomic
def move_order(*, order: Order, to: str, actor: User | None, now: datetime) -> None:
    """Move an order along Order.TRANSITIONS; a cancelled one gives its stock back once.

    Raises MoveNotAllowed, also when somebody else moved it first; refusals of
    confirm_order for one that is new.
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
        raise MoveNotAllowed(before, to)
    if to == Order.Status.CANCELED:
        return_coupon(order)
    if to == Order.Status.CANCELED and order.placed_at is not None:
        quantities = dict(order.lines.values_list("offer_id", "quantity"))
        return_stock(quantities=quantities, document=f"order:{order.pk}")
    OrderEvent.objects.create(order=order, before=before, after=to, actor=actor, at=now)
    order.status = to
