"""What goes out of an order."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import shown
from catalog.serializers import MoneyField, example
from orders.models import Order, OrderEvent, OrderLine, status_of_lines
from orders.serializers.examples import ORDER, PARCEL, PAYMENT, PLACED
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


class ParcelSerializer(serializers.Serializer[Any]):
    """What one shop of an order sends: its lines, and how far they are.

    A shop that has not moved its lines by itself is where the order is, with no note
    and no time of its own.
    """

    shop = serializers.CharField()
    status = serializers.ChoiceField(choices=Order.Status.choices)
    note = serializers.CharField(help_text="Of the shop; where to track it, say.")
    moved_at = serializers.DateTimeField(
        allow_null=True, help_text="When the shop moved them last."
    )
    offers = serializers.ListField(
        child=serializers.IntegerField(), help_text="The lines, by their `offer`."
    )


def parcels_of(order: Order) -> list[dict[str, Any]]:
    """A parcel for each shop, in the order in which the lines name them."""
    own = {parcel.shop_id: parcel for parcel in order.parcels.all()}
    found: dict[int, dict[str, Any]] = {}
    for line in order.lines.all():
        if line.shop_id not in found:
            parcel = own.get(line.shop_id)
            found[line.shop_id] = {
                "shop": line.shop_name,
                "status": status_of_lines(order, parcel),
                "note": parcel.note if parcel else "",
                "moved_at": parcel.moved_at if parcel else None,
                "offers": [],
            }
        found[line.shop_id]["offers"].append(line.offer_id)
    return list(found.values())


@example(ORDER | {"payment": PAYMENT, "parcels": [PARCEL], "events": [PLACED]})
class OrderDetailSerializer(OrderSerializer):
    """An order with its payment, parcels and timeline, oldest event first."""

    payment = PaymentSerializer(
        default=None, allow_null=True, help_text="Null when no method was chosen."
    )
    parcels = serializers.SerializerMethodField()
    events = OrderEventSerializer(many=True)

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "payment", "parcels", "events")

    @extend_schema_field(ParcelSerializer(many=True))
    def get_parcels(self, order: Order) -> Any:
        return [shown(ParcelSerializer, parcel) for parcel in parcels_of(order)]
