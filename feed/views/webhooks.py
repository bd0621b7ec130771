"""v1: webhooks and their deliveries; staff only."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import StaffMay
from feed.filters import DeliveryFilter
from feed.models import Delivery, Webhook
from feed.serializers import (
    DeliverySerializer,
    SecretSerializer,
    WebhookInput,
    WebhookSerializer,
)
from feed.services import (
    delete_webhook,
    redeliver,
    rotate_secret,
    save_webhook,
    send_test,
)


class WebhookViewSet(ReadOnlyModelViewSet[Webhook]):
    """Addresses of other programs that are told of events, signed."""

    permission_classes = (StaffMay,)
    needs = "feed.{}_webhook"
    queryset = Webhook.objects.in_order()
    serializer_class = WebhookSerializer
    lookup_value_regex = "[0-9]{1,18}"
    problems = {
        "create": ("address-refused", "too-many-webhooks"),
        "partial_update": ("address-refused",),
        "test": ("webhook-is-off",),
    }

    @extend_schema(request=WebhookInput, responses={201: WebhookSerializer})
    def create(self, request: Request) -> Response:
        """Tell an address of events from now on."""
        given = WebhookInput(data=request.data)
        given.is_valid(raise_exception=True)
        webhook = save_webhook(webhook=Webhook(), values=given.validated_data)
        return Response(WebhookSerializer(webhook).data, status=201)

    @extend_schema(request=WebhookInput, responses=WebhookSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change an address, its kinds, or switch it off and on."""
        given = WebhookInput(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        webhook = save_webhook(webhook=self.get_object(), values=given.validated_data)
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Tell it no more."""
        delete_webhook(webhook=self.get_object())
        return Response(status=204)

    @extend_schema(responses=SecretSerializer)
    @action(detail=True)
    def secret(self, request: Request, pk: str) -> Response:
        """The secret to check signatures by."""
        return Response(SecretSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=WebhookSerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        """Make a new secret; for a day messages are signed by the old one, too."""
        webhook = rotate_secret(webhook=self.get_object(), now=timezone.now())
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send a message of the kind webhook.test."""
        delivery = send_test(webhook=self.get_object())
        return Response(DeliverySerializer(delivery).data, status=202)


class DeliveryViewSet(ReadOnlyModelViewSet[Delivery]):
    """What became of each message, the newest first."""

    permission_classes = (StaffMay,)
    needs = "feed.{}_delivery"
    queryset = Delivery.objects.newest_first()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    lookup_value_regex = "[0-9]{1,18}"
    problems = {"redeliver": ("webhook-is-off",)}

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def redeliver(self, request: Request, pk: str) -> Response:
        """Send a message again, under its old id."""
        delivery = redeliver(delivery=self.get_object())
        return Response(DeliverySerializer(delivery).data, status=202)
