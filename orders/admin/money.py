"""What orders cost beside the goods: ways to deliver and to pay, coupons, payments."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from orders.admin.rows import Kept, ReadOnlyInline
from orders.exceptions import PaymentMoveNotAllowed
from orders.models import (
    Coupon,
    DeliveryMethod,
    Payment,
    PaymentMethod,
    PaymentNotice,
    Refund,
)
from orders.services import settle_refunds, take_payment


@admin.register(DeliveryMethod)
class DeliveryMethodAdmin(ModelAdmin[DeliveryMethod]):
    list_display = ("name", "code", "price", "free_from", "is_active", "position")
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    ordering = ("position", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # past orders name it; it can be switched off


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ModelAdmin[PaymentMethod]):
    list_display = ("name", "code", "provider", "is_active", "position")
    list_filter = ("is_active", "provider")
    search_fields = ("name", "code")
    ordering = ("position", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # as above


@admin.register(Coupon)
class CouponAdmin(ModelAdmin[Coupon]):
    list_display = ("code", "percent", "amount", "ends_at", "used", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code",)
    ordering = ("-pk",)
    readonly_fields = ("used",)
    autocomplete_fields = ("category", "shop")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # past orders used it; it can be switched off


class NoticeInline(ReadOnlyInline, TabularInline[PaymentNotice, Payment]):
    model = PaymentNotice
    fields = ("at", "event", "state", "had_effect")
    readonly_fields = fields


class RefundInline(ReadOnlyInline, TabularInline[Refund, Payment]):
    model = Refund
    fields = ("at", "amount", "delivery_amount", "reason", "actor", "done_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return super().get_queryset(request).select_related("actor")


@admin.register(Payment)
class PaymentAdmin(Kept, ModelAdmin[Payment]):
    list_display = ("order", "method", "state", "amount", "refunded", "paid_at")
    list_filter = ("state", "method")
    list_select_related = ("order", "method")
    search_fields = ("=order__id", "=reference")
    ordering = ("-pk",)
    inlines = (NoticeInline, RefundInline)
    actions = ("take", "send_back")
    paginator = InfinitePaginator
    show_full_result_count = False

    def get_readonly_fields(
        self, request: HttpRequest, obj: Payment | None = None
    ) -> tuple[str, ...]:
        return tuple(field.name for field in Payment._meta.fields)

    @admin.action(description=_("The money is there"), permissions=["change"])
    def take(self, request: HttpRequest, payments: QuerySet[Payment]) -> None:
        for payment in payments.order_by("pk"):
            facts: dict[str, Any] = {"order": payment.order_id}
            try:
                take_payment(payment=payment, now=timezone.now())
                self.message_user(
                    request, gettext("Order %(order)s is paid now.") % facts
                )
            except PaymentMoveNotAllowed as refusal:
                facts["state"] = Payment.State(refusal.current).label
                text = gettext("The payment of order %(order)s is %(state)s.") % facts
                self.message_user(request, text, messages.ERROR)

    @admin.action(description=_("The refunds were sent"), permissions=["change"])
    def send_back(self, request: HttpRequest, payments: QuerySet[Payment]) -> None:
        sent = settle_refunds(payments=payments, now=timezone.now())
        text = gettext("Refunds noted as sent: %(sent)s.") % {"sent": sent}
        self.message_user(request, text)
