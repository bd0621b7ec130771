"""The admin's desk: orders, money for them, reviews."""

from orders.admin.money import (
    CouponAdmin,
    DeliveryMethodAdmin,
    PaymentAdmin,
    PaymentMethodAdmin,
)
from orders.admin.orders import OrderAdmin
from orders.admin.reviews import ReviewAdmin

__all__ = [
    "CouponAdmin",
    "DeliveryMethodAdmin",
    "OrderAdmin",
    "PaymentAdmin",
    "PaymentMethodAdmin",
    "ReviewAdmin",
]
