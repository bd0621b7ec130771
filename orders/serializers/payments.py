"""Payments: what providers and staff may tell, and what goes out."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from catalog.serializers import QuantityField, WholeNumberField, example
from orders.models import Payment, PaymentMethod, Refund, RefundLine
from orders.providers import PROVIDERS


@example({"code": "card", "name": "Card", "provider": "hosted-page"})
class PaymentMethodSerializer(serializers.ModelSerializer[PaymentMethod]):
    class Meta:
        model = PaymentMethod
        fields = ("code", "name", "provider")


class RefundLineSerializer(serializers.ModelSerializer[RefundLine]):
    offer = serializers.IntegerField(source="line.offer_id")

    class Meta:
        model = RefundLine
        fields = ("offer", "quantity", "amount")


REFUND = {
    "amount": "2890.00",
    "delivery_amount": "0.00",
    "lines": [{"offer": 1, "quantity": 1, "amount": "2890.00"}],
    "reason": "A cup was broken.",
    "at": "2026-11-22T09:00:00.000000Z",
    "done_at": None,
}


@example(REFUND)
class RefundSerializer(serializers.ModelSerializer[Refund]):
    """Money that goes back; `done_at` is null while staff have to send it."""

    lines = RefundLineSerializer(many=True)

    class Meta:
        model = Refund
        fields = ("amount", "delivery_amount", "lines", "reason", "at", "done_at")


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """What is to be paid, whether it was, what went back."""

    method = serializers.CharField(source="method.code")
    page = serializers.SerializerMethodField()
    refunds = RefundSerializer(many=True)

    class Meta:
        model = Payment
        fields = ("method", "state", "amount", "refunded", "paid_at", "page", "refunds")

    def get_page(self, payment: Payment) -> str | None:
        """Where to pay; null when there is no page, or nothing left to pay on it."""
        if payment.state not in {Payment.State.PENDING, Payment.State.FAILED}:
            return None
        return PROVIDERS[payment.method.provider].page(payment)


@example(
    {
        "event": "evt_1",
        "payment": "qA3x7m0b6qQxXwJ0m0J2Vw",
        "state": "paid",
        "amount": "6130.00",
        "currency": "RUB",
    }
)
class NoticeInput(serializers.Serializer[Any]):
    """What a provider tells. X-Payment-Signature is `t=TIME,v1=HMAC`: HMAC-SHA256 in
    hex over the time (seconds), a dot and the body's bytes."""

    event = serializers.CharField(max_length=64)
    payment = serializers.CharField(max_length=22, help_text="The payment's reference.")
    state = serializers.ChoiceField(choices=["paid", "failed"])
    amount = serializers.RegexField(r"\A[0-9]{1,10}\.[0-9]{2}\Z")
    currency = serializers.CharField(max_length=3)

    def facts(self) -> dict[str, Any]:
        """The validated values as the domain takes them."""
        given = dict(self.validated_data)
        reference, amount = given.pop("payment"), Decimal(given.pop("amount"))
        return given | {"reference": reference, "amount": amount}


class RefundLineInput(serializers.Serializer[Any]):
    offer = WholeNumberField(min_value=1)
    quantity = QuantityField()


@example({"lines": [{"offer": 1, "quantity": 1}], "reason": "A cup was broken."})
class RefundInput(serializers.Serializer[Any]):
    """Units to give money back for; and the delivery, if it is to go back too."""

    lines = RefundLineInput(many=True, required=False, default=list)
    delivery = serializers.BooleanField(default=False)
    reason = serializers.CharField(
        max_length=255, required=False, default="", allow_blank=True
    )

    def quantities(self) -> dict[int, int]:
        """Offer id → quantity; a repeated offer counts with its sum."""
        summed: dict[int, int] = {}
        for line in self.validated_data["lines"]:
            summed[line["offer"]] = summed.get(line["offer"], 0) + line["quantity"]
        return summed
