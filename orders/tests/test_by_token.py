"""A customer token alone fills a cart and orders from it, also after registration."""

import pytest
from django.utils import timezone

from accounts.exceptions import GuestTokenRefused
from accounts.models import Customer, User
from accounts.services import bind_guest, open_guest
from catalog.tests.factories import make_offer
from orders.exceptions import CartIsEmpty
from orders.models import CartLine, Order
from orders.services import Delivery, checkout_by_token, set_line_by_token

DELIVERY = Delivery(email="jane@example.com", first_name="Jane", last_name="Doe")


def fill(token, offer, quantity=1):
    return set_line_by_token(token=token, offer_id=offer.pk, quantity=quantity)


def order(token, delivery=DELIVERY):
    return checkout_by_token(token=token, delivery=delivery, now=timezone.now())


def test_the_token_stays_good_when_an_account_takes_the_customer(ann):
    guest = open_guest()
    token, tea, cups = str(guest.token), make_offer(), make_offer()

    assert (fill(token, tea), fill(token, cups)) == (1, 2)
    bind_guest(guest.token, ann)
    placed = order(token)

    assert list(Order.objects.bought_by(ann)) == [placed]
    assert placed.events.get().actor == ann
    with pytest.raises(CartIsEmpty):
        order(token)


def test_the_customer_record_takes_over_what_was_given(db):
    guest = open_guest()
    fill(str(guest.token), make_offer())
    Customer.objects.update(phone="+1")

    order(str(guest.token))

    facts = ("first_name", "last_name", "email", "phone")
    row = Customer.objects.values_list(*facts).get()
    assert row == ("Jane", "Doe", "jane@example.com", "+1")


def test_the_token_of_a_switched_off_account_is_unknown(ann):
    guest = open_guest()
    fill(str(guest.token), make_offer())
    bind_guest(guest.token, ann)
    User.objects.update(is_active=False)

    for act in (lambda: order(str(guest.token)), lambda: fill("no uuid", make_offer())):
        with pytest.raises(GuestTokenRefused):
            act()
    assert not CartLine.objects.in_open_cart_of(str(guest.token)).exists()
