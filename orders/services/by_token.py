"""Buying with a customer token alone, which stays good after registration.

For the surface whose document has it so; v1 asks a registered buyer to sign in.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import Customer
from accounts.services import find_customer
from orders.models import Order
from orders.services.carts import set_line
from orders.services.placing import checkout
from orders.services.writing import Delivery


@transaction.atomic
def set_line_by_token(*, token: str, offer_id: int, quantity: int) -> int:
    """Put exactly so many of an offer into the open cart; returns its count of lines.

    Refusals as set_line, and GuestTokenRefused for an unknown token.
    """
    customer = find_customer(token=token)
    sight = set_line(customer=customer, offer_id=offer_id, quantity=quantity)
    return len(sight.lines)


@transaction.atomic
def checkout_by_token(*, token: str, delivery: Delivery, now: datetime) -> Order:
    """Order the open cart at today's prices, once; the customer's record takes over
    names, e-mail, and a phone if one is given.

    Refusals as checkout, and GuestTokenRefused for an unknown token.
    """
    customer = find_customer(token=token)
    order = checkout(
        customer=customer, delivery=delivery, quote=None, actor=customer.user, now=now
    )
    Customer.objects.filter(pk=customer.pk).update(
        first_name=delivery.first_name,
        last_name=delivery.last_name,
        email=delivery.email,
        phone=delivery.phone or customer.phone,
    )
    return order
