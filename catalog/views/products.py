"""v1: products, and what they cost since when."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.details import PARTS, add_parts
from catalog.directory import Directory
from catalog.facets import facets
from catalog.filters import ProductFilter
from catalog.listing import Row, find_product
from catalog.models import PriceChange, Product
from catalog.querysets import PriceChangeQuerySet
from catalog.serializers import (
    FacetsSerializer,
    PriceChangeSerializer,
    ProductDetailSerializer,
    ProductSerializer,
    ShapeInput,
    present,
)
from catalog.services import version_of_page
from catalog.views.cards import ProductEditing
from catalog.views.editing import tagged
from catalog.views.public import CatalogRead, FollowsRenames, PublicRead


class ProductViewSet(CatalogRead, ProductEditing, ListModelMixin):
    """Products that at least one shop sells, with the best offer's price and stock."""

    queryset = Product.objects.on_sale()
    filterset_class = ProductFilter
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    lookup_url_kwarg = "id_or_slug"

    @extend_schema(parameters=[ShapeInput], responses=ProductSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Products by filter, search and ordering, each with its best offer."""
        shape = ShapeInput.shape(request.query_params)
        rows, names = self.rows(self.page_by)
        add_parts(rows, shape.parts, names)
        shown = present(rows, site=self.site, fields=shape.fields)
        return self.get_paginated_response(shown)

    def page_by(self, names: Directory) -> Sequence[Row]:
        chosen = ProductFilter.selection(self.request.query_params, names)
        return self.paginate_queryset(chosen) or ()  # type: ignore[arg-type]

    @extend_schema(parameters=[ShapeInput], responses=ProductDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A product by id or slug, with every shop's offer, the cheapest first."""
        shape = ShapeInput.shape(request.query_params)
        key = self.kwargs["id_or_slug"]
        rows, names = self.rows(lambda names: find_product(key, names))
        if not rows:
            raise Http404
        add_parts(rows, shape.parts if shape.fields else PARTS, names)
        version = None if shape.fields else version_of_page(rows[0].shown)
        shown = present(rows, site=self.site, fields=shape.fields)
        response = Response(shown[0])
        return tagged(response, version) if version else response

    @extend_schema(responses=FacetsSerializer)
    @action(detail=False, pagination_class=None)
    def facets(self, request: Request) -> Response:
        """Counts for the current filter, to narrow it down by."""
        chosen = ProductFilter.selection(request.query_params, self.names)
        return Response(FacetsSerializer(facets(chosen)).data)

    @property
    def site(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"


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
