"""v1: categories, brands and shops."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Brand, Category, Shop
from catalog.querysets import BrandQuerySet, CategoryQuerySet, ShopQuerySet
from catalog.serializers import (
    BrandInput,
    BrandSerializer,
    CategoryCardSerializer,
    CategoryInput,
    CategorySerializer,
    ShopCardSerializer,
    ShopInput,
    ShopRefSerializer,
)
from catalog.services import (
    change_brand,
    change_category,
    change_shop,
    delete_brand,
    delete_category,
    delete_shop,
    save_brand,
    save_category,
    save_shop,
)
from catalog.views.editing import NamedViewSet

EDITS: dict[str, tuple[str, ...]] = {
    "partial_update": ("edited-meanwhile", "deleted-meanwhile"),
    "destroy": ("edited-meanwhile", "deleted-meanwhile", "in-use"),
}


class CategoryViewSet(NamedViewSet):
    """The category tree, flat: `parent` is the id of the category above, or null."""

    named = Category
    needs = "catalog.{}_category"
    serializer_class = CategorySerializer
    card_class = CategoryCardSerializer
    problems = EDITS

    def get_queryset(self) -> CategoryQuerySet:
        categories = Category.objects.order_by("pk")
        return categories.active() if self._is_open() else categories

    @extend_schema(request=CategoryInput, responses={201: CategoryCardSerializer})
    def create(self, request: Request) -> Response:
        """Add a category. Without `slug` it gets one after its name."""
        category = save_category(category=Category(**self.given(CategoryInput)))
        return self.shown(category, status=201)

    @extend_schema(request=CategoryInput, responses=CategoryCardSerializer)
    def partial_update(self, request: Request, id_or_slug: str) -> Response:
        """Rename or move a category; everything below it moves along."""
        category = change_category(
            pk=self.get_object().pk,
            values=self.given(CategoryInput, partial=True),
            expected=self.expected(),
        )
        return self.shown(category)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id_or_slug: str) -> Response:
        """Delete a category without products and without categories below it."""
        delete_category(pk=self.get_object().pk, expected=self.expected())
        return Response(status=204)

    @extend_schema(operation_id="categories_cards", responses=CategoryCardSerializer)
    @action(detail=False, serializer_class=CategoryCardSerializer)
    def cards(self, request: Request) -> Response:
        """All categories as staff see them, switched off ones included."""
        return self.list(request)

    @extend_schema(operation_id="categories_card", responses=CategoryCardSerializer)
    @action(detail=True)
    def card(self, request: Request, id_or_slug: str) -> Response:
        """A category as staff see it, switched off or not."""
        return self.shown(self.get_object())


class BrandViewSet(NamedViewSet):
    """Brands by name."""

    named = Brand
    needs = "catalog.{}_brand"
    serializer_class = BrandSerializer
    card_class = BrandSerializer
    problems = EDITS

    def get_queryset(self) -> BrandQuerySet:
        return Brand.objects.order_by("name", "pk")

    @extend_schema(request=BrandInput, responses={201: BrandSerializer})
    def create(self, request: Request) -> Response:
        """Add a brand. Without `slug` it gets one after its name."""
        brand = save_brand(brand=Brand(**self.given(BrandInput)))
        return self.shown(brand, status=201)

    @extend_schema(request=BrandInput, responses=BrandSerializer)
    def partial_update(self, request: Request, id_or_slug: str) -> Response:
        """Rename a brand; its products are found by the new name at once."""
        brand = change_brand(
            pk=self.get_object().pk,
            values=self.given(BrandInput, partial=True),
            expected=self.expected(),
        )
        return self.shown(brand)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id_or_slug: str) -> Response:
        """Delete a brand that no product has."""
        delete_brand(pk=self.get_object().pk, expected=self.expected())
        return Response(status=204)


class ShopViewSet(NamedViewSet):
    """Who sells, by name."""

    named = Shop
    needs = "catalog.{}_shop"
    serializer_class = ShopRefSerializer
    card_class = ShopCardSerializer
    problems = EDITS

    def get_queryset(self) -> ShopQuerySet:
        shops = Shop.objects.order_by("name", "pk")
        return shops.open() if self._is_open() else shops

    @extend_schema(request=ShopInput, responses={201: ShopCardSerializer})
    def create(self, request: Request) -> Response:
        """Add a shop. Without `slug` it gets one after its name."""
        shop = save_shop(shop=Shop(**self.given(ShopInput)))
        return self.shown(shop, status=201)

    @extend_schema(request=ShopInput, responses=ShopCardSerializer)
    def partial_update(self, request: Request, id_or_slug: str) -> Response:
        """Edit a shop; with `accepts_orders` false all it sells disappears at once."""
        shop = change_shop(
            pk=self.get_object().pk,
            values=self.given(ShopInput, partial=True),
            expected=self.expected(),
        )
        return self.shown(shop)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id_or_slug: str) -> Response:
        """Delete a shop that never had an offer; any other can be closed."""
        delete_shop(pk=self.get_object().pk, expected=self.expected())
        return Response(status=204)

    @extend_schema(operation_id="shops_cards", responses=ShopCardSerializer)
    @action(detail=False, serializer_class=ShopCardSerializer)
    def cards(self, request: Request) -> Response:
        """All shops as staff see them, closed ones included."""
        return self.list(request)

    @extend_schema(operation_id="shops_card", responses=ShopCardSerializer)
    @action(detail=True)
    def card(self, request: Request, id_or_slug: str) -> Response:
        """A shop as staff see it, with the address for its letters."""
        return self.shown(self.get_object())
