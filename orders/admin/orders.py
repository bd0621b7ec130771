"""Orders: what was placed is read, and moved by its states."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from orders.admin.deeds import OrderDeeds
from orders.admin.filters import DaysFilter, ShopFilter, SumFilter
from orders.admin.rows import Kept, ReadOnlyInline
from orders.models import Order, OrderLine, Payment
from orders.services import correct_delivery

CONTACT = (
    ("first_name", "last_name"),
    ("email", "phone"),
    ("country", "city", "postal_code"),
    "address",
)
SUMS = (
    ("delivery_method", "coupon_code"),
    ("goods_total", "discount"),
    ("delivery_price", "total"),
)
COLOURS = {
    "new": "info",
    "confirmed": "warning",
    "assembled": "warning",
    "sent": "info",
    "delivered": "success",
    "canceled": "danger",
    "pending": "warning",
    "failed": "danger",
    "paid": "success",
}


class LineInline(ReadOnlyInline, TabularInline[OrderLine, Order]):
    model = OrderLine
    tab = False
    fields = (
        "product",
        "shop_name",
        "article",
        "unit_price",
        "quantity",
        "amount",
        "discount",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("offer").order_by("pk")

    @admin.display(description=_("product"))
    def product(self, line: OrderLine) -> str:
        address = reverse("admin:catalog_product_change", args=[line.offer.product_id])
        return format_html('<a href="{}">{}</a>', address, line.product_name)


@admin.register(Order)
class OrderAdmin(OrderDeeds, Kept, ModelAdmin[Order]):
    list_display = ("number", "state", "buyer", "phone", "total", "paid", "placed_at")
    list_display_links = ("number",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("placed_at", DaysFilter),
        ("total", SumFilter),
        ("payment__state", ChoicesDropdownFilter),
        ("payment__method", RelatedDropdownFilter),
        ("lines__shop", ShopFilter),
    )
    list_filter_submit = True
    list_filter_sheet = True
    list_select_related = ("payment",)
    search_fields = ("id",)  # of mentioning(), see below
    search_help_text = _("Number, code, e-mail, phone, name, or a product in it.")
    ordering = ("-pk",)
    paginator = InfinitePaginator
    show_full_result_count = False
    inlines = (LineInline,)
    actions = ("assemble", "send", "deliver", "cancel")
    change_form_outer_before_template = "orders/desk/panel.html"
    fieldsets = (
        (_("Goes to"), {"fields": CONTACT}),
        (_("Sums"), {"fields": SUMS}),
    )
    readonly_fields = (
        "delivery_method",
        "goods_total",
        "coupon_code",
        "discount",
        "delivery_price",
        "total",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        text = search_term.strip()
        if text:
            found = Order.objects.mentioning(text).values("pk")
            queryset = queryset.filter(pk__in=found)
        return queryset, False

    def has_change_permission(
        self, request: HttpRequest, obj: Order | None = None
    ) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.status in Order.CORRECTABLE)

    def save_model(
        self, request: HttpRequest, obj: Order, form: Any, change: bool
    ) -> None:
        """Only what was corrected: a move meanwhile must not be taken back."""
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if values and not correct_delivery(order=obj, values=values):
            text = gettext("Not saved: the order was sent or canceled meanwhile.")
            self.message_user(request, text, messages.ERROR)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        order = kwargs.get("obj")
        if order is not None:
            context["panel"] = self.panel(request, order)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("number"), ordering="pk")
    def number(self, order: Order) -> int:
        return order.pk

    @display(description=_("state"), ordering="status", label=COLOURS)
    def state(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @admin.display(description=_("buyer"))
    def buyer(self, order: Order) -> str:
        return f"{order.first_name} {order.last_name}".strip() or order.email

    @display(description=_("payment"), label=COLOURS)
    def paid(self, order: Order) -> tuple[str, str] | None:
        payment: Payment | None = getattr(order, "payment", None)
        return (payment.state, payment.get_state_display()) if payment else None

    @admin.action(description=_("Mark as assembled"), permissions=["change"])
    def assemble(self, request: HttpRequest, orders: QuerySet[Order]) -> Any:
        return self.move_many(request, orders, Order.Status.ASSEMBLED)

    @admin.action(description=_("Mark as sent"), permissions=["change"])
    def send(self, request: HttpRequest, orders: QuerySet[Order]) -> Any:
        return self.move_many(request, orders, Order.Status.SENT)

    @admin.action(description=_("Mark as delivered"), permissions=["change"])
    def deliver(self, request: HttpRequest, orders: QuerySet[Order]) -> Any:
        return self.move_many(request, orders, Order.Status.DELIVERED)

    @admin.action(description=_("Cancel, and return the stock"), permissions=["change"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> Any:
        return self.move_many(request, orders, Order.Status.CANCELED)
