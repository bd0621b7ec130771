"""What may come in with an order."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from catalog.serializers import example
from orders.serializers.built import BuiltOnce
from orders.serializers.carts import AddLineInput
from orders.serializers.examples import CART, DELIVERY
from orders.services import Delivery

REQUIRED = serializers.Field.default_error_messages["required"]


class DeliveryInput(BuiltOnce):
    """Who buys, and where it goes."""

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

    coupon = serializers.SlugField(
        max_length=40, required=False, default="", allow_blank=True
    )

    payment_method = serializers.SlugField(
        max_length=40,
        required=False,
        default="",
        allow_blank=True,
        help_text="Code of a payment method; without one, no payment is recorded.",
    )

    def delivery(self) -> Delivery:
        """The validated values as the domain takes them."""
        given = self.validated_data
        values = {f.name: given[f.name] for f in fields(Delivery) if f.name in given}
        return Delivery(method=given["delivery_method"], **values)


@example({"quote": CART["quote"], **DELIVERY})
class CheckoutInput(DeliveryInput):
    """Who buys, where it goes, and the quote of the cart as the buyer saw it."""

    quote = serializers.CharField(max_length=8000)


@example({"lines": [{"offer": 1, "quantity": 2}], "total": "6130.00", **DELIVERY})
class PlaceOrderInput(DeliveryInput):
    """An order of these lines; a repeated offer counts with its sum."""

    lines = AddLineInput(many=True, allow_empty=False)
    total = serializers.RegexField(
        r"\A[0-9]{1,10}\.[0-9]{2}\Z",
        required=False,
        default=None,
        help_text="What the buyer expects to pay; if it is another sum today, nothing "
        "is ordered.",
    )
    draft = serializers.BooleanField(
        default=False,
        help_text="Make an order in state new, to be confirmed later: it keeps today's "
        "prices, takes no stock, and may come without phone and address.",
    )
    phone = serializers.CharField(
        max_length=30,
        required=False,
        default="",
        allow_blank=True,
        help_text="Required, unless it is a draft.",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not (given["draft"] or given["phone"]):
            raise serializers.ValidationError({"phone": REQUIRED}, "required")
        return given

    def expected_total(self) -> Decimal | None:
        """What the buyer expects to pay, if it was said."""
        total = self.validated_data["total"]
        return None if total is None else Decimal(total)

    def quantities(self) -> dict[int, int]:
        """Offer id → quantity, in the order in which the offers were first named."""
        summed: dict[int, int] = {}
        for line in self.validated_data["lines"]:
            summed[line["offer"]] = summed.get(line["offer"], 0) + line["quantity"]
        return summed


@example({"phone": "+7 900 000-00-00", "address": "1 Main Street"})
class ConfirmInput(serializers.Serializer[Any]):
    """What a draft may have left open; an empty address keeps the draft's own."""

    phone = serializers.CharField(max_length=30)
    address = serializers.CharField(
        max_length=255, required=False, default="", allow_blank=True
    )
