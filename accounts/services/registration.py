"""Becoming an account: sign-up, confirmation, and what operators make."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from accounts import brakes, tokens
from accounts.emails import (
    CONFIRMATION_PAGE,
    send_already_registered,
    send_confirmation,
)
from accounts.exceptions import EmailTaken, FieldRefused, TokenInvalid
from accounts.models import Role, User
from accounts.services.events import close_doors
from accounts.services.guests import bind_guest, bind_pending, find_guest
from accounts.services.passwords import check_new_password, check_username

# Roles of the command line → groups; plain staff is whoever v1 calls staff.
STAFF: dict[str, tuple[Role, ...]] = {
    "staff": Role.of_v1(),
    "clerk": (Role.CLERK,),
    "editor": (Role.EDITOR,),
    "integrator": (Role.INTEGRATOR,),
    "owner": (Role.OWNER,),
}
CONFIRMATION_AGE = timedelta(hours=24)


def sign_up(
    *,
    email: str,
    password: str,
    username: str = "",
    first_name: str = "",
    last_name: str = "",
    customer_token: UUID | None = None,
    now: datetime,
) -> None:
    """Register for v1: a known address gets the normal answer and its owner a letter.

    Raises FieldRefused, GuestTokenRefused.
    """
    owner = None
    try:
        register(
            email=email,
            password=password,
            username=username,
            first_name=first_name,
            last_name=last_name,
            customer_token=customer_token,
            must_confirm=settings.EMAIL_CONFIRMATION != "off",
        )
    except EmailTaken:
        owner = User.objects.with_email(email).get()
        make_password(password)  # as long as a registration takes
    # Known or new, each letter counts: the brake must not tell them apart.
    if brakes.has_room("letters", email.lower(), now=now) and owner is not None:
        send_already_registered.enqueue(owner.pk)


@transaction.atomic
def register(
    *,
    email: str,
    password: str,
    username: str = "",
    first_name: str = "",
    last_name: str = "",
    customer_token: UUID | None = None,
    must_confirm: bool,
    allow_common: bool = False,
    page: str = CONFIRMATION_PAGE,
) -> User:
    """Make an account; its address gets a link when it has to be confirmed.

    Without a username, the address is it. A guest's customer token binds that
    customer, with cart and orders; when the address has to be confirmed, only then: a
    mistyped address must not take the cart away, and nobody learns whether an address
    has an account by watching a guest token die. `allow_common` as for
    check_new_password, `page` as for send_confirmation. Raises EmailTaken,
    FieldRefused, GuestTokenRefused.
    """
    user = User(
        email=email,
        username=username or email,
        first_name=first_name,
        last_name=last_name,
        must_confirm=must_confirm,
        pending_guest=customer_token if must_confirm else None,
    )
    check_username(user)
    check_new_password(password, user, allow_common=allow_common)
    if customer_token:  # before the address: a refusal must not tell a known one
        find_guest(token=str(customer_token))
    if User.objects.with_email(email).exists():
        raise EmailTaken
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # the other one was faster
        if User.objects.with_email(email).exists():
            raise EmailTaken from error
        message = "This username is taken."
        raise FieldRefused("username", "taken", [message]) from error
    if must_confirm:
        send_confirmation.enqueue(user.pk, page)
    elif customer_token:
        bind_guest(customer_token, user)
    return user


def confirm_email(*, token: str, user_id: str = "", now: datetime) -> User:
    """Confirm the address that the link was sent to; again is harmless.

    Raises TokenInvalid for a link that is forged, older than 24 hours, or was sent
    for an earlier address; or for another account than `user_id`, if that is given.
    """
    link = tokens.read_link(token, "confirm", max_age=CONFIRMATION_AGE)
    if user_id not in {"", str(link.user)}:
        raise TokenInvalid
    user = User.objects.filter(pk=link.user, email__iexact=link.email).first()
    if user is None:
        raise TokenInvalid
    # The counter stays: a link to set a password, asked for before, is still good.
    unconfirmed = User.objects.filter(
        pk=link.user, link_counter=link.counter, confirmed_at=None
    )
    with transaction.atomic():
        if unconfirmed.update(confirmed_at=now):
            bind_pending(user)
        elif user.confirmed_at is None:
            raise TokenInvalid
    return user


def resend_confirmation(
    *, email: str, page: str = CONFIRMATION_PAGE, now: datetime
) -> None:
    """Send the link again, if there is somebody to send it to. Tells nothing.

    Raises TooManyAttempts, for known and unknown addresses alike.
    """
    brakes.count("letters", email.lower(), now=now)
    user = User.objects.with_email(email).filter(is_active=True).first()
    if user is not None and not user.may_sign_in:
        send_confirmation.enqueue(user.pk, page)


@transaction.atomic
def make_account(
    *, role: str, username: str, email: str, password: str, now: datetime
) -> User:
    """Make or reset an account as an operator: confirmed, with exactly this role.

    `role` is buyer, partner, superuser or one of STAFF. Finds the account by username.
    Raises FieldRefused when the address belongs to another account.
    """
    user = User.objects.with_username(username).first() or User(username=username)
    taken = User.objects.with_email(email).exclude(pk=user.pk)
    if taken.exists():
        raise FieldRefused("email", "taken", ["Another account has this address."])
    user.email = email
    check_username(user)
    user.is_active = True
    user.confirmed_at = user.confirmed_at or now
    user.is_partner = role == "partner"
    user.is_staff = role in {*STAFF, "superuser"}
    user.is_superuser = role == "superuser"
    user.set_password(password)
    is_known = user.pk is not None
    user.save()
    if is_known:
        close_doors(user, "reset", now)
        user.refresh_from_db()
    if is_known or role in STAFF:
        user.groups.set(Group.objects.filter(name__in=STAFF.get(role, ())))
    return user
