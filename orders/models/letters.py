"""Letters about orders that were tried, so that staff see what became of each."""

from typing import ClassVar

from django.db import models

from catalog.models import Shop
from orders.models.orders import Order, OrderEvent


class Letter(models.Model):
    """One letter to one reader about an order as placed or, with `event`, as moved.

    Holds no address: it goes to whom the order, the settings or the shop name.
    """

    class Reader(models.TextChoices):
        BUYER = "buyer"
        ADMIN = "admin"
        SHOP = "shop"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="letters")
    event = models.ForeignKey(
        OrderEvent, null=True, on_delete=models.CASCADE, related_name="+"
    )
    reader = models.CharField(max_length=10, choices=Reader.choices)
    shop = models.ForeignKey(
        Shop, null=True, on_delete=models.CASCADE, related_name="+"
    )
    # Event, reader and shop in one word, because NULLs are never alike.
    key = models.CharField(max_length=60)
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField()
    sent_at = models.DateTimeField(
        null=True, help_text="When the mail server last took it."
    )
    error = models.CharField(max_length=100, blank=True, help_text="Why it did not.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "key"], name="letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.order_id}"
