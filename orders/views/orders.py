"""v1: own orders."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import IsBuyer
from orders.models import Order
from orders.serializers import (
    OrderDetailSerializer,
    OrderSerializer,
)
from orders.views.buyers import buyer


class OrderViewSet(ReadOnlyModelViewSet[Order]):
    """The caller's own placed orders, newest first."""

    permission_classes = (IsBuyer,)
    lookup_field = "code"
    lookup_value_regex = "[-_A-Za-z0-9]{22}"

    def get_queryset(self) -> QuerySet[Order]:
        if getattr(self, "swagger_fake_view", False):
            return Order.objects.none()
        orders = Order.objects.placed_by(buyer(self.request))
        return orders.with_lines() if self.action == "list" else orders.with_timeline()

    def get_serializer_class(self) -> Any:
        return OrderSerializer if self.action == "list" else OrderDetailSerializer
