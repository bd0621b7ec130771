"""What goes out of the catalogue, and the number fields that every app takes in."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from catalog.models import Brand, Category, Offer, Photo, Product, Shop


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
        )

    def get_currency(self, product: Product) -> str:
        return settings.STORE_CURRENCY

    @extend_schema_field(PhotoSerializer(allow_null=True))
    def get_photo(self, product: Product) -> Any:
        photos = sorted(product.photos.all(), key=lambda photo: photo.position)
        return PhotoSerializer(photos[0], context=self.context).data if photos else None


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
