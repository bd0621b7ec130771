"""Money for orders: how it is asked for, whether it came, what went back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from catalog.models import price_field
from orders.models.orders import Order, OrderLine, new_order_code
from orders.querysets import PaymentMethodQuerySet


class PaymentMethod(models.Model):
    """A way to pay that buyers may choose; `provider` says who takes the money."""

    class Provider(models.TextChoices):
        ON_DELIVERY = "on-delivery"
        INVOICE = "invoice"
        HOSTED_PAGE = "hosted-page"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    provider = models.CharField(max_length=20, choices=Provider.choices)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    objects = PaymentMethodQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Payment(models.Model):
    """What is to be paid for one order. Moves along TRANSITIONS only."""

    class State(models.TextChoices):
        PENDING = "pending"
        FAILED = "failed"
        PAID = "paid"
        CANCELED = "canceled"
        PARTLY_REFUNDED = "partly-refunded"
        REFUNDED = "refunded"

    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PENDING: frozenset({State.PAID, State.FAILED, State.CANCELED}),
        # The buyer may try again.
        State.FAILED: frozenset({State.PAID, State.CANCELED}),
        State.PAID: frozenset({State.PARTLY_REFUNDED, State.REFUNDED}),
        State.PARTLY_REFUNDED: frozenset({State.PARTLY_REFUNDED, State.REFUNDED}),
        # Money that comes after the order was cancelled is taken, and sent back.
        State.CANCELED: frozenset({State.PAID}),
        State.REFUNDED: frozenset(),
    }

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, related_name="payment"
    )
    method = models.ForeignKey(
        PaymentMethod, on_delete=models.PROTECT, related_name="+"
    )
    # What a provider calls it; as hard to guess as an order's code.
    reference = models.CharField(
        max_length=22, unique=True, default=new_order_code, editable=False
    )
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.PENDING, editable=False
    )
    amount = price_field(editable=False)
    refunded = price_field(default=Decimal(0), editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("amount")),
                name="payment_refunded_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return _("payment of order %(number)s") % {"number": self.order_id}


class PaymentNotice(models.Model):
    """One call-back of a provider, kept so that it counts once."""

    event = models.CharField(max_length=64, unique=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="notices"
    )
    state = models.CharField(max_length=20, choices=Payment.State.choices)
    had_effect = models.BooleanField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.event}: {self.state}"


class Refund(models.Model):
    """Money that goes back; `done_at` is empty while staff have to send it."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="refunds"
    )
    amount = price_field(editable=False)
    delivery_amount = price_field(default=Decimal(0), editable=False)
    reason = models.CharField(max_length=255, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, delivery_amount__gte=0),
                name="refund_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"−{self.amount}"


class RefundLine(models.Model):
    """Units of a line that were given back, at exactly what was paid for them."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    amount = price_field()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, amount__gte=0),
                name="refund_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line_id}"
