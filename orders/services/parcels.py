"""Each shop moves its own lines; the order follows when all have."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from catalog.models import Shop
from orders.exceptions import MoveNotAllowed
from orders.models import Order, Parcel, status_of_lines
from orders.services.moving import move_order


@transaction.atomic
def move_parcel(
    *, order: Order, shop: Shop, to: str, actor: User, now: datetime, note: str = ""
) -> None:
    """Move a shop's lines of a placed order one step along Order.JOURNEY.

    When the lines of every shop in it are that far, so is the order, with its letters.
    Raises MoveNotAllowed; a shop neither confirms nor cancels an order.
    """
    # Two shops that finish at once must see each other, or nobody moves the order.
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    parcels = {parcel.shop_id: parcel for parcel in locked.parcels.all()}
    current = status_of_lines(locked, parcels.get(shop.pk))
    steps = Order.TRANSITIONS[current] - {Order.Status.CANCELED}
    if current not in Order.JOURNEY or to not in steps:
        raise MoveNotAllowed(current, to)
    values = {"status": to, "note": note, "actor": actor, "moved_at": now}
    parcels[shop.pk], _ = Parcel.objects.update_or_create(
        order=locked, shop=shop, defaults=values
    )
    shops = locked.lines.order_by().values_list("shop", flat=True).distinct()
    states = {status_of_lines(locked, parcels.get(pk)) for pk in shops}
    slowest = min(states, key=Order.JOURNEY.index)
    if slowest != locked.status:
        move_order(order=locked, to=slowest, actor=actor, now=now, note=note)
