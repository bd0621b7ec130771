"""What the OpenAPI document shows of carts and orders."""

from typing import Any

LINE = {
    "offer": 1,
    "product": 1,
    "name": "French press",
    "slug": "french-press",
    "shop": "Storekeeper",
    "quantity": 2,
    "unit_price": "2890.00",
    "amount": "5780.00",
    "available": 13,
}
CART = {
    "id": 12,
    "lines": [LINE],
    "goods_total": "5780.00",
    "coupon": None,
    "discount": "0.00",
    "delivery_method": "courier",
    "delivery_price": "350.00",
    "total": "6130.00",
    "currency": "RUB",
    "quote": "Y291cmllckAzNTAuMDA7QDAuMDA7MXgyQDI4OTAuMDA",
    "changes": [],
}
DELIVERY = {
    "email": "ann@example.com",
    "first_name": "Ann",
    "last_name": "Lee",
    "phone": "+7 900 000-00-00",
    "country": "",
    "city": "Omsk",
    "postal_code": "644099",
    "address": "1 Main Street",
    "delivery_method": "courier",
}
ORDER = {
    "id": 12,
    "code": "vj_ipX8b8v6faC4uGXZTVg",
    "status": "confirmed",
    **DELIVERY,
    "goods_total": "5780.00",
    "coupon": "",
    "discount": "0.00",
    "delivery_price": "350.00",
    "total": "6130.00",
    "currency": "RUB",
    "placed_at": "2026-11-21T03:14:20.767293Z",
    "lines": [
        {
            "offer": 1,
            "name": "French press",
            "shop": "Storekeeper",
            "article": "4216101",
            "unit_price": "2890.00",
            "quantity": 2,
            "amount": "5780.00",
            "discount": "0.00",
        }
    ],
}
PARCEL: dict[str, Any] = {
    "shop": "Storekeeper",
    "status": "confirmed",
    "note": "",
    "moved_at": None,
    "offers": [1],
}
PLACED = {
    "before": "",
    "after": "confirmed",
    "at": "2026-11-21T03:14:20.767293Z",
    "note": "",
}
PAYMENT: dict[str, Any] = {
    "method": "card",
    "state": "pending",
    "amount": "6130.00",
    "refunded": "0.00",
    "paid_at": None,
    "page": "https://pay.example/qA3x7m0b6qQxXwJ0m0J2Vw/",
    "refunds": [],
}
