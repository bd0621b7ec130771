"""v1: the cart, the checkout, own orders; by noun."""

from orders.views.buyers import buyer
from orders.views.carts import (
    CartLineViewSet,
    CartViewSet,
    DeliveryMethodViewSet,
)
from orders.views.orders import OrderViewSet
from orders.views.payments import (
    PaymentMethodViewSet,
    PaymentNoticeViewSet,
    RefundViewSet,
)
from orders.views.people import (
    OwnAccountViewSet,
    SignInViewSet,
)
from orders.views.reviews import OwnReviewViewSet, ReviewViewSet

__all__ = [
    "CartLineViewSet",
    "CartViewSet",
    "DeliveryMethodViewSet",
    "OrderViewSet",
    "OwnAccountViewSet",
    "OwnReviewViewSet",
    "PaymentMethodViewSet",
    "PaymentNoticeViewSet",
    "RefundViewSet",
    "ReviewViewSet",
    "SignInViewSet",
    "buyer",
]
