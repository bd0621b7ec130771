"""v1: offers and their stock, for staff."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.filters import OfferFilter
from catalog.models import Offer, StockMovement
from catalog.serializers import (
    BulkInput,
    BulkSerializer,
    OfferCardSerializer,
    OfferEdit,
    OfferInput,
    StockInput,
    StockMovementSerializer,
)
from catalog.services import (
    RowResult,
    add_offer,
    change_offer,
    change_offers,
    move_by_hand,
)
from catalog.views.editing import Tagged


class OfferViewSet(ListModelMixin, Tagged):
    """What shops sell at which price, withdrawn offers included."""

    needs = "catalog.{}_offer"
    serializer_class = card_class = OfferCardSerializer
    filterset_class = OfferFilter
    lookup_value_regex = "[0-9]{1,18}"
    problems: dict[str, tuple[str, ...]] = {
        "partial_update": ("edited-meanwhile", "deleted-meanwhile"),
        "destroy": ("edited-meanwhile", "deleted-meanwhile"),
        "bulk": ("rows-refused",),
        "move": ("stock-changed", "stock-moved", "edited-meanwhile"),
    }

    def get_queryset(self) -> QuerySet[Offer]:
        return Offer.objects.with_card()

    @extend_schema(request=OfferInput, responses={201: OfferCardSerializer})
    def create(self, request: Request) -> Response:
        """Offer a product in a shop; its stock is the first line of its ledger."""
        given = self.given(OfferInput)
        product = given.pop("product")
        offer = add_offer(product=product, values=given, document=self.document())
        return self.shown(offer, status=201)

    @extend_schema(request=OfferEdit, responses=OfferCardSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a price, withdraw an offer or bring it back. A price is logged."""
        offer = change_offer(
            pk=self.get_object().pk,
            values=self.given(OfferEdit, partial=True),
            document=self.document(),
            expected=self.expected(),
        )
        return self.shown(offer)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Withdraw an offer. Orders and logs name it, so it is never deleted."""
        change_offer(
            pk=self.get_object().pk,
            values={"is_withdrawn": True},
            document=self.document(),
            expected=self.expected(),
        )
        return Response(status=204)

    @extend_schema(request=BulkInput, responses=BulkSerializer)
    @action(detail=False, methods=["post"], filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Change prices, withdrawal and stock of up to 1,000 offers in one call.

        With `all-or-nothing` one bad row refuses all of them; with `good-rows` the
        others are applied, and each row has its result.
        """
        given = self.given(BulkInput)
        results = change_offers(**given, document=self.document())
        return Response(self._told(results))

    @extend_schema(operation_id="offers_movements", responses=StockMovementSerializer)
    @action(detail=True, filterset_class=None, url_path="stock")
    def stock(self, request: Request, pk: str) -> Response:
        """The ledger of an offer's stock, the newest line first."""
        offer: Any = get_object_or_404(self.get_queryset(), pk=pk)
        page = self.paginate_queryset(StockMovement.objects.of_offer(offer))
        rows = StockMovementSerializer(page, many=True)
        return self.get_paginated_response(rows.data)

    @extend_schema(
        operation_id="offers_move_stock",
        request=StockInput,
        responses=OfferCardSerializer,
    )
    @stock.mapping.post
    def move(self, request: Request, pk: str) -> Response:
        """Correct stock by a difference, or by what was counted; always with a reason.

        `stock` is taken only while the stock is still `expected`: what was sold since
        the count is not written over.
        """
        offer = move_by_hand(
            pk=self.get_object().pk,
            move=self.given(StockInput),
            document=self.document(),
            expected=self.expected(),
        )
        return self.shown(offer)

    def _told(self, results: Sequence[RowResult]) -> dict[str, Any]:
        tell = self.get_exception_handler()
        context = self.get_exception_handler_context()
        counts = Counter(result.status for result in results)
        rows = [
            {
                "index": result.index,
                "offer": result.offer,
                "status": result.status,
                "problem": _bare(tell(result.error, context).data)
                if result.error
                else None,
            }
            for result in results
        ]
        return {
            "changed": counts["changed"],
            "unchanged": counts["unchanged"],
            "refused": counts["refused"],
            "rows": rows,
        }


def _bare(problem: dict[str, Any]) -> dict[str, Any]:
    """Without where it happened, which is the same for all rows."""
    return {k: v for k, v in problem.items() if k not in {"instance", "request_id"}}
