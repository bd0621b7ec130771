"""What may come in about people, and what goes out."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Customer, User

JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3fQ.aq3H4v6o"


def example(value: Any) -> Callable[[type], type]:
    """Show `value` in the OpenAPI document wherever the serializer is used."""
    return extend_schema_serializer(examples=[OpenApiExample("Example", value)])


def password_field() -> serializers.CharField:
    """Any text; never trimmed. The validators look at it in the service."""
    return serializers.CharField(
        max_length=4096, trim_whitespace=False, write_only=True
    )


@example(
    {"email": "ann@example.com", "password": "a-long-walk-home", "first_name": "Ann"}
)
class SignUpInput(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = password_field()
    username = serializers.CharField(
        max_length=150, required=False, default="", help_text="Else the e-mail address."
    )
    first_name = serializers.CharField(max_length=150, required=False, default="")
    last_name = serializers.CharField(max_length=150, required=False, default="")
    customer_token = serializers.UUIDField(
        required=False, default=None, help_text="A guest's token: cart and orders come."
    )


@example({"email": "ann@example.com", "must_confirm": True})
class SignedUpSerializer(serializers.Serializer[Any]):
    """The same for a new and for a known address."""

    email = serializers.EmailField()
    must_confirm = serializers.BooleanField(
        help_text="A letter with a link was sent; confirm before signing in."
    )


@example({"email": "ann@example.com"})
class EmailInput(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


@example({"token": "WzcsImFubkBleGFtcGxlLmNvbSIsMF0:1sXyZa:9b1c…"})
class LinkTokenInput(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=1000, help_text="From the link.")


@example({"login": "ann@example.com", "password": "a-long-walk-home"})
class SignInInput(serializers.Serializer[Any]):
    login = serializers.CharField(max_length=254, help_text="E-mail or username.")
    password = password_field()


@example({"refresh": JWT})
class RefreshInput(serializers.Serializer[Any]):
    # As long as the parser lets a text be: a forged token is 401, however long.
    refresh = serializers.CharField(max_length=100_000)


@example({"access": JWT, "refresh": JWT, "expires_in": 3600})
class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds the access token lives.")


@example({"token": "395bce87-0edd-4834-9063-a36311e2f81f"})
class GuestSerializer(serializers.ModelSerializer[Customer]):
    token = serializers.UUIDField(help_text="Send it as X-Customer-Token.")

    class Meta:
        model = Customer
        fields = ("token",)


@example(
    {
        "id": 7,
        "username": "ann@example.com",
        "email": "ann@example.com",
        "first_name": "Ann",
        "last_name": "",
        "is_partner": False,
        "is_staff": False,
        "confirmed_at": "2026-11-21T03:20:00.000000Z",
        "date_joined": "2026-11-21T03:14:10.000000Z",
    }
)
class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = (
            "id",
            "username",
            "email",
            "first_name",
            "last_name",
            "is_partner",
            "is_staff",
            "confirmed_at",
            "date_joined",
        )
        read_only_fields = fields
