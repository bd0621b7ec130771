"""Scenes that several tests start from."""

from typing import Any

from accounts.services import open_guest
from catalog.models import Offer
from conftest import make_client
from feed.models import Event
from feed.services import number_events
from orders.tests.scenes import buy, fill_cart


def place(offer: Offer, quantity: int = 1) -> dict[str, Any]:
    """A new guest's order of an offer, by its v1 answer."""
    guest = open_guest()
    shopper = make_client(guest)
    quote = fill_cart(shopper, {offer: quantity})
    # An address of its own: the brake on letters counts those to one address.
    answer = buy(shopper, quote, email=f"{guest.token}@example.com")
    assert answer.status_code == 201, answer.json()
    return answer.json()


def told() -> list[tuple[int, str]]:
    """Number and kind of every event, once all that happened is numbered."""
    while number_events():
        pass
    return list(Event.objects.order_by("number").values_list("number", "kind"))
