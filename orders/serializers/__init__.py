"""What may come into a cart or an order, and what goes out; by noun."""

from orders.serializers.carts import (
    AddLineInput,
    CartLineSerializer,
    CartQueryInput,
    CartSerializer,
    ChangeSerializer,
    DeliveryMethodSerializer,
    SetLineInput,
)
from orders.serializers.moving import (
    CancelInput,
    MoveInput,
    MoveManyInput,
    MoveResultSerializer,
)
from orders.serializers.orders import (
    InvoiceQueryInput,
    OrderDetailSerializer,
    OrderEventSerializer,
    OrderLineSerializer,
    OrderSerializer,
)
from orders.serializers.payments import (
    NoticeInput,
    PaymentMethodSerializer,
    PaymentSerializer,
    RefundInput,
    RefundSerializer,
)
from orders.serializers.people import (
    ExportSerializer,
    MergedLineSerializer,
    SignedInSerializer,
    SignInWithGuestInput,
)
from orders.serializers.placing import (
    CheckoutInput,
    ConfirmInput,
    DeliveryInput,
    PlaceOrderInput,
)
from orders.serializers.reviews import (
    OwnReviewSerializer,
    ReviewInput,
    ReviewSerializer,
)

__all__ = [
    "AddLineInput",
    "CancelInput",
    "CartLineSerializer",
    "CartQueryInput",
    "CartSerializer",
    "ChangeSerializer",
    "CheckoutInput",
    "ConfirmInput",
    "DeliveryInput",
    "DeliveryMethodSerializer",
    "ExportSerializer",
    "InvoiceQueryInput",
    "MergedLineSerializer",
    "MoveInput",
    "MoveManyInput",
    "MoveResultSerializer",
    "NoticeInput",
    "OrderDetailSerializer",
    "OrderEventSerializer",
    "OrderLineSerializer",
    "OrderSerializer",
    "OwnReviewSerializer",
    "PaymentMethodSerializer",
    "PaymentSerializer",
    "PlaceOrderInput",
    "RefundInput",
    "RefundSerializer",
    "ReviewInput",
    "ReviewSerializer",
    "SetLineInput",
    "SignInWithGuestInput",
    "SignedInSerializer",
]
