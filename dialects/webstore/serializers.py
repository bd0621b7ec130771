"""The documented bodies."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from dialects.doors import Id, Password, WholeNumber, moment, money, photo_at
from orders.models import Order

MOST_OF_ONE = 1_000_000


class SignInInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = Password()
    email = serializers.EmailField(max_length=254)


class LoginInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=254)
    password = Password()


class ItemInput(serializers.Serializer[Any]):
    product_id = Id()
    amount = WholeNumber(min_value=1, max_value=MOST_OF_ONE)


class PostOrderInput(serializers.Serializer[Any]):
    address = serializers.CharField(max_length=255)
    phone = serializers.CharField(max_length=30)
    items = ItemInput(many=True, allow_empty=False)


class OfUserInput(serializers.Serializer[Any]):
    user_id = Id()


def product_on(site: str) -> Callable[[Any], dict[str, Any]]:
    """A row of goods as it is shown on this site."""

    def product(row: Any) -> dict[str, Any]:
        return {
            "id": row.pk,
            "name": row.name,
            "description": row.description,
            "price": money(row.price),
            "amount": row.stock,
            "photo": photo_at(row.photo, site),
        }

    return product


def order_body(order: Order) -> dict[str, Any]:
    """A placed order; needs its customer and lines loaded. A guest's user is null."""
    return {
        "id": order.pk,
        "user": order.customer.user_id,
        "address": order.address or None,
        "phone": order.phone or None,
        "items": [
            {
                "product_id": line.offer_id,
                "name": line.product_name,
                "amount": line.quantity,
                "price": money(line.unit_price),
            }
            for line in order.lines.all()
        ],
        "total": money(order.total),
        "completed": order.status == Order.Status.DELIVERED,
        "created_at": moment(order.created_at),
    }
