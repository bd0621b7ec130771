"""What may come in about people, and what goes out."""

from collections.abc import Callable
from functools import cache
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.devices import REFRESH_COOKIE, device
from accounts.models import Address, ApiKey, Customer, Session, User

JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3fQ.aq3H4v6o"


def example(value: Any) -> Callable[[type], type]:
    """Show `value` in the OpenAPI document wherever the serializer is used."""
    return extend_schema_serializer(examples=[OpenApiExample("Example", value)])


def shown(kind: type[serializers.Serializer[Any]], value: Any) -> dict[str, Any]:
    """What `kind(value).data` is; building the fields anew would cost most of it."""
    return _built(kind).to_representation(value)


@cache
def _built(kind: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    return kind()


class NameField(serializers.CharField):
    """A person's name: one line, and no address to follow; letters greet with it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=150, allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if "://" in name or not name.isprintable():
            raise serializers.ValidationError("This is not a name.", code="invalid")
        return name


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
        max_length=150,
        required=False,
        default="",
        allow_blank=True,
        help_text="Else the e-mail address.",
    )
    first_name = NameField(required=False, default="")
    last_name = NameField(required=False, default="")
    customer_token = serializers.UUIDField(
        required=False,
        default=None,
        allow_null=True,
        help_text="A guest's token: cart and orders come, once the address counts.",
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
    otp = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of staff with a second step: the app's code, or a recovery code.",
    )
    mode = serializers.ChoiceField(
        choices=["body", "cookie"],
        default="body",
        help_text="Where the refresh token goes: the answer, or an HttpOnly cookie.",
    )


@example({"refresh": JWT})
class RefreshInput(serializers.Serializer[Any]):
    # As long as the parser lets a text be: a forged token is 401, however long.
    refresh = serializers.CharField(
        max_length=100_000,
        required=False,
        default="",
        help_text="Absent in cookie mode: the cookie has it.",
    )

    def validate(self, values: dict[str, str]) -> dict[str, str]:
        if values["refresh"] or REFRESH_COOKIE in self.context["request"].COOKIES:
            return values
        message = "Neither here nor in a cookie is a refresh token."
        raise serializers.ValidationError({"refresh": [message]}, code="required")


@example({"access": JWT, "refresh": JWT, "expires_in": 3600})
class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField(
        required=False, help_text="Absent in cookie mode: the cookie has it."
    )
    expires_in = serializers.IntegerField(help_text="Seconds the access token lives.")
    csrf_token = serializers.CharField(
        required=False, help_text="Cookie mode: send it as X-CSRFToken to refresh."
    )


@example(
    {
        "id": "6a0f4a0e-9c1b-4d7e-8f59-0d8c2b1e7a44",
        "device": "Firefox on Linux",
        "created_at": "2026-11-20T18:00:00.000000Z",
        "last_used_at": "2026-11-21T03:10:00.000000Z",
        "expires_at": "2026-12-20T18:00:00.000000Z",
        "is_current": True,
    }
)
class SessionSerializer(serializers.ModelSerializer[Session]):
    """One signed-in device. `last_used_at` is exact to five minutes."""

    device = serializers.SerializerMethodField()
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = (
            "id",
            "device",
            "created_at",
            "last_used_at",
            "expires_at",
            "is_current",
        )

    def get_device(self, session: Session) -> str:
        return device(session.user_agent)

    def get_is_current(self, session: Session) -> bool:
        return session == self.context["request"].auth


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


@example({"username": "ann", "first_name": "Ann", "last_name": "Lee"})
class ProfileInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    first_name = NameField()
    last_name = NameField()


@example({"password": "a-long-walk-home", "new_password": "a-longer-walk-home"})
class ChangePasswordInput(serializers.Serializer[Any]):
    password = password_field()
    new_password = password_field()


@example({"password": "a-long-walk-home", "email": "ann.lee@example.com"})
class ChangeEmailInput(serializers.Serializer[Any]):
    password = password_field()
    email = serializers.EmailField(max_length=254)


@example({"token": "WzcsImFubkBleGFtcGxlLmNvbSIsMF0:…", "password": "a-new-road"})
class ResetInput(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=1000, help_text="From the link.")
    password = password_field()


@example({"password": "a-long-walk-home"})
class PasswordInput(serializers.Serializer[Any]):
    password = password_field()


@example({"created_at": "2026-11-21T03:14:10.000000Z"})
class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """That there is a key, and since when; the key itself is shown once."""

    class Meta:
        model = ApiKey
        fields = ("created_at",)


@example({"key": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})
class NewApiKeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Send it as `Authorization: Token <key>`.")


@example(
    {
        "id": 3,
        "first_name": "Ann",
        "last_name": "Lee",
        "phone": "+7 900 000-00-00",
        "country": "",
        "city": "Omsk",
        "postal_code": "644099",
        "address": "1 Main Street",
        "is_default": True,
    }
)
class AddressSerializer(serializers.ModelSerializer[Address]):
    """A line of the address book. The first one is the default by itself."""

    class Meta:
        model = Address
        fields = (
            "id",
            "first_name",
            "last_name",
            "phone",
            "country",
            "city",
            "postal_code",
            "address",
            "is_default",
        )
