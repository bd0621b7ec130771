"""The own account: names, address, address book."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import brakes, tokens
from accounts.emails import (
    CONFIRMATION_PAGE,
    send_already_registered,
    send_confirmation,
    send_email_change,
    send_email_changed,
)
from accounts.exceptions import (
    AddressBookFull,
    EmailTaken,
    FieldRefused,
    TokenInvalid,
)
from accounts.models import Address, ApiKey, Customer, SecurityEvent, User
from accounts.services.events import record
from accounts.services.passwords import (
    check_own_password,
    check_username,
    set_password,
)

EMAIL_CHANGE_AGE = timedelta(hours=24)
NAMES = ("username", "first_name", "last_name")


def change_profile(*, user: User, changes: dict[str, str]) -> User:
    """Change username, first or last name; absent keys keep their value.

    Raises FieldRefused.
    """
    for name in NAMES:
        if name in changes:
            setattr(user, name, changes[name])
    if "username" in changes:
        check_username(user)
    try:
        with transaction.atomic():
            user.save(update_fields=NAMES)
    except IntegrityError as error:
        message = "This username is taken."
        raise FieldRefused("username", "taken", [message]) from error
    return user


@transaction.atomic
def change_account(
    *,
    user: User,
    changes: dict[str, str],
    allow_common: bool = False,
    page: str = CONFIRMATION_PAGE,
    now: datetime,
) -> User:
    """Change any of username, first_name, last_name, email and password, or nothing.

    For surfaces whose document asks for no more than a credential; absent keys keep
    their value. Refusals as replace_email, change_profile and set_password.
    """
    if "email" in changes:
        email = changes["email"]
        user = replace_email(user=user, email=email, page=page, now=now)
    names = {key: changes[key] for key in NAMES if key in changes}
    if names.get("username") == user.username:
        del names["username"]
    if names:
        user = change_profile(user=user, changes=names)
    if "password" in changes:
        password = changes["password"]
        set_password(user=user, password=password, allow_common=allow_common, now=now)
    return user


@transaction.atomic
def replace_email(
    *, user: User, email: str, page: str = CONFIRMATION_PAGE, now: datetime
) -> User:
    """Change the address at once, for surfaces whose document asks for no more.

    The old address gets a letter. An account that has to confirm its address has to
    do so again before it next signs in, and gets the link. The username stays. The
    same address changes nothing. Raises EmailTaken, TooManyAttempts.
    """
    old = user.email
    if email == old:
        return user
    brakes.count("letters", email.lower(), now=now)
    if User.objects.with_email(email).exclude(pk=user.pk).exists():
        raise EmailTaken
    user.email, user.new_email = email, ""
    user.link_counter += 1
    if user.must_confirm:
        user.confirmed_at = None
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # the other one was faster
        raise EmailTaken from error
    if not user.may_sign_in:
        send_confirmation.enqueue(user.pk, page)
    event = record(user, SecurityEvent.Kind.EMAIL_CHANGED, now, was=old)
    send_email_changed.enqueue(event.pk)
    return user


def request_email_change(
    *, user: User, password: str, email: str, now: datetime
) -> None:
    """Send a link to the new address; the old one stays until it is followed.

    An address of another account gets a letter that says so, and the answer is the
    same. Raises TooManyAttempts, FieldRefused for a wrong password.
    """
    check_own_password(user, password, now)
    brakes.count("letters", email.lower(), now=now)
    owner = User.objects.with_email(email).exclude(pk=user.pk).first()
    with transaction.atomic():
        if owner is not None:
            send_already_registered.enqueue(owner.pk)
            return
        User.objects.filter(pk=user.pk).update(
            new_email=email, link_counter=F("link_counter") + 1
        )
        send_email_change.enqueue(user.pk)


def confirm_email_change(*, token: str, now: datetime) -> User:
    """Take over the new address by its link, once; the old one gets a letter.

    Raises TokenInvalid, also when another account has the address by now.
    """
    link = tokens.read_link(token, "change-email", max_age=EMAIL_CHANGE_AGE)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=link.user).first()
        if user is None or user.link_counter != link.counter or not user.is_active:
            raise TokenInvalid
        if not user.new_email or user.new_email.lower() != link.email:
            raise TokenInvalid
        old = user.email
        if user.username.lower() == old.lower():
            user.username = user.new_email
        user.email, user.new_email = user.new_email, ""
        user.confirmed_at, user.link_counter = now, user.link_counter + 1
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError as error:  # somebody has the address by now
            raise TokenInvalid from error
        event = record(user, SecurityEvent.Kind.EMAIL_CHANGED, now, was=old)
        send_email_changed.enqueue(event.pk)
    return user


@transaction.atomic
def save_address(*, address: Address, values: dict[str, Any]) -> Address:
    """Write a line of the address book; the first, or a new default, is the only one.

    Raises AddressBookFull.
    """
    # The account's row is the lock: two lines must not become the default at once.
    User.objects.select_for_update().get(pk=address.user_id)
    book = Address.objects.filter(user=address.user_id)
    if address.pk is None and book.count() >= settings.ADDRESS_BOOK_LIMIT:
        raise AddressBookFull(settings.ADDRESS_BOOK_LIMIT)
    was_default = address.is_default
    for name, value in values.items():
        setattr(address, name, value)
    others = book.exclude(pk=address.pk)
    if was_default or not others.filter(is_default=True).exists():
        address.is_default = True
    if address.is_default:
        others.update(is_default=False)
    address.save()
    return address


@transaction.atomic
def remove_address(*, address: Address) -> None:
    """Take a line out; another becomes the default if this one was."""
    User.objects.select_for_update().get(pk=address.user_id)
    address.delete()
    book = Address.objects.filter(user=address.user_id)
    if not book.filter(is_default=True).exists():
        oldest = book.order_by("pk")[:1].values("pk")
        book.filter(pk__in=list(oldest.values_list("pk", flat=True))).update(
            is_default=True
        )


def describe_account(user: User) -> dict[str, Any]:
    """What we know of an account here, as JSON for its owner. Times in UTC."""
    return {
        "account": {
            "id": user.pk,
            "username": user.username,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "date_joined": user.date_joined,
            "confirmed_at": user.confirmed_at,
        },
        "customer": Customer.objects.of(user)
        .values("first_name", "last_name", "email", "phone", "created_at")
        .first(),
        "addresses": list(user.addresses.order_by("pk").values()),
        "sessions": list(
            user.sessions.order_by("created_at").values(
                "user_agent", "created_at", "last_used_at", "expires_at", "revoked_at"
            )
        ),
        "security_events": list(
            user.security_events.order_by("at").values("kind", "at")
        ),
    }


@transaction.atomic
def forget_account(*, user: User) -> None:
    """Make an account nobody's: it cannot sign in, and nothing tells whose it was."""
    gone = f"deleted-{user.pk}"
    for theirs in (user.sessions, user.addresses, user.security_events):
        theirs.all().delete()
    ApiKey.objects.filter(user=user).delete()
    Customer.objects.of(user).update(first_name="", last_name="", email="", phone="")
    User.objects.filter(pk=user.pk).update(
        username=gone,
        email=f"{gone}@deleted.invalid",
        new_email="",
        first_name="",
        last_name="",
        password=make_password(None),
        is_active=False,
        is_staff=False,
        is_superuser=False,
        is_partner=False,
        link_counter=F("link_counter") + 1,
    )
