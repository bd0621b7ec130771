"""v1: what can be bought."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet, ViewSet

from catalog.facets import facets
from catalog.filters import ProductFilter
from catalog.models import Brand, Category, PriceChange, Product
from catalog.querysets import PriceChangeQuerySet, ProductQuerySet
from catalog.search import suggestions, words
from catalog.serializers import (
    BrandSerializer,
    CategorySerializer,
    FacetsSerializer,
    PriceChangeSerializer,
    ProductDetailSerializer,
    ProductSerializer,
    SuggestionInput,
    SuggestionSerializer,
)


class PublicRead:
    """May be kept by anybody, and asked after each time: a write shows at once.

    The answer's ETag makes the asking cheap: 304 when nothing has changed. A stale
    credential sent along is not looked at.
    """

    authentication_classes: Any = ()

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]
        if response.status_code == 200:
            response["Cache-Control"] = "public, no-cache"
        return response


class ProductViewSet(PublicRead, ReadOnlyModelViewSet[Product]):
    """Products that at least one shop sells, with the best offer's price and stock."""

    permission_classes = (AllowAny,)
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


class PriceViewSet(PublicRead, ListModelMixin, GenericViewSet[PriceChange]):
    """What a product's offers cost since when, the newest price first."""

    permission_classes = (AllowAny,)
    serializer_class = PriceChangeSerializer

    def get_queryset(self) -> PriceChangeQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return PriceChange.objects.none()
        products = Product.objects.on_sale().addressed(self.kwargs["id_or_slug"])
        return PriceChange.objects.of_product(get_object_or_404(products))


class SuggestionViewSet(PublicRead, ViewSet):
    """For a search box, while somebody types."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="suggestions_list",
        parameters=[SuggestionInput],
        responses=SuggestionSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """At most ten categories, brands and products for what was typed so far."""
        query = SuggestionInput(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = suggestions(query.validated_data["q"])
        return Response(SuggestionSerializer(found, many=True).data)


class CategoryViewSet(PublicRead, ReadOnlyModelViewSet[Category]):
    """The category tree, flat: `parent` is the id of the category above, or null."""

    permission_classes = (AllowAny,)
    queryset = Category.objects.active().order_by("pk")
    serializer_class = CategorySerializer
    lookup_field = "slug"


class BrandViewSet(PublicRead, ReadOnlyModelViewSet[Brand]):
    """Brands by name."""

    permission_classes = (AllowAny,)
    queryset = Brand.objects.order_by("name", "pk")
    serializer_class = BrandSerializer
    lookup_field = "slug"
