"""Ways to the buyer."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models import price_field
from orders.querysets import DeliveryMethodQuerySet


class DeliveryMethod(models.Model):
    """A way to the buyer: flat price, free from a sum of goods."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    price = price_field(default=Decimal(0))
    free_from = price_field(null=True, blank=True)
    needs_address = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    objects = DeliveryMethodQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price__gte=0), name="delivery_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def price_for(self, goods: Decimal) -> Decimal:
        """What delivery costs with goods worth so much, in the store's currency."""
        is_free = self.free_from is not None and goods >= self.free_from
        return Decimal("0.00") if is_free else self.price
