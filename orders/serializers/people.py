"""What comes in and goes out where guests become members, and members leave."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import JWT, SignInInput, TokenPairSerializer
from catalog.serializers import example
from orders.serializers.examples import ORDER
from orders.serializers.orders import OrderDetailSerializer
from orders.serializers.reviews import OwnReviewSerializer
from orders.services import POLICIES


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
    orders = OrderDetailSerializer(many=True)
    reviews = OwnReviewSerializer(many=True)
