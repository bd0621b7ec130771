"""Scenes that several tests start from."""

from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

from catalog.models import Offer

CHECKOUT = "/api/v1/cart/checkout/"
ANN: dict[str, Any] = {
    "delivery_method": "courier",
    "email": "ann@example.com",
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "+7 900 000-00-00",
    "city": "Omsk",
    "address": "1 Main Street",
}


def fill_cart(shopper: APIClient, quantities: dict[Offer, int]) -> str:
    """Put offers into the cart; returns the quote with courier delivery."""
    for offer, quantity in quantities.items():
        path = f"/api/v1/cart/lines/{offer.pk}/"
        assert shopper.put(path, {"quantity": quantity}).status_code == 200
    return shopper.get("/api/v1/cart/?delivery_method=courier").json()["quote"]


def buy(shopper: APIClient, quote: str, **changes: Any) -> Response:
    return shopper.post(CHECKOUT, ANN | {"quote": quote} | changes)
