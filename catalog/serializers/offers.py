"""Offers, and what they cost since when."""

from rest_framework import serializers

from catalog.models import Offer, PriceChange
from catalog.serializers.fields import MoneyField, example
from catalog.serializers.named import SHOP, ShopRefSerializer

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


class OfferSerializer(serializers.ModelSerializer[Offer]):
    shop = ShopRefSerializer()
    price = MoneyField(help_text="What is paid.")
    in_stock = serializers.BooleanField()
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
