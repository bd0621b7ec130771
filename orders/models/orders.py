"""What was bought, and its life since."""

import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import Customer
from catalog.models import Offer, Shop, price_field
from orders.models.delivery import DeliveryMethod
from orders.querysets import OrderLineQuerySet, OrderQuerySet


def new_order_code() -> str:
    """128 random bits: whoever knows the code was given it."""
    return secrets.token_urlsafe(16)


class Order(models.Model):
    """Placed or about to be. What was placed is never computed again."""

    class Status(models.TextChoices):
        NEW = "new"
        CONFIRMED = "confirmed"
        ASSEMBLED = "assembled"
        SENT = "sent"
        DELIVERED = "delivered"
        CANCELED = "canceled"

    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        Status.NEW: frozenset({Status.CONFIRMED, Status.CANCELED}),
        Status.CONFIRMED: frozenset({Status.ASSEMBLED, Status.CANCELED}),
        Status.ASSEMBLED: frozenset({Status.SENT, Status.CANCELED}),
        Status.SENT: frozenset({Status.DELIVERED, Status.CANCELED}),
        Status.DELIVERED: frozenset(),
        Status.CANCELED: frozenset(),
    }
    # The way of goods that are sold, step by step.
    JOURNEY: ClassVar[tuple[str, ...]] = (
        Status.CONFIRMED,
        Status.ASSEMBLED,
        Status.SENT,
        Status.DELIVERED,
    )
    # Until then staff may correct where it goes.
    CORRECTABLE: ClassVar[frozenset[str]] = frozenset(
        {Status.NEW, Status.CONFIRMED, Status.ASSEMBLED}
    )
    # Until here the buyer may cancel; later only the store.
    CANCELABLE: ClassVar[frozenset[str]] = frozenset({Status.NEW, Status.CONFIRMED})

    # The id of the cart it was, so that a cart knows its order's number beforehand.
    id = models.BigIntegerField(primary_key=True, editable=False)
    code = models.CharField(
        max_length=22, unique=True, default=new_order_code, editable=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders"
    )
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.NEW, editable=False
    )
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField("e-mail", max_length=254)
    phone = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=255, blank=True)
    delivery_method = models.ForeignKey(
        DeliveryMethod, null=True, blank=True, on_delete=models.PROTECT
    )
    goods_total = price_field(editable=False)
    coupon_code = models.CharField(
        max_length=40, blank=True, default="", db_default="", editable=False
    )
    discount = price_field(
        default=Decimal(0),
        db_default=Decimal(0),
        editable=False,
        help_text="The sum of the lines' discounts.",
    )
    delivery_price = price_field(default=Decimal(0), editable=False)
    total = models.GeneratedField(
        expression=F("goods_total") - F("discount") + F("delivery_price"),
        output_field=price_field(),
        db_persist=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    placed_at = models.DateTimeField(null=True, blank=True, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(goods_total__gte=0, delivery_price__gte=0),
                name="order_sums_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("goods_total")),
                name="order_discount_within_goods",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["new", "canceled"])
                | Q(placed_at__isnull=False),
                name="order_moves_only_when_placed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-id"], name="order_of_customer"),
            models.Index(fields=["status", "-id"], name="order_by_status"),
            models.Index(fields=["placed_at"], name="order_by_placed_at"),
        ]

    def __str__(self) -> str:
        return _("order %(number)s") % {"number": self.pk}


class OrderLine(models.Model):
    """Frozen at purchase: names, unit price and quantity."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    product_name = models.CharField(max_length=255)
    shop_name = models.CharField(max_length=255)
    article = models.CharField(max_length=255)
    unit_price = price_field()
    quantity = models.PositiveIntegerField()
    discount = price_field(
        default=Decimal(0),
        db_default=Decimal(0),
        help_text="The line's share of the coupon, fixed at purchase.",
    )
    amount = models.GeneratedField(
        expression=F("unit_price") * F("quantity"),
        output_field=models.DecimalField(max_digits=20, decimal_places=2),
        db_persist=True,
    )

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "offer"], name="one_line_per_offer_in_order"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, unit_price__gt=0),
                name="order_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_name}"


class OrderEvent(models.Model):
    """Who moved the order when, from what to what."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    before = models.CharField(max_length=10, choices=Order.Status.choices, blank=True)
    after = models.CharField(max_length=10, choices=Order.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Empty for a guest.",
    )
    at = models.DateTimeField()
    note = models.CharField(
        max_length=255, blank=True, help_text="A reason, or where to track it."
    )
    is_told = models.BooleanField(
        db_default=False, editable=False, help_text="Numbered in the event feed."
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="order_event_untold", condition=Q(is_told=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
