"""Every write about buying, by noun; import from here."""

from orders.services.by_token import checkout_by_token, set_line_by_token
from orders.services.carts import (
    PricedCart,
    add_to_cart,
    clear_cart,
    read_cart,
    set_line,
)
from orders.services.letters import LetterState, letters_of, resend_letter
from orders.services.moving import (
    MoveResult,
    cancel_order,
    correct_delivery,
    move_order,
    move_orders,
)
from orders.services.parcels import move_parcel
from orders.services.payments import receive_notice, take_payment
from orders.services.people import (
    POLICIES,
    claim_guest,
    delete_account,
    export_account,
    sign_in_with_guest,
)
from orders.services.placing import (
    checkout,
    confirm_order,
    draft_order,
    place_order,
)
from orders.services.popularity import count_sales
from orders.services.refunds import left_to_refund, refund_order, settle_refunds
from orders.services.reviews import (
    change_review,
    delete_review,
    moderate_reviews,
    write_review,
)
from orders.services.writing import Delivery

__all__ = [
    "POLICIES",
    "Delivery",
    "LetterState",
    "MoveResult",
    "PricedCart",
    "add_to_cart",
    "cancel_order",
    "change_review",
    "checkout",
    "checkout_by_token",
    "claim_guest",
    "clear_cart",
    "confirm_order",
    "correct_delivery",
    "count_sales",
    "delete_account",
    "delete_review",
    "draft_order",
    "export_account",
    "left_to_refund",
    "letters_of",
    "moderate_reviews",
    "move_order",
    "move_orders",
    "move_parcel",
    "place_order",
    "read_cart",
    "receive_notice",
    "refund_order",
    "resend_letter",
    "set_line",
    "set_line_by_token",
    "settle_refunds",
    "sign_in_with_guest",
    "take_payment",
    "write_review",
]
