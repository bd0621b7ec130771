"""Making and reading credentials: JWTs, opaque keys, links in letters.

Nothing here looks at the database but the lifetimes (django-constance).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from constance import config
from django.conf import settings
from django.core import signing
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.exceptions import TokenInvalid
from accounts.models import ApiKey, Session, User

MAX_ID = 2**63


ISSUER = AUDIENCE = "storekeeper"


@dataclass(frozen=True)
class TokenPair:
    """What a sign-in gives: two JWTs, and how long each lives."""

    access: str
    refresh: str
    expires_in: int
    refresh_expires_at: datetime


@dataclass(frozen=True)
class Link:
    """What a signed link says: whom it was sent to, and when in the account's life."""

    user: int
    email: str
    counter: int


@dataclass(frozen=True)
class Claims:
    """What a good token says."""

    user: int
    session: UUID
    jti: str


def refresh_lifetime() -> timedelta:
    return timedelta(days=config.REFRESH_TOKEN_LIFETIME)


def new_jti() -> str:
    return uuid4().hex


def pair(session: Session, *, now: datetime) -> TokenPair:
    """A new access token, and the refresh token that is in force in the session.

    The refresh token depends on the session's columns alone: asked twice, it comes
    out the same, byte for byte.
    """
    lifetime = timedelta(seconds=config.ACCESS_TOKEN_LIFETIME)
    access = _signed(AccessToken(), session, new_jti(), now, now + lifetime)
    refresh = _signed(
        RefreshToken(),
        session,
        session.refresh_jti,
        session.rotated_at,
        session.expires_at,
    )
    seconds = int(lifetime.total_seconds())
    return TokenPair(access, refresh, seconds, session.expires_at)


def read_access(token: str) -> Claims:
    """The claims of an access token; raises TokenInvalid."""
    return _read(AccessToken, token)


def read_refresh(token: str) -> Claims:
    """The claims of a refresh token; raises TokenInvalid."""
    return _read(RefreshToken, token)


def opaque_key(key: ApiKey) -> str:
    """The text of an account's key: 160 bits, derived anew each time."""
    return _derived(key, settings.JWT_KEY)


def key_text(key: ApiKey) -> str | None:
    """The text of the key in force; None when no believed signing key made it."""
    texts = (_derived(key, secret) for secret in _signing_keys())
    return next((text for text in texts if digest(text) == key.digest), None)


def is_key(key: ApiKey, text: str) -> bool:
    """True when `text` is the account's key under a signing key that is believed."""
    return any(
        hmac.compare_digest(_derived(key, secret), text) for secret in _signing_keys()
    )


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def link(user: User, purpose: str, email: str = "") -> str:
    """A signed token for a letter, good once: it names the address and the counter.

    The address is the account's, unless the letter goes to another.
    """
    facts = [user.pk, (email or user.email).lower(), user.link_counter]
    return signing.dumps(facts, salt=f"accounts.{purpose}", compress=False)


def read_link(token: str, purpose: str, *, max_age: timedelta) -> Link:
    """What a link of this purpose says; raises TokenInvalid."""
    try:
        user, email, counter = signing.loads(
            token, salt=f"accounts.{purpose}", max_age=max_age
        )
    except (signing.BadSignature, ValueError) as error:
        raise TokenInvalid from error
    return Link(user, email, counter)


def _signed(
    token: Token, session: Session, jti: str, issued: datetime, expires: datetime
) -> str:
    token.payload.update(
        {
            "user_id": session.user_id,
            "sid": str(session.pk),
            "jti": jti,
            "iat": int(issued.timestamp()),
            # Whole seconds, so that exp - iat is the lifetime to the second.
            "exp": int(issued.timestamp()) + round((expires - issued).total_seconds()),
        }
    )
    return str(token)


def _read(kind: type[Token], token: str) -> Claims:
    try:
        payload = _payload(token)
        user, jti = payload["user_id"], payload["jti"]
        datetime.fromtimestamp(payload["exp"], UTC)  # there, and in the calendar
        session = UUID(str(payload["sid"]))
    # Forged tokens raise whatever their bytes provoke: deep JSON, wrong types.
    except (
        TokenBackendError,
        LookupError,
        ValueError,
        TypeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise TokenInvalid from error
    if payload.get("token_type") != kind.token_type:
        raise TokenInvalid
    if type(user) is not int or not 0 < user < MAX_ID or not isinstance(jti, str):
        raise TokenInvalid
    return Claims(user, session, jti)


def _payload(token: str) -> dict[str, Any]:
    """The payload signed by the key in force, or by the one before it."""
    keys = _signing_keys()
    for key in keys:
        backend = TokenBackend("HS256", key, audience=AUDIENCE, issuer=ISSUER)
        try:
            return backend.decode(token)  # type: ignore[arg-type]
        except TokenBackendError:
            if key == keys[-1]:
                raise
    raise TokenInvalid


def _signing_keys() -> list[str]:
    """The key in force first, then the one before it."""
    return [settings.JWT_KEY, *filter(None, [settings.JWT_KEY_OLD])]


def _derived(key: ApiKey, secret: str) -> str:
    text = f"api-key:{key.user_id}:{key.generation}"
    # 40 signs: an older document promises its clients that length.
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]
