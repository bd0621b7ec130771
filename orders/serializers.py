"""What may come into a cart or an order, and what goes out."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import JWT, SignInInput, TokenPairSerializer
from catalog.serializers import MoneyField, QuantityField, WholeNumberField, example
from catalog.services import available
from orders.models import CartLine, DeliveryMethod, Order, OrderEvent, OrderLine
from orders.services import POLICIES, Delivery, PricedCart


class CartQueryInput(serializers.Serializer[Any]):
    delivery_method = serializers.SlugField(
        required=False, default="", help_text="Code of a delivery method to price."
    )


LINE = {
    "offer": 1,
    "product": 1,
    "name": "French press",
    "slug": "french-press",
    "shop": "Storekeeper",
    "quantity": 2,
    "unit_price": "2890.00",
    "amount": "5780.00",
    "available": 13,
}
CART = {
    "id": 12,
    "lines": [LINE],
    "goods_total": "5780.00",
    "delivery_method": "courier",
    "delivery_price": "350.00",
    "total": "6130.00",
    "currency": "RUB",
    "quote": "ce2eebe17fc634d7299bf16d675a55e4",
    "changes": [],
}
DELIVERY = {
    "email": "ann@example.com",
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "+7 900 000-00-00",
    "country": "",
    "city": "Omsk",
    "postal_code": "644099",
    "address": "1 Main Street",
    "delivery_method": "courier",
}
ORDER = {
    "id": 12,
    "code": "vj_ipX8b8v6faC4uGXZTVg",
    "status": "confirmed",
    **DELIVERY,
    "goods_total": "5780.00",
    "delivery_price": "350.00",
    "total": "6130.00",
    "currency": "RUB",
    "placed_at": "2026-11-21T03:14:20.767293Z",
    "lines": [
        {
            "offer": 1,
            "name": "French press",
            "shop": "Storekeeper",
            "article": "4216101",
            "unit_price": "2890.00",
            "quantity": 2,
            "amount": "5780.00",
        }
    ],
}
PLACED = {"before": "", "after": "confirmed", "at": "2026-11-21T03:14:20.767293Z"}


@example({"offer": 1, "quantity": 2})
class AddLineInput(serializers.Serializer[Any]):
    offer = WholeNumberField(min_value=1)
    quantity = QuantityField(default=1)


@example({"quantity": 3})
class SetLineInput(serializers.Serializer[Any]):
    quantity = QuantityField(min_value=0, help_text="0 takes the line out.")


@example({"quote": CART["quote"], **DELIVERY})
class CheckoutInput(serializers.Serializer[Any]):
    """Who buys, where it goes, and the quote of the cart as the buyer saw it."""

    quote = serializers.CharField(max_length=64)
    delivery_method = serializers.SlugField(max_length=40)
    email = serializers.EmailField(max_length=254)
    first_name = serializers.CharField(max_length=150)
    last_name = serializers.CharField(max_length=150)
    phone = serializers.CharField(max_length=30)
    country = serializers.CharField(
        max_length=100, required=False, default="", allow_blank=True
    )
    city = serializers.CharField(
        max_length=100, required=False, default="", allow_blank=True
    )
    postal_code = serializers.CharField(
        max_length=20, required=False, default="", allow_blank=True
    )
    address = serializers.CharField(
        max_length=255, required=False, default="", allow_blank=True
    )

    def delivery(self) -> Delivery:
        """The validated values as the domain takes them."""
        values = {k: v for k, v in self.validated_data.items() if k != "quote"}
        return Delivery(method=values.pop("delivery_method"), **values)


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
    offer = serializers.IntegerField()
    name = serializers.CharField()
    field = serializers.ChoiceField(choices=["price", "available"])
    before = serializers.CharField(help_text="Money, or the quantity asked for.")
    after = serializers.CharField(help_text="Money, or the quantity there.")


@example(CART)
class CartSerializer(serializers.Serializer[PricedCart]):
    """The cart at today's prices. `id` is the number its order will have."""

    id = serializers.IntegerField(allow_null=True)
    lines = CartLineSerializer(many=True)
    goods_total = MoneyField()
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
        )


class OrderEventSerializer(serializers.ModelSerializer[OrderEvent]):
    class Meta:
        model = OrderEvent
        fields = ("before", "after", "at")


@example(ORDER)
class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order as it was placed; `code` is its address."""

    delivery_method = serializers.CharField(
        source="delivery_method.code", default=None, allow_null=True
    )
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
            "delivery_price",
            "total",
            "currency",
            "placed_at",
            "lines",
        )

    def get_currency(self, order: Order) -> str:
        return settings.STORE_CURRENCY


@example(ORDER | {"events": [PLACED]})
class OrderDetailSerializer(OrderSerializer):
    """An order with its timeline, oldest event first."""

    events = OrderEventSerializer(many=True)

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "events")


@example(
    {
        "login": "ann@example.com",
        "password": "a-long-walk-home",
        "customer_token": "395bce87-0edd-4834-9063-a36311e2f81f",
        "merge": "sum",
    }
)
class SignInWithGuestInput(SignInInput):
    customer_token = serializers.UUIDField(
        required=False,
        default=None,
        allow_null=True,
        help_text="A guest's token: cart and orders come.",
    )
    merge = serializers.ChoiceField(
        choices=POLICIES,
        default="sum",
        help_text="What to do where both carts hold an offer.",
    )


class MergedLineSerializer(serializers.Serializer[Any]):
    offer = serializers.IntegerField()
    name = serializers.CharField()
    guest_quantity = serializers.IntegerField()
    own_quantity = serializers.IntegerField()
    quantity = serializers.IntegerField(help_text="What is in the cart now.")
    outcome = serializers.ChoiceField(
        choices=[
            "added",
            "summed",
            "larger",
            "kept-mine",
            "kept-guest",
            "capped",
            "dropped",
        ]
    )


@example(
    {
        "access": JWT,
        "refresh": JWT,
        "expires_in": 3600,
        "merged": [
            {
                "offer": 1,
                "name": "French press",
                "guest_quantity": 2,
                "own_quantity": 1,
                "quantity": 3,
                "outcome": "summed",
            }
        ],
    }
)
class SignedInSerializer(TokenPairSerializer):
    merged = MergedLineSerializer(
        many=True,
        allow_null=True,
        help_text="What became of the guest's cart; null when there was no guest.",
    )


@example({"account": {"id": 7, "email": "ann@example.com"}, "orders": [ORDER]})
class ExportSerializer(serializers.Serializer[Any]):
    """All we know of an account. Times are UTC."""

    account = serializers.DictField()
    customer = serializers.DictField(allow_null=True)
    addresses = serializers.ListField(child=serializers.DictField())
    sessions = serializers.ListField(child=serializers.DictField())
    security_events = serializers.ListField(child=serializers.DictField())
    cart = serializers.ListField(child=serializers.DictField())
    orders = OrderSerializer(many=True)
