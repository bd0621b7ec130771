"""What a customer is about to buy."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Customer
from catalog.models import Offer, price_field
from orders.querysets import CartLineQuerySet, CartQuerySet


class Cart(models.Model):
    """What a customer is about to buy. Its id becomes the id of the order."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="carts"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    placed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CartQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(placed_at__isnull=True),
                name="one_open_cart_per_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    seen_price = price_field(help_text="The price when the buyer last looked.")
    seen_available = models.PositiveIntegerField(
        null=True,
        help_text="How many of these could be had when the buyer last looked; empty: "
        "all of them.",
    )

    objects = CartLineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cart", "offer"], name="one_line_per_offer_in_cart"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="cart_line_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.offer_id}"
