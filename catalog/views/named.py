"""v1: categories and brands."""

from rest_framework.permissions import AllowAny
from rest_framework.viewsets import ReadOnlyModelViewSet

from catalog.models import Brand, Category
from catalog.serializers import BrandSerializer, CategorySerializer
from catalog.views.public import PublicRead


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
