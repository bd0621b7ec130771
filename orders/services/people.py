"""Where people and purchases meet: guests become members, members leave."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.exceptions import GuestTokenRefused
from accounts.models import Customer, User
from accounts.services import (
    check_own_password,
    check_sign_in,
    customer_of,
    describe_account,
    forget_account,
    open_session,
)
from accounts.tokens import TokenPair
from catalog.services import available
from orders.exceptions import MergedLine, OrdersStillOpen
from orders.models import (
    Cart,
    CartLine,
    CouponUse,
    IdempotencyRecord,
    Order,
    Review,
)
from orders.services.carts import lines_of, open_cart

POLICIES = ("sum", "max", "keep-mine", "keep-guest")


@dataclass(frozen=True)
class SignIn:
    """Tokens, and what became of the guest's cart: None when there was no guest."""

    pair: TokenPair
    merged: list[MergedLine] | None


def sign_in_with_guest(
    *,
    login: str,
    password: str,
    code: str,
    customer_token: UUID | None,
    policy: str,
    address: str,
    user_agent: str,
    now: datetime,
) -> SignIn:
    """Open a session; a guest's cart and orders become the account's.

    A customer token that is unknown or bound already is passed over, so that a
    repeated sign-in succeeds: `merged` is None then. `code` is the second step of staff
    who have one. Raises TooManyAttempts, InvalidCredentials, CodeRequired, CodeRefused,
    AddressNotConfirmed.
    """
    user = check_sign_in(
        login=login, password=password, address=address, code=code, now=now
    )
    with transaction.atomic():
        pair = open_session(user=user, user_agent=user_agent, now=now)
        merged = None
        if customer_token:
            with suppress(GuestTokenRefused):
                merged = claim_guest(user=user, token=customer_token, policy=policy)
    return SignIn(pair, merged)


@transaction.atomic
def claim_guest(*, user: User, token: UUID, policy: str) -> list[MergedLine]:
    """Give a guest's cart and orders to an account; the token is dead afterwards.

    `policy` decides where both carts hold an offer: sum, max, keep-mine, keep-guest.
    Returns what became of each line. Raises GuestTokenRefused.
    """
    # The guest's row is the lock: two sign-ins with one token wait for each other.
    guest = Customer.objects.guest(token).select_for_update(no_key=True).first()
    if guest is None:
        raise GuestTokenRefused
    mine = customer_of(user)
    merged = _merge(guest, mine, policy)
    Order.objects.filter(customer=guest).update(customer=mine)
    CouponUse.objects.filter(customer=guest).update(customer=mine)
    Cart.objects.filter(customer=guest, placed_at__isnull=False).update(customer=mine)
    _forget_answers(f"guest:{guest.pk}")
    guest.delete()
    return merged


def delete_account(*, user: User, password: str, now: datetime) -> None:
    """The person goes, orders and reviews stay, without anybody's name on them.

    Raises TooManyAttempts and FieldRefused for a wrong password, OrdersStillOpen.
    """
    # Before the transaction: no rollback may take a counted guess back.
    check_own_password(user, password, now)
    with transaction.atomic():
        _take_name_off_orders(user)
        _forget_answers(f"user:{user.pk}")
        for customer in Customer.objects.of(user):
            _forget_answers(f"guest:{customer.pk}")
        Review.objects.filter(author=user).update(author=None)
        forget_account(user=user)


def export_account(*, user: User) -> dict[str, Any]:
    """All we know of an account, as JSON: profile, devices, addresses, purchases."""
    customer = Customer.objects.of(user).first()
    orders = Order.objects.filter(customer=customer) if customer else None
    cart = Cart.objects.open_of(customer).first() if customer else None
    return describe_account(user) | {
        "cart": [
            {"offer": line.offer_id, "quantity": line.quantity}
            for line in (lines_of(cart) if cart else [])
        ],
        "orders": list(orders.order_by("pk").with_timeline()) if orders else [],
        "reviews": list(Review.objects.written_by(user)),
    }


def _forget_answers(scope: str) -> None:
    """The stored answers hold names and addresses."""
    IdempotencyRecord.objects.filter(scope=scope).delete()


def _take_name_off_orders(user: User) -> None:
    """Raises OrdersStillOpen; the open cart goes too."""
    theirs = Customer.objects.of(user)
    carts = Cart.objects.filter(customer__in=theirs, placed_at=None)
    # A checkout under way holds the cart: wait for it, so that its order is seen.
    list(carts.select_for_update())
    orders = Order.objects.filter(customer__in=theirs)
    still_open = orders.on_their_way().values_list("pk", flat=True)
    if still_open:
        raise OrdersStillOpen(sorted(still_open))
    orders.update(
        first_name="",
        last_name="",
        email=f"deleted-{user.pk}@deleted.invalid",
        phone="",
        country="",
        city="",
        postal_code="",
        address="",
    )
    CouponUse.objects.filter(customer__in=theirs).update(email="")
    carts.delete()


def _merge(guest: Customer, mine: Customer, policy: str) -> list[MergedLine]:
    theirs = Cart.objects.open_of(guest).select_for_update().first()
    if theirs is None:
        return []
    own = open_cart(mine)
    present = {line.offer_id: line for line in lines_of(own)}
    if not present:  # a cart that meets no other comes as it is
        report = [_kept(line) for line in lines_of(theirs)]
        theirs.lines.update(cart=own)
        theirs.delete()
        return report
    report = []
    for line in lines_of(theirs):
        room = settings.ORDER_LINES_LIMIT - len(present)
        merged = _merge_line(line, present.get(line.offer_id), policy, room)
        report.append(merged)
        if merged.quantity:
            present[line.offer_id], _ = CartLine.objects.update_or_create(
                cart=own,
                offer_id=line.offer_id,
                defaults={
                    "quantity": merged.quantity,
                    "seen_price": line.offer.price,
                    "seen_available": None,
                },
            )
    theirs.delete()
    return report


def _merge_line(
    line: CartLine, own: CartLine | None, policy: str, room: int
) -> MergedLine:
    """Decide one line; never more than there is, unless the own line had more."""
    there, mine = available(line.offer), own.quantity if own else 0
    wanted, outcome = {
        "sum": (mine + line.quantity, "summed"),
        "max": (max(mine, line.quantity), "larger"),
        "keep-mine": (mine, "kept-mine"),
        "keep-guest": (line.quantity, "kept-guest"),
    }[policy]
    if own is None:
        wanted, outcome = line.quantity, "added"
    quantity = min(wanted, max(there, mine))
    if quantity < wanted:
        outcome = "capped"
    if quantity == 0 or (own is None and room < 1):
        quantity, outcome = 0, "dropped"
    return _report(line, mine, quantity, outcome)


def _kept(line: CartLine) -> MergedLine:
    return _report(line, 0, line.quantity, "added")


def _report(line: CartLine, mine: int, quantity: int, outcome: str) -> MergedLine:
    name = line.offer.product.name
    return MergedLine(line.offer_id, name, line.quantity, mine, quantity, outcome)
