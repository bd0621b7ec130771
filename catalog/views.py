"""v1: what can be bought."""

from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.viewsets import ReadOnlyModelViewSet

from catalog.filters import ProductFilter
from catalog.models import Brand, Category, Product
from catalog.querysets import ProductQuerySet
from catalog.serializers import (
    BrandSerializer,
    CategorySerializer,
    ProductDetailSerializer,
    ProductSerializer,
)


class ProductViewSet(ReadOnlyModelViewSet[Product]):
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

    def get_serializer_class(self) -> type[ProductSerializer]:
        return ProductSerializer if self.action == "list" else ProductDetailSerializer


class CategoryViewSet(ReadOnlyModelViewSet[Category]):
    """The category tree, flat: `parent` is the id of the category above, or null."""

    permission_classes = (AllowAny,)
    queryset = Category.objects.active().order_by("pk")
    serializer_class = CategorySerializer
    lookup_field = "slug"


class BrandViewSet(ReadOnlyModelViewSet[Brand]):
    """Brands by name."""

    permission_classes = (AllowAny,)
    queryset = Brand.objects.order_by("name", "pk")
    serializer_class = BrandSerializer
    lookup_field = "slug"
