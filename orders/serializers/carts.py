"""What may come into a cart or an order, and what goes out of a cart."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.serializers import MoneyField, QuantityField, WholeNumberField, example
from catalog.services import available
from orders.models import CartLine, DeliveryMethod
from orders.serializers.built import BuiltOnce
from orders.serializers.examples import CART
from orders.services import PricedCart


class CartQueryInput(BuiltOnce):
    delivery_method = serializers.SlugField(
        required=False, default="", help_text="Code of a delivery method to price."
    )
    coupon = serializers.SlugField(
        required=False, default="", max_length=40, help_text="Code of a coupon to use."
    )


@example({"offer": 1, "quantity": 2})
class AddLineInput(BuiltOnce):
    offer = WholeNumberField(min_value=1)
    quantity = QuantityField(default=1)


@example({"quantity": 3})
class SetLineInput(serializers.Serializer[Any]):
    quantity = QuantityField(min_value=0, help_text="0 takes the line out.")


@example(
    {
        "code": "courier",
        "name": "Courier",
        "price": "350.00",
        "free_from": "10000.00",
        "needs_address": True,
    }
)
class DeliveryMethodSerializer(serializers.ModelSerializer[DeliveryMethod]):
    class Meta:
        model = DeliveryMethod
        fields = ("code", "name", "price", "free_from", "needs_address")


class CartLineSerializer(serializers.ModelSerializer[CartLine]):
    offer = serializers.IntegerField(source="offer_id")
    product = serializers.IntegerField(source="offer.product_id")
    name = serializers.CharField(source="offer.product.name")
    slug = serializers.CharField(source="offer.product.slug")
    shop = serializers.CharField(source="offer.shop.name")
    unit_price = MoneyField(source="offer.price")
    amount = serializers.SerializerMethodField()
    available = serializers.SerializerMethodField()

    class Meta:
        model = CartLine
        fields = (
            "offer",
            "product",
            "name",
            "slug",
            "shop",
            "quantity",
            "unit_price",
            "amount",
            "available",
        )

    @extend_schema_field(MoneyField())
    def get_amount(self, line: CartLine) -> str:
        return f"{line.offer.price * line.quantity:.2f}"

    def get_available(self, line: CartLine) -> int:
        return available(line.offer)


class ChangeSerializer(serializers.Serializer[Any]):
    """One thing that moved.

    `field`: the price of an offer; how many of those asked for are available, or none
    because it was withdrawn. In a refused checkout, against its quote, also: the
    quantity, and without an offer the delivery and the discount.
    """

    offer = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    field = serializers.ChoiceField(
        choices=["price", "available", "withdrawn", "quantity", "delivery", "discount"]
    )
    before = serializers.CharField(help_text="Money, or a quantity.")
    after = serializers.CharField(help_text="Money, or a quantity.")


@example(CART)
class CartSerializer(serializers.Serializer[PricedCart]):
    """The cart at today's prices. `id` is the number its order will have."""

    id = serializers.IntegerField(allow_null=True)
    lines = CartLineSerializer(many=True)
    goods_total = MoneyField()
    coupon = serializers.CharField(source="coupon.code", default=None, allow_null=True)
    discount = MoneyField(help_text="What the coupon takes off the goods.")
    delivery_method = serializers.CharField(
        source="delivery_method.code", default=None, allow_null=True
    )
    delivery_price = MoneyField()
    total = MoneyField()
    currency = serializers.SerializerMethodField()
    quote = serializers.CharField(
        allow_null=True, help_text="Send it with the checkout; null for an empty cart."
    )
    changes = ChangeSerializer(many=True)

    def get_currency(self, cart: PricedCart) -> str:
        return settings.STORE_CURRENCY
