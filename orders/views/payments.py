"""v1: ways to pay, what providers tell, refunds by staff."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from accounts.permissions import StaffMay, account
from orders.models import Order, PaymentMethod
from orders.providers import check_signature
from orders.serializers import (
    NoticeInput,
    PaymentMethodSerializer,
    RefundInput,
    RefundSerializer,
)
from orders.services import receive_notice, refund_order

SIGNATURE = OpenApiParameter(
    "X-Payment-Signature", str, "header", required=True, description="t=TIME,v1=HMAC"
)


class PaymentMethodViewSet(ListModelMixin, GenericViewSet[PaymentMethod]):
    """Ways to pay for an order."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    serializer_class = PaymentMethodSerializer

    def get_queryset(self) -> QuerySet[PaymentMethod]:
        return PaymentMethod.objects.offered()


class PaymentNoticeViewSet(ViewSet):
    """What a payment provider tells us; believed by its signature alone."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    problems = {"create": ("notice-refused", "payment-not-found", "payment-differs")}

    @extend_schema(parameters=[SIGNATURE], request=NoticeInput, responses={204: None})
    def create(self, request: Request) -> Response:
        """Take a provider's notice; sent again, it changes nothing more."""
        now = timezone.now()
        signature = request.headers.get("X-Payment-Signature", "")
        check_signature(signature, request._request.body, now)
        given = NoticeInput(data=request.data)
        given.is_valid(raise_exception=True)
        receive_notice(**given.facts(), now=now)
        return Response(status=204)


class RefundViewSet(GenericViewSet[Order]):
    """Money that goes back for an order; staff only."""

    permission_classes = (StaffMay,)
    needs = "orders.add_refund"
    queryset = Order.objects.all()
    lookup_field = "code"
    problems = {"create": ("nothing-to-refund", "refund-too-large")}

    @extend_schema(request=RefundInput, responses={201: RefundSerializer})
    def create(self, request: Request, code: str) -> Response:
        """Give back, for these units and the delivery, exactly what was paid."""
        order = self.get_object()
        given = RefundInput(data=request.data)
        given.is_valid(raise_exception=True)
        refund = refund_order(
            order=order,
            quantities=given.quantities(),
            with_delivery=given.validated_data["delivery"],
            reason=given.validated_data["reason"],
            actor=account(request),
            now=timezone.now(),
        )
        return Response(RefundSerializer(refund).data, status=201)
