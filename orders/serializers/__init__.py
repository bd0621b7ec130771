"""What may come into a cart or an order, and what goes out; by noun."""

from orders.serializers.carts import (
    AddLineInput,
    CartLineSerializer,
    CartQueryInput,
    CartSerializer,
    ChangeSerializer,
    CheckoutInput,
    DeliveryMethodSerializer,
    SetLineInput,
)
from orders.serializers.orders import (
    OrderDetailSerializer,
    OrderEventSerializer,
    OrderLineSerializer,
    OrderSerializer,
)
from orders.serializers.people import (
    ExportSerializer,
    MergedLineSerializer,
    SignedInSerializer,
    SignInWithGuestInput,
)

__all__ = [
    "AddLineInput",
    "CartLineSerializer",
    "CartQueryInput",
    "CartSerializer",
    "ChangeSerializer",
    "CheckoutInput",
    "DeliveryMethodSerializer",
    "ExportSerializer",
    "MergedLineSerializer",
    "OrderDetailSerializer",
    "OrderEventSerializer",
    "OrderLineSerializer",
    "OrderSerializer",
    "SetLineInput",
    "SignInWithGuestInput",
    "SignedInSerializer",
]
