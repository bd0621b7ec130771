"""Every write about people that has a rule."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import brakes, tokens
from accounts.emails import send_already_registered, send_confirmation
from accounts.exceptions import (
    AddressNotConfirmed,
    EmailTaken,
    FieldRefused,
    GuestTokenRefused,
    InvalidCredentials,
    TokenInvalid,
    TooManyAttempts,
)
from accounts.models import ApiKey, Customer, Session, User
from accounts.tokens import TokenPair

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
    try:
        # Known or new, each letter counts: the brake must not tell them apart.
        brakes.count("letters", email.lower(), now=now)
    except TooManyAttempts:
        return
    if owner is not None:
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
) -> User:
    """Make an account; its address gets a link when it has to be confirmed.

    Without a username, the address is it. A guest's customer token binds that
    customer, with cart and orders. Raises EmailTaken, FieldRefused, GuestTokenRefused.
    """
    user = User(
        email=email,
        username=username or email,
        first_name=first_name,
        last_name=last_name,
        must_confirm=must_confirm,
    )
    _check_username(user)
    _check_password(password, user)
    if User.objects.with_email(email).exists():
        raise EmailTaken
    if User.objects.with_username(user.username).exists():
        raise _username_taken()
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # the other one was faster
        if User.objects.with_email(email).exists():
            raise EmailTaken from error
        raise _username_taken() from error
    if customer_token:
        _bind_guest(customer_token, user)
    if must_confirm:
        send_confirmation.enqueue(user.pk)
    return user


def confirm_email(*, token: str, now: datetime) -> User:
    """Confirm the address that the link was sent to; again is harmless.

    Raises TokenInvalid for a link that is forged, older than 24 hours, or was sent
    for an earlier address.
    """
    user_id, email, counter = tokens.read_link(
        token, "confirm", max_age=CONFIRMATION_AGE
    )
    user = User.objects.filter(pk=user_id, email__iexact=email).first()
    if user is None:
        raise TokenInvalid
    if user.confirmed_at is None:
        changed = User.objects.filter(
            pk=user_id, link_counter=counter, confirmed_at=None
        ).update(confirmed_at=now, link_counter=F("link_counter") + 1)
        if not changed:
            raise TokenInvalid
    return user


def resend_confirmation(*, email: str, now: datetime) -> None:
    """Send the link again, if there is somebody to send it to. Tells nothing."""
    brakes.count("letters", email.lower(), now=now)
    user = User.objects.with_email(email).filter(is_active=True).first()
    if user is not None and not user.may_sign_in:
        send_confirmation.enqueue(user.pk)


def sign_in(
    *, login: str, password: str, address: str, user_agent: str = "", now: datetime
) -> TokenPair:
    """Open a session for an e-mail address or username and its password.

    Counted per account and per address before the password is looked at. Raises
    TooManyAttempts, InvalidCredentials, AddressNotConfirmed.
    """
    user = User.objects.reachable_by(login).first()
    account = f"user:{user.pk}" if user else f"login:{login.lower()}"
    brakes.count("sign-in-address", address, now=now)
    brakes.count("sign-in-account", account, now=now)
    if user is None:
        make_password(password)  # as long as a wrong password takes
        raise InvalidCredentials
    if not check_password(password, user.password) or not user.is_active:
        raise InvalidCredentials
    brakes.give_back("sign-in-account", account)
    brakes.give_back("sign-in-address", address)
    if not user.may_sign_in:
        raise AddressNotConfirmed
    session = Session.objects.create(
        user=user,
        refresh_jti=tokens.new_jti(),
        rotated_at=now,
        expires_at=now + tokens.refresh_lifetime(),
        user_agent=user_agent[:255],
    )
    return tokens.pair(session, now=now)


def renew(*, refresh: str, now: datetime) -> TokenPair:
    """Rotate the refresh token of a session.

    For REFRESH_GRACE seconds the token just replaced gets the same successor again,
    so that two browser tabs do not sign each other out. Any older one ends the
    session. Raises TokenInvalid.
    """
    claims = tokens.read_refresh(refresh)
    with transaction.atomic():
        session = (
            Session.objects.live(now)
            .select_for_update(of=("self",))
            .filter(pk=claims.session, user=claims.user)
            .first()
        )
        if session is None:
            raise TokenInvalid
        if claims.jti == session.refresh_jti:
            session.parent_jti, session.refresh_jti = claims.jti, tokens.new_jti()
            session.rotated_at = now
            session.expires_at = now + tokens.refresh_lifetime()
            session.save()
            return tokens.pair(session, now=now)
        grace = timedelta(seconds=settings.REFRESH_GRACE)
        if claims.jti == session.parent_jti and now - session.rotated_at <= grace:
            return tokens.pair(session, now=now)
        _revoke(session, "reuse", now)
    raise TokenInvalid  # after the revocation is committed


def sign_out(*, session: Session, now: datetime) -> None:
    """End the session; its access and refresh tokens are refused from now on."""
    _revoke(session, "sign-out", now)


def identify(*, credential: str, now: datetime) -> tuple[User, Session | None]:
    """Whose access token or opaque key this is, in one query; raises TokenInvalid.

    A value with exactly two dots is a JWT, any other an opaque key.
    """
    if credential.count(".") != 2:
        digest = tokens.digest(credential)
        key = ApiKey.objects.select_related("user").filter(digest=digest).first()
        if key is None or not key.user.is_active:
            raise TokenInvalid
        return key.user, None
    claims = tokens.read_access(credential)
    session = (
        Session.objects.live(now).filter(pk=claims.session, user=claims.user).first()
    )
    if session is None:
        raise TokenInvalid
    return session.user, session


@transaction.atomic
def replace_key(*, user: User) -> str:
    """A new opaque key for the account; the one before is refused from now on."""
    key = ApiKey.objects.select_for_update().filter(user=user).first()
    key = key or ApiKey(user=user, generation=0)
    key.generation += 1
    text = tokens.opaque_key(key)
    key.digest = tokens.digest(text)
    key.save()
    return text


def open_guest() -> Customer:
    """A new anonymous customer; whoever holds its token is that guest."""
    return Customer.objects.create()


def find_guest(*, token: str) -> Customer:
    """The guest of a token; raises GuestTokenRefused when unknown or bound."""
    try:
        customer = Customer.objects.guest(UUID(token)).first()
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


@transaction.atomic
def make_account(
    *, role: str, username: str, email: str, password: str, now: datetime
) -> User:
    """Make or reset an account as an operator: confirmed, with exactly this role.

    `role` is buyer, partner, staff or superuser. Finds the account by username.
    Raises FieldRefused when the address belongs to another account.
    """
    user = User.objects.with_username(username).first() or User(username=username)
    taken = User.objects.with_email(email).exclude(pk=user.pk)
    if taken.exists():
        raise FieldRefused("email", "taken", ["Another account has this address."])
    user.email = email
    user.is_active = True
    user.confirmed_at = user.confirmed_at or now
    user.is_partner = role == "partner"
    user.is_staff = role in {"staff", "superuser"}
    user.is_superuser = role == "superuser"
    user.set_password(password)
    user.save()
    Session.objects.of(user).filter(revoked_at=None).update(
        revoked_at=now, revoked_because="reset"
    )
    return user


def _bind_guest(token: UUID, user: User) -> None:
    bound = Customer.objects.guest(token).update(
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        email=user.email,
    )
    if not bound:
        raise GuestTokenRefused


def _check_username(user: User) -> None:
    """A username with an "@" must be the own address: it names one account only."""
    if user.username.lower() == user.email.lower():
        return
    try:
        UnicodeUsernameValidator()(user.username)
    except ValidationError as error:
        raise FieldRefused("username", "invalid", error.messages) from error
    if "@" in user.username:
        message = "A username with an @ must be the e-mail address itself."
        raise FieldRefused("username", "invalid", [message])


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise FieldRefused("password", "weak", list(error.messages)) from error


def _username_taken() -> FieldRefused:
    return FieldRefused("username", "taken", ["This username is taken."])


def _revoke(session: Session, reason: str, now: datetime) -> None:
    Session.objects.filter(pk=session.pk, revoked_at=None).update(
        revoked_at=now, revoked_because=reason
    )
