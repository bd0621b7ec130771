"""Where two documents meet: `POST /register/` and `GET /products/` are mini_store's and
diplom's both. The answer carries the keys of both; whoever leaves, the other keeps it.
"""

import json
from decimal import Decimal
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.exceptions import EmailTaken, FieldRefused
from accounts.services import register
from catalog.models import Offer
from dialects import doors
from dialects.doors import Name, Password, Refusals, given, money

TAKEN = ["This field must be unique."]


def _field_refused(error: FieldRefused) -> tuple[int, Any]:
    return 400, {error.field: TAKEN if error.code == "taken" else error.messages}


AT_REGISTER: Refusals = {
    FieldRefused: _field_refused,
    EmailTaken: lambda _: (400, {"email": TAKEN}),
}


class Pages(PageNumberPagination):
    """`{"count", "next", "previous", "results"}`, 10 a page, at most 100."""

    page_size = 10
    page_size_query_param = "page_size"
    max_page_size = 100
    last_page_strings = ()


def number(amount: Decimal) -> int | float:
    """A JSON number: whole where the amount is."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def product(offer: Offer) -> dict[str, Any]:
    """An item with mini_store's keys; needs its categories loaded."""
    return {
        "id": offer.pk,
        "name": offer.product.name,
        "regular_price": money(offer.regular_price),
        "discount_price": money(offer.discount_price),
        "stock": offer.stock,
        "description": offer.product.description,
        "categories": [category.pk for category in offer.product.categories.all()],
    }


def item(offer: Offer) -> dict[str, Any]:
    """An item with the keys of both documents; needs its card loaded."""
    categories = offer.product.categories.all()
    recommended = offer.recommended_price or offer.regular_price
    return product(offer) | {
        "model": offer.model,
        "product": {
            "name": offer.product.name,
            "category": categories[0].name if categories else None,
        },
        "shop": None if offer.shop.is_house else offer.shop_id,
        "quantity": offer.stock,
        "price": number(offer.price),
        "price_rrc": number(recommended),
        "product_parameters": [
            {"parameter": name, "value": _text(value)}
            for name, value in offer.product.attributes.items()
        ],
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def page_of_items(door: doors.Door, request: Request, offers: Any) -> Response:
    """One page of offers as items, by id ascending."""
    pages = Pages()
    shown = offers.with_categories().order_by("pk")
    rows: Any = pages.paginate_queryset(shown, request, door)
    return pages.get_paginated_response([item(offer) for offer in rows])


class Products(doors.PublicDoor):
    """The catalogue, page by page."""

    def get(self, request: Request) -> Response:
        return page_of_items(self, request, Offer.objects.for_sale())


class RegisterInput(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    username = serializers.CharField(max_length=150)
    password = Password()
    first_name = Name(required=False)
    last_name = Name(required=False)


class Register(doors.PublicDoor):
    """diplom's form: the account can sign in at once."""

    refusals = AT_REGISTER
    brakes: ClassVar = {"POST": "register"}

    def post(self, request: Request) -> Response:
        user = register(
            **given(RegisterInput(data=request.data)),
            must_confirm=doors.must_confirm(),
            page=doors.confirmation_page(),
            allow_common=doors.common_is_allowed(),
        )
        answer = {
            "message": "Registration successful.",
            "id": user.pk,
            "username": user.username,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
        }
        return Response(answer, status=201)
