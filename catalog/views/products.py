"""v1: products, and what they cost since when."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.facets import facets
from catalog.filters import ProductFilter
from catalog.models import PriceChange, Product
from catalog.querysets import PriceChangeQuerySet, ProductQuerySet
from catalog.search import words
from catalog.serializers import (
    FacetsSerializer,
    PriceChangeSerializer,
    ProductDetailSerializer,
    ProductSerializer,
)
from catalog.views.cards import ProductEditing
from catalog.views.public import FollowsRenames, PublicRead


class ProductViewSet(ProductEditing, ListModelMixin):
    """Products that at least one shop sells, with the best offer's price and stock."""

    filterset_class = ProductFilter
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    lookup_url_kwarg = "id_or_slug"

    def get_queryset(self) -> ProductQuerySet:
        products = Product.objects.on_sale()
        return products.with_summary() if self.action == "list" else products

    def get_object(self) -> Product:
        key = self.kwargs["id_or_slug"]
        return get_object_or_404(self.get_queryset().addressed(key).with_offers())

    def get_serializer_context(self) -> dict[str, Any]:
        searched = words(self.request.query_params.get("search", ""))
        return {**super().get_serializer_context(), "words": searched}

    @extend_schema(responses=FacetsSerializer)
    @action(detail=False, pagination_class=None)
    def facets(self, request: Request) -> Response:
        """Counts for the current filter, to narrow it down by."""
        products = cast(ProductQuerySet, self.filter_queryset(self.get_queryset()))
        return Response(FacetsSerializer(facets(products)).data)

    def get_serializer_class(self) -> type[ProductSerializer]:
        return ProductSerializer if self.action == "list" else ProductDetailSerializer


class PriceViewSet(
    FollowsRenames, PublicRead, ListModelMixin, GenericViewSet[PriceChange]
):
    """What a product's offers cost since when, the newest price first."""

    named = Product
    permission_classes = (AllowAny,)
    serializer_class = PriceChangeSerializer

    def get_queryset(self) -> PriceChangeQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return PriceChange.objects.none()
        products = Product.objects.on_sale().addressed(self.kwargs["id_or_slug"])
        return PriceChange.objects.of_product(get_object_or_404(products))
