"""v1: products as staff write them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.filters import CardFilter
from catalog.models import Product
from catalog.serializers import ProductCardSerializer, ProductEdit, ProductInput
from catalog.services import add_product, change_product, retire_product
from catalog.views.editing import StaffWrites


class ProductEditing(StaffWrites):
    """The writing half of the products' viewset."""

    named = Product
    needs = "catalog.{}_product"
    card_class = ProductCardSerializer
    problems: dict[str, tuple[str, ...]] = {
        "partial_update": ("edited-meanwhile", "deleted-meanwhile"),
        "destroy": ("edited-meanwhile", "deleted-meanwhile"),
    }

    @extend_schema(request=ProductInput, responses={201: ProductCardSerializer})
    def create(self, request: Request) -> Response:
        """Add a product, together with its first offer if you like.

        Without one it is not on sale and has no page yet; staff read its card.
        """
        given = self.given(ProductInput)
        offer = given.pop("offer", None)
        product = add_product(values=given, offer=offer, document=self.document())
        return self.shown(self._card(str(product.pk)), status=201)

    @extend_schema(request=ProductEdit, responses=ProductCardSerializer)
    def partial_update(self, request: Request, id_or_slug: str) -> Response:
        """Edit a product; what is left out stays. Its offers have their own address.

        With another `slug`, the old address leads to the new one.
        """
        product = change_product(
            pk=self._card(id_or_slug).pk,
            values=self.given(ProductEdit, partial=True),
            expected=self.expected(),
        )
        return self.shown(self._card(str(product.pk)))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id_or_slug: str) -> Response:
        """Take a product off sale; one that was never offered is deleted.

        Its orders stay as they are; `is_active` true brings it back.
        """
        retire_product(pk=self._card(id_or_slug).pk, expected=self.expected())
        return Response(status=204)

    @extend_schema(operation_id="products_card", responses=ProductCardSerializer)
    @action(detail=True)
    def card(self, request: Request, id_or_slug: str) -> Response:
        """A product as staff see it, on sale or not, with withdrawn offers."""
        return self.shown(self._card(id_or_slug))

    @extend_schema(operation_id="products_cards", responses=ProductCardSerializer)
    @action(
        detail=False,
        filterset_class=CardFilter,
        serializer_class=ProductCardSerializer,
    )
    def cards(self, request: Request) -> Response:
        """All products as staff see them, those that nobody sells included."""
        cards: Any = self.filter_queryset(Product.objects.with_card())
        rows = ProductCardSerializer(
            self.paginate_queryset(cards),
            many=True,
            context=self.get_serializer_context(),
        )
        return self.get_paginated_response(rows.data)

    def _card(self, key: str) -> Product:
        return get_object_or_404(Product.objects.with_card().addressed(key))
