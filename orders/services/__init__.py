"""Every write about buying, by noun; import from here."""

from orders.services.carts import (
    PricedCart,
    add_to_cart,
    clear_cart,
    read_cart,
    set_line,
)
from orders.services.moving import move_order
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
from orders.services.writing import Delivery

__all__ = [
    "POLICIES",
    "Delivery",
    "PricedCart",
    "add_to_cart",
    "checkout",
    "claim_guest",
    "clear_cart",
    "confirm_order",
    "delete_account",
    "draft_order",
    "export_account",
    "move_order",
    "place_order",
    "read_cart",
    "set_line",
    "sign_in_with_guest",
]
