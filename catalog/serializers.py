"""What goes out of the catalogue, and the number fields that every app takes in."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from catalog.facets import Facets
from catalog.models import (
    Brand,
    Category,
    Offer,
    Photo,
    PriceChange,
    Product,
    Shop,
)
from catalog.search import snippet


def example(value: Any) -> Callable[[type], type]:
    """Show `value` in the OpenAPI document wherever the serializer is used."""
    shown = OpenApiExample("Example", value, status_codes=["200", "201", "202"])
    return extend_schema_serializer(examples=[shown])


class WholeNumberField(serializers.IntegerField):
    """An integer in ASCII digits; int() would take "١" and "1_0" as well."""

    def to_internal_value(self, value: Any) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", str(value), re.A):
            self.fail("invalid")
        return super().to_internal_value(value)


class QuantityField(WholeNumberField):
    """How many of something, within reason."""

    def __init__(self, *, min_value: int = 1, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=1_000_000, **kwargs)


class MoneyField(serializers.DecimalField):
    """Money as it goes out: text with two decimals, in the store's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=2, **kwargs)


@example({"id": 5, "slug": "tea", "name": "Tea", "parent": 2})
class CategorySerializer(serializers.ModelSerializer[Category]):
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]

    class Meta:
        model = Category
        fields = ("id", "slug", "name", "parent")


