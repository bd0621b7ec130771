"""Buying: facts and constraints, by noun; import from here."""

from orders.models.carts import (
    Cart,
    CartLine,
)
from orders.models.coupons import Coupon, CouponUse
from orders.models.delivery import DeliveryMethod
from orders.models.idempotency import IdempotencyRecord
from orders.models.letters import Letter
from orders.models.orders import (
    Order,
    OrderEvent,
    OrderLine,
    new_order_code,
)
from orders.models.parcels import PARCEL_STATUSES, Parcel, status_of_lines
from orders.models.payments import (
    Payment,
    PaymentMethod,
    PaymentNotice,
    Refund,
    RefundLine,
)
from orders.models.reviews import Review

__all__ = [
    "PARCEL_STATUSES",
    "Cart",
    "CartLine",
    "Coupon",
    "CouponUse",
    "DeliveryMethod",
    "IdempotencyRecord",
    "Letter",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Parcel",
    "Payment",
    "PaymentMethod",
    "PaymentNotice",
    "Refund",
    "RefundLine",
    "Review",
    "new_order_code",
    "status_of_lines",
]
