"""v1: orders."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Braked, IsBuyer, StaffMay, staff_may
from orders.filters import OrderFilter
from orders.invoices import invoice_pdf
from orders.models import Order, OrderLine
from orders.querysets import OrderQuerySet
from orders.serializers import (
    ConfirmInput,
    InvoiceQueryInput,
    OrderDetailSerializer,
    OrderSerializer,
    PlaceOrderInput,
)
from orders.services import confirm_order, draft_order, place_order
from orders.sheets import csv_lines
from orders.views.buyers import COUPON_PROBLEMS, actor, answer_made, buyer
from orders.views.files import CsvRenderer, PdfRenderer, csv_answer, pdf_answer
from orders.views.moving import MOVES, OrderMoves

TABLE = "order,code,status,placed_at,email,…\r\n12,vj_ipX8b8v6faC4uGXZTVg,sent,…"


class OrderViewSet(OrderMoves, ReadOnlyModelViewSet[Order]):
    """The caller's own orders, drafts included, newest first; staff see everybody's."""

    OWN = {"cancel", "confirm"}

    permission_classes = (IsBuyer,)
    throttle_classes = (Braked,)
    brakes = {"create": "checkout", "confirm": "checkout"}
    filterset_class = OrderFilter
    lookup_field = "code"
    lookup_value_regex = "[-_A-Za-z0-9]{22}"
    problems = MOVES | {
        "create": (
            "out-of-stock",
            "offer-not-found",
            "cart-is-full",
            "order-too-large",
            "quote-changed",
            "delivery-not-offered",
            "address-missing",
            "payment-not-offered",
            *COUPON_PROBLEMS,
        ),
        "confirm": ("out-of-stock", "move-not-allowed", "address-missing"),
    }

    def get_queryset(self) -> QuerySet[Order]:
        if getattr(self, "swagger_fake_view", False):
            return Order.objects.none()
        sees_all = self.action not in self.OWN
        if sees_all and staff_may(self.request, "orders.view_order"):
            orders = Order.objects.newest_first()
        else:
            orders = Order.objects.of(buyer(self.request))
        if self.action == "invoice":
            return orders.placed().with_lines()
        return orders.with_lines() if self.action == "list" else orders.with_timeline()

    @extend_schema(
        operation_id="orders_export",
        responses={(200, "text/csv"): str},
        examples=[OpenApiExample("A line", TABLE, media_type="text/csv")],
    )
    @action(
        detail=False,
        permission_classes=[StaffMay],
        needs="orders.view_order",
        renderer_classes=[*api_settings.DEFAULT_RENDERER_CLASSES, CsvRenderer],
        pagination_class=None,
    )
    def export(self, request: Request) -> StreamingHttpResponse:
        """Everything that the filter finds, as a table: a row for each order line.

        Staff only. UTF-8 with a byte order mark. A text that a spreadsheet would take
        for a formula, as a phone with +, has a ' in front.
        """
        orders = cast(OrderQuerySet, self.filter_queryset(self.get_queryset()))
        return csv_answer(csv_lines(OrderLine.objects.in_orders(orders)), "orders.csv")

    @extend_schema(
        parameters=[InvoiceQueryInput], responses={(200, "application/pdf"): bytes}
    )
    @action(
        detail=True,
        renderer_classes=[*api_settings.DEFAULT_RENDERER_CLASSES, PdfRenderer],
        filter_backends=[],
    )
    def invoice(self, request: Request, code: str) -> HttpResponse:
        """The invoice of a placed order, as PDF."""
        query = InvoiceQueryInput(data=request.query_params)
        query.is_valid(raise_exception=True)
        order = self.get_object()
        content = invoice_pdf(order, query.validated_data["language"])
        return pdf_answer(content, f"invoice-{order.pk}.pdf")

    def get_serializer_class(self) -> Any:
        return OrderSerializer if self.action == "list" else OrderDetailSerializer

    @extend_schema(request=PlaceOrderInput, responses={201: OrderDetailSerializer})
    def create(self, request: Request) -> Response:
        """Order offers at once, without a cart; or make a draft to confirm later."""
        given = PlaceOrderInput(data=request.data)
        given.is_valid(raise_exception=True)
        facts: dict[str, Any] = {
            "customer": buyer(request),
            "quantities": given.quantities(),
            "delivery": given.delivery(),
            "coupon": given.validated_data["coupon"],
            "payment": given.validated_data["payment_method"],
            "actor": actor(request),
            "now": timezone.now(),
        }
        if given.validated_data["draft"]:
            return answer_made(request, draft_order(**facts))
        return answer_made(request, place_order(**facts, total=given.expected_total()))

    @extend_schema(request=ConfirmInput, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, code: str) -> Response:
        """Confirm a draft: its stock is taken, at the prices that it shows."""
        order = self.get_object()
        given = ConfirmInput(data=request.data)
        given.is_valid(raise_exception=True)
        confirm_order(
            order=order,
            **given.validated_data,
            actor=actor(request),
            now=timezone.now(),
        )
        return Response(OrderDetailSerializer(self.get_object()).data)
