"""The documented bodies."""

from collections.abc import Callable, Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

from accounts.models import Customer
from catalog.models import Brand, Offer
from dialects.doors import Id, Name, Password, WholeNumber, moment, money, photo_of
from orders.models import CartLine, Order, Review


class Pages(PageNumberPagination):
    """Nine a page, in this document's envelope."""

    page_size = 9
    last_page_strings = ()

    def get_paginated_response(self, data: Any) -> Response:
        page: Any = self.page
        links = {
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "next_num_page": page.next_page_number() if page.has_next() else None,
            "previous_num_page": (
                page.previous_page_number() if page.has_previous() else None
            ),
        }
        answer = {
            "links": links,
            "page": page.number,
            "pages": page.paginator.num_pages,
            "count": page.paginator.count,
            "result": data,
        }
        return Response(answer)


class RegistrationInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = Password()
    email = serializers.EmailField(max_length=254)
    first_name = Name(required=False)
    last_name = Name(required=False)
    token = serializers.UUIDField(
        source="customer_token", required=False, allow_null=True
    )


class LoginInput(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=254)
    password = Password()


class RefreshInput(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096)


class CartInput(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=100)
    product_id = Id(source="offer_id")
    quantity = WholeNumber(min_value=0)


class FinalizeInput(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=100)
    first_name = Name(allow_blank=False)
    last_name = Name(allow_blank=False)
    email = serializers.EmailField(max_length=254)
    country = serializers.CharField(max_length=100)
    city = serializers.CharField(max_length=100)
    post_code = serializers.CharField(max_length=20, source="postal_code")
    address = serializers.CharField(max_length=255)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)


def brand_body(brand: Brand | None) -> dict[str, Any] | None:
    return {"id": brand.pk, "title": brand.name} if brand else None


def summary_on(site: str) -> Callable[[Offer], dict[str, Any]]:
    """An item in short, as it is shown on this site."""

    def summary(offer: Offer) -> dict[str, Any]:
        was = offer.regular_price if offer.discount_price is not None else None
        return {
            "id": offer.pk,
            "title": offer.product.name,
            "price": money(offer.price),
            "old_price": money(was),
            "photo": photo_of(offer.product, site),
            "brand": brand_body(offer.product.brand),
        }

    return summary


def product_body(offer: Offer, reviews: Iterable[Review], site: str) -> dict[str, Any]:
    facts = {
        "quantity": offer.stock,
        "description": offer.product.description,
        "reviews": [
            {
                "id": review.pk,
                "review": review.text,
                "fullname": _signature(review),
                "product": offer.pk,
            }
            for review in reviews
        ],
    }
    return summary_on(site)(offer) | facts


def _signature(review: Review) -> str:
    """The first name and an initial, as the store shows authors everywhere."""
    author = review.author
    if author is None or not author.first_name or "@" in author.first_name:
        return ""
    initial = f" {author.last_name[0].upper()}." if author.last_name else ""
    return author.first_name + initial


def customer_body(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.pk,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone": customer.phone or None,
        "email": customer.email,
        "time_created": moment(customer.created_at),
        "token": str(customer.token),
        "user": customer.user_id,
    }


def line_body(line: CartLine) -> dict[str, Any]:
    """A line of an open cart; the order's id is the cart's."""
    return {
        "id": line.pk,
        "price": money(line.offer.price),
        "quantity": line.quantity,
        "order": line.cart_id,
        "product": line.offer_id,
    }


def times_of(order: Any) -> dict[str, Any]:
    """What every view of an order says; needs `opened_at` of its cart."""
    return {
        "id": order.pk,
        "is_ordered": True,
        "time_created": moment(order.opened_at),
        "time_checkout": moment(order.placed_at),
        "time_delivery": moment(order.delivered_at),
    }


def order_body(order: Order) -> dict[str, Any]:
    lines = [
        {
            "order_id": order.pk,
            "product_id": line.offer_id,
            "price": money(line.unit_price),
            "quantity": line.quantity,
            "product": line.product_name,
        }
        for line in order.lines.all()
    ]
    return times_of(order) | {"products": lines}


def finalized_body(order: Order) -> dict[str, Any]:
    """Each order holds its own shipping address, under its own id."""
    return times_of(order) | {
        "customer": order.customer_id,
        "customer_shipping_address": order.pk,
    }
