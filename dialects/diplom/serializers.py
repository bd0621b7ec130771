"""The documented bodies, and the ways in which they come."""

from typing import IO, Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from accounts.models import User
from dialects.doors import Id, Name, Password, WholeNumber, moment
from dialects.meeting import item, number
from orders.models import Order


class LoginInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=254, source="login")
    password = Password()


class UserInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150, required=False)
    first_name = Name(required=False)
    last_name = Name(required=False)
    email = serializers.EmailField(max_length=254, required=False)
    password = Password(required=False)


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "first_name", "last_name", "email")


class IdInput(serializers.Serializer[Any]):
    id = Id()


class ContactInput(serializers.Serializer[Any]):
    city = serializers.CharField(max_length=100)


class OrderInput(serializers.Serializer[Any]):
    contact = ContactInput()
    quantity = WholeNumber(min_value=1)
    product_info = Id()


class ConfirmInput(IdInput):
    address = serializers.CharField(max_length=255)
    phone = serializers.CharField(max_length=30)


class UrlInput(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=2000)


class RawYaml(BaseParser):
    """A price list as the body itself: its bytes, at most one more than it may have."""

    media_type = "application/yaml"

    def parse(self, stream: IO[bytes], *args: Any, **kwargs: Any) -> Any:
        return stream.read(settings.PRICE_LIST_BYTES_LIMIT + 1)


class RawXYaml(RawYaml):
    media_type = "application/x-yaml"


class RawTextYaml(RawYaml):
    media_type = "text/yaml"


class RawTextXYaml(RawYaml):
    media_type = "text/x-yaml"


YAML = (RawYaml, RawXYaml, RawTextYaml, RawTextXYaml)


def asked(request: Request) -> dict[str, Any]:
    """The fields of a GET, from its JSON body or its query; the body wins."""
    body = request.data if isinstance(request.data, dict) else {}
    return {**request.query_params.dict(), **body}


def order_body(order: Order) -> dict[str, Any]:
    """An order with its items; needs lines and their offers loaded."""
    return {
        "id": order.pk,
        "dt": moment(order.created_at),
        "state": order.status,
        "total_sum": number(order.total),
        "contact": {
            "id": order.pk,
            "city": order.city or None,
            "address": order.address or None,
            "phone": order.phone or None,
        },
        "ordered_items": [
            {
                "id": line.pk,
                "product_info": item(line.offer),
                "quantity": line.quantity,
                "price": number(line.unit_price),
                "sum": number(line.amount),
            }
            for line in order.lines.all()
        ],
    }
