"""What takes something off the price of goods."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from accounts.models import Customer
from catalog.models import Category, Shop, price_field
from orders.models.orders import Order
from orders.querysets import CouponQuerySet, CouponUseQuerySet


class Coupon(models.Model):
    """Percent or a fixed sum off the goods it is for; delivery is never discounted."""

    code = models.SlugField(
        max_length=40, help_text="What buyers type; case makes no difference."
    )
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount = price_field(
        null=True, blank=True, help_text="A fixed sum, at most what the goods cost."
    )
    from_sum = price_field(
        null=True, blank=True, help_text="Goods it is for must be worth this much."
    )
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Only for goods of this category and those below it.",
    )
    shop = models.ForeignKey(
        Shop,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Only for goods of this shop.",
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    total_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many orders may use it."
    )
    customer_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many orders of one buyer may use it."
    )
    used = models.PositiveIntegerField(default=0, editable=False)
    is_active = models.BooleanField(default=True)

    objects = CouponQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Upper("code"), name="coupon_code_unique"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100, amount__isnull=True)
                | Q(amount__gt=0, percent__isnull=True),
                name="coupon_percent_or_amount",
                violation_error_message="Give a percentage up to 100, or an amount.",
            ),
            models.CheckConstraint(
                condition=Q(total_limit__isnull=True) | Q(used__lte=F("total_limit")),
                name="coupon_used_within_limit",
                violation_error_message="More orders than that have used it already.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CouponUse(models.Model):
    """One order that used a coupon; `is_returned` when the order was cancelled."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="uses")
    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, related_name="coupon_use"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField("e-mail", max_length=254)
    is_returned = models.BooleanField(default=False)

    objects = CouponUseQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["coupon", "customer"], name="coupon_use_of_customer"),
            models.Index(fields=["coupon", "email"], name="coupon_use_of_email"),
        ]

    def __str__(self) -> str:
        return f"{self.coupon} in order {self.order_id}"
