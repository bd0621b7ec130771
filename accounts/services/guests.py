"""Customers: guests by token, accounts by their record."""

from contextlib import suppress
from uuid import UUID

from accounts.exceptions import GuestTokenRefused
from accounts.models import Customer, User
from catalog.prepared import Prepared
from catalog.rows import insert

# Every call of a guest comes by here.
GUEST = Prepared(Customer.objects.guest)


def open_guest() -> Customer:
    """A new anonymous customer; whoever holds its token is that guest."""
    return insert(Customer())


def find_guest(*, token: str) -> Customer:
    """The guest of a token; raises GuestTokenRefused when unknown or bound."""
    try:
        customer = next(iter(GUEST(UUID(token))), None)
    except ValueError as error:
        raise GuestTokenRefused from error
    if customer is None:
        raise GuestTokenRefused
    return customer


def find_customer(*, token: str) -> Customer:
    """The customer of a token, guest or account; raises GuestTokenRefused.

    For the surface whose document lets the token alone fill a cart and order from it
    after registration too. A switched-off account's token is unknown.
    """
    try:
        customer = Customer.objects.holding(UUID(token)).first()
    except ValueError as error:
        raise GuestTokenRefused from error
    if customer is None:
        raise GuestTokenRefused
    return customer


def customer_of(user: User) -> Customer:
    """The customer record of an account, made on first use."""
    customer = Customer.objects.of(user).first()
    if customer is None:
        customer, _ = Customer.objects.get_or_create(
            user=user,
            defaults={
                "first_name": user.first_name,
                "last_name": user.last_name,
                "email": user.email,
            },
        )
    return customer


def bind_pending(user: User) -> None:
    """Bind the guest that waited for the confirmation, if it is still a guest."""
    if user.pending_guest and not Customer.objects.of(user).exists():
        with suppress(GuestTokenRefused):
            bind_guest(user.pending_guest, user)


def bind_guest(token: UUID, user: User) -> None:
    """Make a guest's customer the account's, once, by one conditional update.

    Raises GuestTokenRefused when the token is unknown or bound already.
    """
    bound = Customer.objects.guest(token).update(
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
    )
    if not bound:
        raise GuestTokenRefused
