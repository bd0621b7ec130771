"""What may come in about people, and what goes out."""

from typing import Any

from rest_framework import serializers

from accounts.models import Customer, User


def password_field() -> serializers.CharField:
    """Any text; never trimmed. The validators look at it in the service."""
    return serializers.CharField(
        max_length=4096, trim_whitespace=False, write_only=True
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


class SignedUpSerializer(serializers.Serializer[Any]):
    """The same for a new and for a known address."""

    email = serializers.EmailField()
    must_confirm = serializers.BooleanField(
        help_text="A letter with a link was sent; confirm before signing in."
    )


class EmailInput(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


class LinkTokenInput(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=1000, help_text="From the link.")


class SignInInput(serializers.Serializer[Any]):
    login = serializers.CharField(max_length=254, help_text="E-mail or username.")
    password = password_field()


class RefreshInput(serializers.Serializer[Any]):
    # As long as the parser lets a text be: a forged token is 401, however long.
    refresh = serializers.CharField(max_length=100_000)


class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds the access token lives.")


class GuestSerializer(serializers.ModelSerializer[Customer]):
    token = serializers.UUIDField(help_text="Send it as X-Customer-Token.")

    class Meta:
        model = Customer
        fields = ("token",)


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
