"""Every write about buying, by noun; import from here."""

from orders.services.carts import (
    PricedCart,
    add_to_cart,
    clear_cart,
    read_cart,
    set_line,
)
from orders.services.placing import Delivery, checkout, move_order, place_order

__all__ = [
    "Delivery",
    "PricedCart",
    "add_to_cart",
    "checkout",
    "clear_cart",
    "move_order",
    "place_order",
    "read_cart",
    "set_line",
]
