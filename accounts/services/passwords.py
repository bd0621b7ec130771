"""Rules for names and passwords, and changing or resetting a password."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator as CommonPasswords,
)
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    validate_password,
)
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts import brakes, tokens
from accounts.emails import send_reset
from accounts.exceptions import (
    FieldRefused,
    InvalidCredentials,
    TokenInvalid,
    TooManyAttempts,
)
from accounts.models import SecurityEvent, Session, User
from accounts.services.events import end_sessions, record
from accounts.services.guests import bind_pending

RESET_AGE = timedelta(hours=1)


def check_credentials(
    *,
    login: str,
    password: str,
    address: str,
    now: datetime,
    login_is: str = "either",
) -> User:
    """The active account of a login and its password; every sign-in door comes here.

    `login_is` email, username, or either. Counted per account and per address block
    before the password is looked at, and given back when it is right. Raises
    TooManyAttempts, InvalidCredentials.
    """
    user = User.objects.reachable_by(login, login_is).first()
    account = f"user:{user.pk}" if user else f"login:{login.lower()}"
    brakes.count("sign-in-address", address, now=now)
    count_for_account(user, account, now)
    if user is None:
        make_password(password)  # as long as a wrong password takes
        raise InvalidCredentials
    if not check_password(password, user.password) or not user.is_active:
        raise InvalidCredentials
    brakes.give_back("sign-in-account", account)
    brakes.give_back("sign-in-address", address)
    return user


def check_own_password(user: User, password: str, now: datetime) -> None:
    """Ask the owner's password again before a grave change; counted like a sign-in.

    Raises TooManyAttempts, FieldRefused.
    """
    account = f"user:{user.pk}"
    count_for_account(user, account, now)
    if not check_password(password, user.password):
        raise FieldRefused("password", "wrong", ["This is not your password."])
    brakes.give_back("sign-in-account", account)


def change_password(
    *, user: User, password: str, new_password: str, keep: Session | None, now: datetime
) -> None:
    """Set a new password; every session but `keep` ends, links sent so far die.

    The opaque key stays valid. Raises TooManyAttempts, FieldRefused.
    """
    check_own_password(user, password, now)
    _set_password(user, new_password, "new_password", keep, now)
    record(user, SecurityEvent.Kind.PASSWORD_CHANGED, now)


def request_reset(*, email: str, now: datetime) -> None:
    """Send a link to set a new password, if there is somebody to send it to.

    Tells nothing. Raises TooManyAttempts, for known and unknown addresses alike.
    """
    brakes.count("letters", email.lower(), now=now)
    user = User.objects.with_email(email).filter(is_active=True).first()
    if user is not None:
        send_reset.enqueue(user.pk)


def complete_reset(*, token: str, password: str, now: datetime) -> None:
    """Set the password by a link from a letter, once; every session ends.

    Who has the letter has the address, so it counts as confirmed. Raises
    TokenInvalid for a link that is forged, used or older than an hour; FieldRefused.
    """
    link = tokens.read_link(token, "reset", max_age=RESET_AGE)
    with transaction.atomic():
        user = (
            User.objects.select_for_update()
            .filter(pk=link.user, link_counter=link.counter, is_active=True)
            .first()
        )
        if user is None or user.email.lower() != link.email:
            raise TokenInvalid
        _set_password(user, password, "password", None, now)
        if User.objects.filter(pk=user.pk, confirmed_at=None).update(confirmed_at=now):
            bind_pending(user)
        record(user, SecurityEvent.Kind.PASSWORD_RESET, now)


def check_username(user: User) -> None:
    """A username with an "@" must be the own address: it names one account only.

    Raises FieldRefused, also when another account has it.
    """
    if user.username.lower() != user.email.lower():
        try:
            UnicodeUsernameValidator()(user.username)
        except ValidationError as error:
            raise FieldRefused("username", "invalid", error.messages) from error
        if "@" in user.username:
            message = "A username with an @ must be the e-mail address itself."
            raise FieldRefused("username", "invalid", [message])
        taken = User.objects.with_username(user.username).exclude(pk=user.pk)
        if taken.exists():
            raise FieldRefused("username", "taken", ["This username is taken."])


def set_password(
    *, user: User, password: str, allow_common: bool = False, now: datetime
) -> None:
    """Set a new password without asking the old one; every session ends.

    For surfaces whose document asks for nothing more. The opaque key stays valid.
    Raises FieldRefused.
    """
    _set_password(user, password, "password", None, now, allow_common=allow_common)
    record(user, SecurityEvent.Kind.PASSWORD_CHANGED, now)


def check_new_password(
    password: str, user: User, field: str = "password", *, allow_common: bool = False
) -> None:
    """Django's validators; raises FieldRefused.

    `allow_common` leaves the list of common passwords out, for surfaces whose
    documents show some.
    """
    validators = get_default_password_validators()
    if allow_common:
        validators = [v for v in validators if not isinstance(v, CommonPasswords)]
    try:
        validate_password(password, user, validators)
    except ValidationError as error:
        raise FieldRefused(field, "weak", list(error.messages)) from error


@transaction.atomic
def _set_password(
    user: User,
    password: str,
    field: str,
    keep: Session | None,
    now: datetime,
    *,
    allow_common: bool = False,
) -> None:
    check_new_password(password, user, field, allow_common=allow_common)
    User.objects.filter(pk=user.pk).update(
        password=make_password(password), link_counter=F("link_counter") + 1
    )
    sessions = Session.objects.of(user)
    if keep is not None:
        sessions = sessions.exclude(pk=keep.pk)
    end_sessions(sessions, "password", now)


def count_for_account(
    user: User | None, account: str, now: datetime, scope: str = "sign-in-account"
) -> None:
    """Count one attempt at an account; the one that closes the brake is an event.

    Raises TooManyAttempts.
    """
    try:
        brakes.count(scope, account, now=now)
    except TooManyAttempts as refusal:
        # One event for each time the brake closes, not for every knock after it.
        if user is not None and refusal.is_first:
            record(user, SecurityEvent.Kind.BRAKED, now)
        raise
