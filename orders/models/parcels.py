"""What each shop of an order does with its own lines."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Shop
from orders.models.orders import Order

# What a shop makes of its own lines.
PARCEL_STATUSES = tuple(str(status) for status in Order.JOURNEY[1:])


class Parcel(models.Model):
    """One shop's lines of an order, once that shop moved them by itself.

    No row says that they are where the order is. An order that was moved further than
    its parcel takes the parcel along; a canceled one has none on its way.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Order.Status.choices)
    note = models.CharField(
        max_length=255, blank=True, help_text="Where to track it, say."
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "shop"], name="one_parcel_per_shop_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PARCEL_STATUSES),
                name="parcel_moves_by_its_shop",
            ),
        ]

    def __str__(self) -> str:
        return f"parcel of {self.shop_id} in order {self.order_id}"


def status_of_lines(order: Order, parcel: Parcel | None) -> str:
    """How far a shop's lines are: the order's state, or their own if it is further."""
    if parcel is None or order.status not in Order.JOURNEY:
        return order.status
    return max(order.status, parcel.status, key=Order.JOURNEY.index)
