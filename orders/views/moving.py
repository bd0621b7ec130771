"""v1: moves of an order, by its buyer and by staff."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import StaffMay, account
from orders.models import Order
from orders.serializers import (
    CancelInput,
    MoveInput,
    MoveManyInput,
    MoveResultSerializer,
    OrderDetailSerializer,
)
from orders.services import cancel_order, move_order, move_orders
from orders.views.buyers import actor

MOVES = {
    "cancel": ("cancel-too-late", "move-not-allowed"),
    "move": ("move-not-allowed", "out-of-stock", "address-missing"),
}


class OrderMoves(GenericViewSet[Order]):
    """Cancel, and every other move; the answer is the order with its timeline."""

    needs = ""

    @extend_schema(request=CancelInput, responses=OrderDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, code: str) -> Response:
        """Cancel an own order, until it is assembled; the goods go back into stock."""
        given = CancelInput(data=request.data)
        given.is_valid(raise_exception=True)
        cancel_order(
            order=self.get_object(),
            actor=actor(request),
            now=timezone.now(),
            note=given.validated_data["note"],
        )
        return self._answer()

    @extend_schema(request=MoveInput, responses=OrderDetailSerializer)
    @action(
        detail=True,
        methods=["post"],
        permission_classes=[StaffMay],
        needs="orders.change_order",
    )
    def move(self, request: Request, code: str) -> Response:
        """Move an order on, or cancel it; staff only."""
        given = MoveInput(data=request.data)
        given.is_valid(raise_exception=True)
        move_order(
            order=self.get_object(),
            actor=account(request),
            now=timezone.now(),
            **given.validated_data,
        )
        return self._answer()

    @extend_schema(
        operation_id="orders_move_many",
        request=MoveManyInput,
        responses=MoveResultSerializer(many=True),
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="move",
        permission_classes=[StaffMay],
        needs="orders.change_order",
        pagination_class=None,
    )
    def move_many(self, request: Request) -> Response:
        """Move up to 100 orders, each for itself; says of each what became of it."""
        given = MoveManyInput(data=request.data)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = given.validated_data
        results: Any = move_orders(
            codes=list(dict.fromkeys(values.pop("orders"))),
            actor=account(request),
            now=timezone.now(),
            **values,
        )
        return Response(MoveResultSerializer(results, many=True).data)

    def _answer(self) -> Response:
        return Response(OrderDetailSerializer(self.get_object()).data)
