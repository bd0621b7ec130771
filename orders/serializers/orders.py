"""What goes out of an order."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from catalog.serializers import MoneyField, example
from orders.models import Order, OrderEvent, OrderLine
from orders.serializers.examples import ORDER, PAYMENT, PLACED
from orders.serializers.payments import PaymentSerializer


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    offer = serializers.IntegerField(source="offer_id")
    name = serializers.CharField(source="product_name")
    shop = serializers.CharField(source="shop_name")
    amount = MoneyField()

    class Meta:
        model = OrderLine
        fields = (
            "offer",
            "name",
            "shop",
            "article",
            "unit_price",
            "quantity",
            "amount",
            "discount",
        )


class OrderEventSerializer(serializers.ModelSerializer[OrderEvent]):
    class Meta:
        model = OrderEvent
        fields = ("before", "after", "at", "note")


class InvoiceQueryInput(serializers.Serializer[Any]):
    language = serializers.ChoiceField(
        choices=["en", "ru"], required=False, help_text="The store's own without it."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"language": settings.INVOICE_LANGUAGE} | given


@example(ORDER)
class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order as it was placed; `code` is its address."""

    delivery_method = serializers.CharField(
        source="delivery_method.code", default=None, allow_null=True
    )
    coupon = serializers.CharField(source="coupon_code")
    total = MoneyField()
    currency = serializers.SerializerMethodField()
    lines = OrderLineSerializer(many=True)

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            "id",
            "code",
            "status",
            "email",
            "first_name",
            "last_name",
            "phone",
            "country",
            "city",
            "postal_code",
            "address",
            "delivery_method",
            "goods_total",
            "coupon",
            "discount",
            "delivery_price",
            "total",
            "currency",
            "placed_at",
            "lines",
        )

    def get_currency(self, order: Order) -> str:
        return settings.STORE_CURRENCY


@example(ORDER | {"payment": PAYMENT, "events": [PLACED]})
class OrderDetailSerializer(OrderSerializer):
    """An order with its payment and timeline, oldest event first."""

    payment = PaymentSerializer(
        default=None, allow_null=True, help_text="Null when no method was chosen."
    )
    events = OrderEventSerializer(many=True)

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "payment", "events")