@example({"id": 3, "slug": "brindlewick", "name": "Brindlewick"})
class BrandSerializer(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ("id", "slug", "name")


class CategoryRefSerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ("id", "slug", "name")


class ShopRefSerializer(serializers.ModelSerializer[Shop]):
    class Meta:
        model = Shop
        fields = ("id", "slug", "name")


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    url = serializers.ImageField(source="image")

    class Meta:
        model = Photo
        fields = ("url", "width", "height", "alt")


class OfferSerializer(serializers.ModelSerializer[Offer]):
    shop = ShopRefSerializer()
    in_stock = serializers.SerializerMethodField()
    lowest_price_30_days = MoneyField(
        source="lowest_price", help_text="The lowest price of the last 30 days."
    )
    price_since = serializers.DateTimeField(allow_null=True)
    price_reason = serializers.ChoiceField(
        choices=PriceChange.Reason.choices,
        allow_null=True,
        help_text="Who set the price in force: a supplier's list, or staff.",
    )

    class Meta:
        model = Offer
        fields = (
            "id",
            "shop",
            "article",
            "model",
            "price",
            "regular_price",
            "discount_price",
            "recommended_price",
            "lowest_price_30_days",
            "price_since",
            "price_reason",
            "stock",
            "in_stock",
        )

    def get_in_stock(self, offer: Offer) -> bool:
        return offer.stock > 0


SHOP = {"id": 1, "slug": "storekeeper", "name": "Storekeeper"}
PHOTO = {
    "url": "https://shop.example/media/photos/french-press.webp",
    "width": 800,
    "height": 800,
    "alt": "French press",
}
PRODUCT = {
    "id": 1,
    "slug": "french-press",
    "name": "French press",
    "brand": {"id": 3, "slug": "brindlewick", "name": "Brindlewick"},
    "categories": [{"id": 2, "slug": "coffee-tea", "name": "Coffee & tea"}],
    "offer": 1,
    "shop": SHOP,
    "price": "2890.00",
    "regular_price": "3250.00",
    "currency": "RUB",
    "stock": 13,
    "in_stock": True,
    "photo": PHOTO,
    "snippet": None,
}
OFFER = {
    "id": 1,
    "shop": SHOP,
    "article": "4216101",
    "model": "brindlewick/tidewater",
    "price": "2890.00",
    "regular_price": "3250.00",
    "discount_price": "2890.00",
    "recommended_price": "3490.00",
    "lowest_price_30_days": "2790.00",
    "price_since": "2026-11-21T03:14:10.000000Z",
    "price_reason": "import",
    "stock": 13,
    "in_stock": True,
}


@example(PRODUCT)
class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product in a list: the card, and its best offer's price and stock."""

    brand = BrandSerializer(allow_null=True)
    categories = CategoryRefSerializer(many=True)
    offer = serializers.IntegerField(source="best_offer_id")
    shop = ShopRefSerializer(source="best_offer.shop")
    price = MoneyField(source="best_offer.price")
    regular_price = MoneyField(source="best_offer.regular_price")
    currency = serializers.SerializerMethodField()
    stock = serializers.IntegerField(source="best_offer.stock")
    photo = serializers.SerializerMethodField()
    snippet = serializers.SerializerMethodField(
        help_text="HTML: where the searched words stand, each in <mark>; else null."
    )

    class Meta:
        model = Product
        fields: tuple[str, ...] = (
            "id",
            "slug",
            "name",
            "brand",
            "categories",
            "offer",
            "shop",
            "price",
            "regular_price",
            "currency",
            "stock",
            "in_stock",
            "photo",
            "snippet",
        )

    def get_currency(self, product: Product) -> str:
        return settings.STORE_CURRENCY

    @extend_schema_field(PhotoSerializer(allow_null=True))
    def get_photo(self, product: Product) -> Any:
        photos = list(product.photos.all())  # in their order: with_summary()
        return self._photo(photos[0]) if photos else None

    def get_snippet(self, product: Product) -> str | None:
        found = self.context.get("words")
        text = f"{product.name}. {product.description}".rstrip()
        return snippet(text, found) if found else None

    def to_representation(self, product: Product) -> dict[str, Any]:
        """The declared fields, written out: lists are the store's hottest reads.

        A test holds this against the declaration, which the OpenAPI document shows.
        """
        best, brand = product.best_offer, product.brand
        assert best is not None  # noqa: S101 - only products on sale are shown
        return {
            "id": product.pk,
            "slug": product.slug,
            "name": product.name,
            "brand": brand and _ref(brand),
            "categories": [_ref(category) for category in product.categories.all()],
            "offer": best.pk,
            "shop": _ref(best.shop),
            "price": f"{best.price:.2f}",
            "regular_price": f"{best.regular_price:.2f}",
            "currency": settings.STORE_CURRENCY,
            "stock": best.stock,
            "in_stock": product.in_stock,
            "photo": self.get_photo(product),
            "snippet": self.get_snippet(product),
        }

    def _photo(self, photo: Photo) -> dict[str, Any]:
        url = self.context["request"].build_absolute_uri(photo.image.url)
        return {
            "url": url,
            "width": photo.width,
            "height": photo.height,
            "alt": photo.alt,
        }


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _ref(named: Brand | Category | Shop) -> dict[str, Any]:
    return {"id": named.pk, "slug": named.slug, "name": named.name}


@example(
    PRODUCT
    | {
        "description": "Brews four mugs and asks for four minutes.",
        "attributes": {"Capacity (l)": 1, "Color": "copper"},
        "photos": [PHOTO],
        "offers": [OFFER],
        "created_at": "2026-11-21T03:14:10.000000Z",
        "updated_at": "2026-11-21T03:14:10.000000Z",
    }
)
class ProductDetailSerializer(ProductSerializer):
    """A product on its page: all photos, facts, and every shop's offer by price."""

    photos = PhotoSerializer(many=True)
    offers = OfferSerializer(many=True)

    class Meta(ProductSerializer.Meta):
        fields = (
            *ProductSerializer.Meta.fields,
            "description",
            "attributes",
            "photos",
            "offers",
            "created_at",
            "updated_at",
        )

    def to_representation(self, product: Product) -> dict[str, Any]:
        offers = OfferSerializer(product.offers.all(), many=True)
        return super().to_representation(product) | {
            "description": product.description,
            "attributes": product.attributes,
            "photos": [self._photo(photo) for photo in product.photos.all()],
            "offers": offers.data,
            "created_at": _utc(product.created_at),
            "updated_at": _utc(product.updated_at),
        }


@example(
    {
        "offer": 1,
        "price": "2890.00",
        "regular_price": "3250.00",
        "reason": "import",
        "at": "2026-11-21T03:14:10.000000Z",
    }
)
class PriceChangeSerializer(serializers.ModelSerializer[PriceChange]):
    """One price of an offer, from `at` on."""

    offer = serializers.IntegerField(source="offer_id")
    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = PriceChange
        fields = ("offer", "price", "regular_price", "reason", "at")


class NamedCount(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class ValueCount(serializers.Serializer[Any]):
    value = serializers.JSONField(help_text="Text, number or boolean, as typed.")
    count = serializers.IntegerField()


class AttributeFacet(serializers.Serializer[Any]):
    name = serializers.CharField()
    values = ValueCount(many=True)


@example(
    {
        "count": 12,
        "price_min": "450.00",
        "price_max": "8990.00",
        "categories": [{"slug": "coffee-tea", "name": "Coffee & tea", "count": 9}],
        "brands": [{"slug": "brindlewick", "name": "Brindlewick", "count": 4}],
        "shops": [{"slug": "storekeeper", "name": "Storekeeper", "count": 12}],
        "attributes": [
            {"name": "Color", "values": [{"value": "copper", "count": 3}]},
        ],
    }
)
class FacetsSerializer(serializers.Serializer[Facets]):
    """Counts of products under the current filter, the most frequent first."""

    count = serializers.IntegerField()
    price_min = MoneyField(allow_null=True)
    price_max = MoneyField(allow_null=True)
    categories = NamedCount(many=True)
    brands = NamedCount(many=True)
    shops = NamedCount(many=True)
    attributes = AttributeFacet(many=True)


@example({"kind": "product", "slug": "french-press", "name": "French press"})
class SuggestionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["category", "brand", "product"])
    slug = serializers.CharField()
    name = serializers.CharField()


class SuggestionInput(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100, help_text="What was typed so far.")
