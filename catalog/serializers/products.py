"""Products in a list and on their page."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from rest_framework import serializers

from catalog.listing import Row
from catalog.search import snippet
from catalog.serializers.fields import MoneyField, example
from catalog.serializers.named import (
    SHOP,
    BrandSerializer,
    CategoryRefSerializer,
    ShopRefSerializer,
)
from catalog.serializers.offers import OFFER, OfferSerializer
from catalog.serializers.photos import PHOTO, PhotoSerializer

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


def present(
    rows: Iterable[Row], *, site: str, fields: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """What is shown of each row, with absolute addresses below `site`.

    `fields` are the members wanted, or None for all. The serializers below declare
    what comes out, for the OpenAPI document; a test holds one against the other.
    """
    for row in rows:
        beside = (other["photo"] for other in row.shown.get("related", ()))
        for photo in (row.shown["photo"], *row.shown.get("photos", ()), *beside):
            for picture in (photo, *photo["sizes"].values()) if photo else ():
                if picture is not None and picture["url"].startswith("/"):
                    picture["url"] = site + picture["url"]
        if row.marked:
            text = f"{row.shown['name']}. {row.description}".rstrip()
            row.shown["snippet"] = snippet(text, row.marked)
    if fields is None:
        return [row.shown for row in rows]
    return [{k: v for k, v in row.shown.items() if k in fields} for row in rows]


@example(PRODUCT)
class ProductSerializer(serializers.Serializer[Row]):
    """A product in a list: the card, and its best offer's price and stock."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    brand = BrandSerializer(allow_null=True)
    categories = CategoryRefSerializer(many=True)
    offer = serializers.IntegerField(help_text="The best offer: what a cart takes.")
    shop = ShopRefSerializer(help_text="Who makes the best offer.")
    price = MoneyField()
    regular_price = MoneyField()
    currency = serializers.CharField(default=settings.STORE_CURRENCY)
    stock = serializers.IntegerField()
    in_stock = serializers.BooleanField()
    rating = serializers.FloatField(
        allow_null=True, help_text="Average stars of the reviews, 1 to 5."
    )
    review_count = serializers.IntegerField()
    photo = PhotoSerializer(allow_null=True)
    snippet = serializers.CharField(
        allow_null=True,
        help_text="HTML: where the searched words stand, each in <mark>; else null.",
    )


@example(
    PRODUCT
    | {
        "description": "Brews four mugs and asks for four minutes.",
        "attributes": {"Capacity (l)": 1, "Color": "copper"},
        "photos": [PHOTO],
        "offers": [OFFER],
        "rating_counts": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1},
        "breadcrumbs": [
            {"id": 1, "slug": "kitchen", "name": "Kitchen"},
            {"id": 2, "slug": "coffee-tea", "name": "Coffee & tea"},
        ],
        "related": [PRODUCT | {"id": 2, "slug": "dripper", "name": "Dripper"}],
        "created_at": "2026-11-21T03:14:10.000000Z",
        "updated_at": "2026-11-21T03:14:10.000000Z",
    }
)
class ProductDetailSerializer(ProductSerializer):
    """A product on its page: all photos, facts, and every shop's offer by price."""

    description = serializers.CharField()
    attributes = serializers.DictField()
    photos = PhotoSerializer(many=True)
    offers = OfferSerializer(many=True)
    rating_counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="How many reviews give 1, 2, 3, 4, 5 stars.",
    )
    breadcrumbs = CategoryRefSerializer(
        many=True, help_text="From the root to the product's deepest category."
    )
    related = ProductSerializer(
        many=True, help_text="At most eight beside it, of its brand first."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
