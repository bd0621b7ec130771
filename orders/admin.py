"""The admin's desk: orders. What was placed is read, and moved by its states."""

import time
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import ActionForm

from accounts.permissions import account
from orders.exceptions import MoveNotAllowed, PaymentMoveNotAllowed
from orders.models import (
    Coupon,
    DeliveryMethod,
    Order,
    OrderEvent,
    OrderLine,
    Payment,
    PaymentMethod,
    PaymentNotice,
    Refund,
    Review,
)
from orders.services import (
    moderate_reviews,
    move_order,
    settle_refunds,
    take_payment,
)


@admin.register(DeliveryMethod)
class DeliveryMethodAdmin(ModelAdmin[DeliveryMethod]):
    list_display = ("name", "code", "price", "free_from", "is_active")


@admin.register(Coupon)
class CouponAdmin(ModelAdmin[Coupon]):
    list_display = ("code", "percent", "amount", "ends_at", "used", "is_active")
    list_filter = ("is_active", "shop")
    search_fields = ("code",)
    ordering = ("-pk",)
    readonly_fields = ("used",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # past orders used it; it can be switched off


class ReadOnlyInline:
    """Shows rows that nobody may touch."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LineInline(ReadOnlyInline, TabularInline[OrderLine, Order]):
    model = OrderLine
    fields = (
        "product_name",
        "shop_name",
        "article",
        "unit_price",
        "quantity",
        "amount",
        "discount",
    )
    readonly_fields = ("amount",)


class EventInline(ReadOnlyInline, TabularInline[OrderEvent, Order]):
    model = OrderEvent
    fields = ("at", "before", "after", "actor")


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ModelAdmin[PaymentMethod]):
    list_display = ("name", "code", "provider", "is_active")


class NoticeInline(ReadOnlyInline, TabularInline[PaymentNotice, Payment]):
    model = PaymentNotice


class RefundInline(ReadOnlyInline, TabularInline[Refund, Payment]):
    model = Refund
    fields = ("at", "amount", "delivery_amount", "reason", "actor", "done_at")
    readonly_fields = ("amount", "delivery_amount")


@admin.register(Payment)
class PaymentAdmin(ModelAdmin[Payment]):
    list_display = ("order", "method", "state", "amount", "refunded", "paid_at")
    list_filter = ("state", "method")
    list_select_related = ("order", "method")
    search_fields = ("=order__id", "=reference")
    ordering = ("-pk",)
    inlines = (NoticeInline, RefundInline)
    actions = ("take", "send_back")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: Payment | None = None
    ) -> tuple[str, ...]:
        return tuple(field.name for field in Payment._meta.fields)

    @admin.action(description="The money is there", permissions=["change"])
    def take(self, request: HttpRequest, payments: QuerySet[Payment]) -> None:
        for payment in payments.order_by("pk"):
            try:
                take_payment(payment=payment, now=timezone.now())
                self.message_user(request, f"Order {payment.order_id} is paid now.")
            except PaymentMoveNotAllowed as refusal:
                message = f"Payment of order {payment.order_id} is {refusal.current}."
                self.message_user(request, message, messages.ERROR)

    @admin.action(description="The refunds were sent", permissions=["change"])
    def send_back(self, request: HttpRequest, payments: QuerySet[Payment]) -> None:
        sent = settle_refunds(payments=payments, now=timezone.now())
        self.message_user(request, f"Refunds noted as sent: {sent}.")


@admin.register(Order)
class OrderAdmin(ModelAdmin[Order]):
    list_display = ("pk", "status", "email", "total", "placed_at")
    list_filter = ("status", "placed_at")
    search_fields = ("=id", "=code", "email", "last_name")
    ordering = ("-pk",)
    inlines = (LineInline, EventInline)
    actions = ("assemble", "send", "deliver", "cancel")
    readonly_fields = (
        "id",
        "code",
        "customer",
        "status",
        "delivery_method",
        "goods_total",
        "coupon_code",
        "discount",
        "delivery_price",
        "total",
        "placed_at",
        "delivered_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Mark as assembled", permissions=["change"])
    def assemble(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._move(request, orders, Order.Status.ASSEMBLED)

    @admin.action(description="Mark as sent", permissions=["change"])
    def send(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._move(request, orders, Order.Status.SENT)

    @admin.action(description="Mark as delivered", permissions=["change"])
    def deliver(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._move(request, orders, Order.Status.DELIVERED)

    @admin.action(description="Cancel, and return the stock", permissions=["change"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._move(request, orders, Order.Status.CANCELED)

    def _move(self, request: HttpRequest, orders: QuerySet[Order], to: str) -> None:
        for order in orders.order_by("pk"):
            try:
                move_order(
                    order=order, to=to, actor=account(request), now=timezone.now()
                )
                self.message_user(request, f"Order {order.pk} is {to} now.")
            except MoveNotAllowed as refusal:
                message = f"Order {order.pk} is {refusal.current}: it cannot be {to}."
                self.message_user(request, message, messages.ERROR)


class ModerationForm(ActionForm):
    """When the page was made: what was edited since has not been read."""

    seen_at = forms.FloatField(widget=forms.HiddenInput, initial=time.time)


@admin.register(Review)
class ReviewAdmin(ModelAdmin[Review]):
    """Staff approve or hide what buyers wrote; they do not rewrite it."""

    list_display = (
        "edited_at",
        "product",
        "rating",
        "excerpt",
        "status",
        "moderated_by",
        "moderated_at",
    )
    list_filter = ("status", "rating")
    list_select_related = ("product", "moderated_by")
    search_fields = ("text", "product__search_text")
    ordering = ("-edited_at", "-pk")
    actions = ("approve", "hide")
    action_form = ModerationForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is hidden instead

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Review._meta.fields]

    @admin.display(description="text")
    def excerpt(self, review: Review) -> str:
        return Truncator(review.text).chars(80)

    @admin.action(description="Approve: everybody sees it", permissions=["change"])
    def approve(self, request: HttpRequest, reviews: QuerySet[Review]) -> None:
        self._moderate(request, reviews, Review.Status.APPROVED)

    @admin.action(description="Hide: only its author sees it", permissions=["change"])
    def hide(self, request: HttpRequest, reviews: QuerySet[Review]) -> None:
        self._moderate(request, reviews, Review.Status.HIDDEN)

    def _moderate(
        self, request: HttpRequest, reviews: QuerySet[Review], status: Review.Status
    ) -> None:
        chosen = list(reviews.values_list("pk", flat=True))
        seen = forms.FloatField().clean(request.POST.get("seen_at"))
        changed = moderate_reviews(
            reviews=chosen,
            status=status,
            moderator=account(request),
            seen_at=datetime.fromtimestamp(seen, UTC),
            now=timezone.now(),
        )
        left = reviews.filter(pk__in=chosen).exclude(status=status).count()
        self.message_user(request, f"{changed} reviews are {status} now.")
        if left:
            message = f"{left} were edited while you read: look at them again."
            self.message_user(request, message, messages.WARNING)
