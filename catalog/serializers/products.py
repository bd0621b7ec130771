"""Products in a list and on their page."""

from datetime import datetime
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Photo, Product
from catalog.search import snippet
from catalog.serializers.fields import MoneyField, example
from catalog.serializers.named import (
    SHOP,
    BrandSerializer,
    CategoryRefSerializer,
    ShopRefSerializer,
    ref,
)
from catalog.serializers.offers import OFFER, OfferSerializer
from catalog.serializers.photos import PHOTO, PhotoSerializer, sizes

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
    "rating": 4.5,
    "review_count": 2,
    "photo": PHOTO,
    "snippet": None,
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
    rating = serializers.FloatField(
        allow_null=True, help_text="Average stars of the reviews, 1 to 5."
    )
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
            "rating",
            "review_count",
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
            "brand": brand and ref(brand),
            "categories": [ref(category) for category in product.categories.all()],
            "offer": best.pk,
            "shop": ref(best.shop),
            "price": f"{best.price:.2f}",
            "regular_price": f"{best.regular_price:.2f}",
            "currency": settings.STORE_CURRENCY,
            "stock": best.stock,
            "in_stock": product.in_stock,
            "rating": None if product.rating is None else float(product.rating),
            "review_count": product.review_count,
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
            "sizes": sizes(photo, self.context["request"]),
        }


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@example(
    PRODUCT
    | {
        "description": "Brews four mugs and asks for four minutes.",
        "attributes": {"Capacity (l)": 1, "Color": "copper"},
        "photos": [PHOTO],
        "offers": [OFFER],
        "rating_counts": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1},
        "created_at": "2026-11-21T03:14:10.000000Z",
        "updated_at": "2026-11-21T03:14:10.000000Z",
    }
)
class ProductDetailSerializer(ProductSerializer):
    """A product on its page: all photos, facts, and every shop's offer by price."""

    photos = PhotoSerializer(many=True)
    offers = OfferSerializer(many=True)
    rating_counts = serializers.SerializerMethodField(
        help_text="How many reviews give 1, 2, 3, 4, 5 stars."
    )

    class Meta(ProductSerializer.Meta):
        fields = (
            *ProductSerializer.Meta.fields,
            "description",
            "attributes",
            "photos",
            "offers",
            "rating_counts",
            "created_at",
            "updated_at",
        )

    def get_rating_counts(self, product: Product) -> dict[str, int]:
        counts = product.rating_counts or [0] * 5
        return {str(stars): number for stars, number in enumerate(counts, start=1)}

    def to_representation(self, product: Product) -> dict[str, Any]:
        offers = OfferSerializer(product.offers.all(), many=True)
        return super().to_representation(product) | {
            "description": product.description,
            "attributes": product.attributes,
            "photos": [self._photo(photo) for photo in product.photos.all()],
            "offers": offers.data,
            "rating_counts": self.get_rating_counts(product),
            "created_at": _utc(product.created_at),
            "updated_at": _utc(product.updated_at),
        }
