"""A partner's own shop, as it comes in and goes out."""

from typing import Any, ClassVar

from rest_framework import serializers

from catalog.models import Offer, Shop
from catalog.serializers import SHOP, MoneyField, example
from orders.models import Order
from orders.serializers import OrderLineSerializer
from partners.models import PriceListSource


@example(SHOP | {"accepts_orders": True, "email": "orders@shop.example"})
class DeskShopSerializer(serializers.ModelSerializer[Shop]):
    class Meta:
        model = Shop
        fields = ("id", "slug", "name", "accepts_orders", "email")


@example({"accepts_orders": False})
class DeskShopInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=255, required=False)
    accepts_orders = serializers.BooleanField(required=False)
    email = serializers.EmailField(required=False, allow_blank=True)


@example(
    {
        "id": 7,
        "article": "4216292",
        "name": "Green tea, 100 g",
        "model": "leaf/green",
        "regular_price": "150.00",
        "discount_price": None,
        "price": "150.00",
        "recommended_price": "190.00",
        "stock": 12,
        "is_withdrawn": False,
        "place": 3,
        "sellers": 5,
    }
)
class DeskOfferSerializer(serializers.ModelSerializer[Offer]):
    """An offer with its place by price among the shops that sell the product."""

    name = serializers.CharField(source="product.name")
    price = MoneyField()
    place = serializers.IntegerField(help_text="1 is the cheapest.")
    sellers = serializers.IntegerField(help_text="Shops that offer it now.")

    class Meta:
        model = Offer
        fields = (
            "id",
            "article",
            "name",
            "model",
            "regular_price",
            "discount_price",
            "price",
            "recommended_price",
            "stock",
            "is_withdrawn",
            "place",
            "sellers",
        )


@example(
    {
        "code": "vj_ipX8b8v6faC4uGXZTVg",
        "status": "confirmed",
        "placed_at": "2026-11-21T03:14:10.000000Z",
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone": "+7 900 000-00-00",
        "country": "",
        "city": "Omsk",
        "postal_code": "",
        "address": "1 Main Street",
        "delivery_method": "courier",
        "lines": [
            {
                "offer": 7,
                "name": "Green tea, 100 g",
                "shop": "Tea House",
                "article": "4216292",
                "unit_price": "150.00",
                "quantity": 2,
                "amount": "300.00",
                "discount": "0.00",
            }
        ],
    }
)
class DeskOrderSerializer(serializers.ModelSerializer[Order]):
    """Where the shop's own lines of an order go."""

    delivery_method = serializers.CharField(
        source="delivery_method.code", default=None, allow_null=True
    )
    lines = OrderLineSerializer(many=True)

    class Meta:
        model = Order
        fields = (
            "code",
            "status",
            "placed_at",
            "first_name",
            "last_name",
            "email",
            "phone",
            "country",
            "city",
            "postal_code",
            "address",
            "delivery_method",
            "lines",
        )


class ExportQuery(serializers.Serializer[Any]):
    TYPES: ClassVar = {
        "yaml": "application/yaml; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    kind = serializers.ChoiceField(choices=list(TYPES), default="yaml")


@example({"url": "https://partner.example/list.yaml", "every_hours": 6})
class SourceInput(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=2000)
    every_hours = serializers.IntegerField(min_value=1, max_value=720, default=24)


@example(
    {
        "url": "https://partner.example/list.yaml",
        "every_hours": 6,
        "next_at": "2026-11-21T09:14:10.000000Z",
        "fetched_at": "2026-11-21T03:14:10.000000Z",
        "changed_at": "2026-11-20T21:14:10.000000Z",
        "failures": 0,
        "problem": "",
    }
)
class SourceSerializer(serializers.ModelSerializer[PriceListSource]):
    """`failures` in a row, and what the last one was."""

    class Meta:
        model = PriceListSource
        fields = (
            "url",
            "every_hours",
            "next_at",
            "fetched_at",
            "changed_at",
            "failures",
            "problem",
        )
