"""Products and offers as staff see them."""

from rest_framework import serializers

from catalog.models import Offer, Product, StockMovement
from catalog.serializers.fields import MoneyField, example
from catalog.serializers.named import (
    SHOP,
    BrandSerializer,
    CategoryRefSerializer,
    ShopRefSerializer,
)
from catalog.serializers.photos import PHOTO, PhotoSerializer
from catalog.services import version_of

VERSION = "What If-Match takes, in quotes: names all that staff can edit, but stock."
OFFER_CARD = {
    "id": 1,
    "version": "5a1c0de7b2f94e83",
    "product": 1,
    "shop": SHOP,
    "article": "4216101",
    "model": "brindlewick/tidewater",
    "price": "2890.00",
    "regular_price": "3250.00",
    "discount_price": "2890.00",
    "recommended_price": "3490.00",
    "stock": 13,
    "is_withdrawn": False,
    "created_at": "2026-11-21T03:14:10.000000Z",
    "updated_at": "2026-11-21T03:14:10.000000Z",
}


@example(OFFER_CARD)
class OfferCardSerializer(serializers.ModelSerializer[Offer]):
    """An offer as staff see it, withdrawn or not."""

    product = serializers.IntegerField(source="product_id")
    shop = ShopRefSerializer()
    price = MoneyField(help_text="What is paid.")
    version = serializers.SerializerMethodField(help_text=VERSION)

    class Meta:
        model = Offer
        fields = tuple(OFFER_CARD)

    def get_version(self, offer: Offer) -> str:
        return version_of(offer)


@example(
    {
        "id": 1,
        "version": "0f8e7d6c5b4a3921",
        "slug": "french-press",
        "name": "French press",
        "description": "Brews four mugs and asks for four minutes.",
        "brand": {"id": 3, "slug": "brindlewick", "name": "Brindlewick"},
        "categories": [{"id": 2, "slug": "coffee-tea", "name": "Coffee & tea"}],
        "attributes": {"Capacity (l)": 1, "Color": "copper"},
        "is_active": True,
        "is_on_sale": True,
        "photos": [{"id": 5} | PHOTO],
        "offers": [OFFER_CARD],
        "created_at": "2026-11-21T03:14:10.000000Z",
        "updated_at": "2026-11-21T03:14:10.000000Z",
    }
)
class ProductCardSerializer(serializers.ModelSerializer[Product]):
    """A product as staff see it, on sale or not."""

    brand = BrandSerializer(allow_null=True)
    categories = CategoryRefSerializer(many=True)
    attributes = serializers.DictField(child=serializers.JSONField())
    is_on_sale = serializers.SerializerMethodField(
        help_text="Somebody sells it now, so that it has a page."
    )
    version = serializers.SerializerMethodField(help_text=VERSION)
    photos = PhotoSerializer(many=True)
    offers = OfferCardSerializer(many=True)

    class Meta:
        model = Product
        fields = (
            "id",
            "version",
            "slug",
            "name",
            "description",
            "brand",
            "categories",
            "attributes",
            "is_active",
            "is_on_sale",
            "photos",
            "offers",
            "created_at",
            "updated_at",
        )

    def get_version(self, product: Product) -> str:
        return version_of(product)

    def get_is_on_sale(self, product: Product) -> bool:
        return product.best_offer_id is not None


@example(
    {
        "id": 77,
        "delta": -2,
        "balance": 11,
        "reason": "manual",
        "document": "user:3",
        "note": "Broken on the way",
        "created_at": "2026-11-21T03:14:10.000000Z",
    }
)
class StockMovementSerializer(serializers.ModelSerializer[StockMovement]):
    """One line of an offer's ledger."""

    class Meta:
        model = StockMovement
        fields = ("id", "delta", "balance", "reason", "document", "note", "created_at")
