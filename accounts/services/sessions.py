"""Sign-in and what follows from it: sessions, their tokens, opaque keys."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts import tokens
from accounts.emails import send_session_stolen
from accounts.exceptions import (
    AddressNotConfirmed,
    NoApiKey,
    SessionNotFound,
    TokenInvalid,
)
from accounts.models import ApiKey, SecurityEvent, Session, User
from accounts.services.events import end_sessions, record
from accounts.services.second_step import check_sign_in
from accounts.tokens import TokenPair
from catalog.prepared import Prepared
from catalog.rows import insert, update

USE_NOTED_EVERY = timedelta(minutes=5)
ROTATED = ("parent_jti", "refresh_jti", "rotated_at", "last_used_at", "expires_at")
# Every call of an account comes by here.
UNREVOKED = Prepared(
    lambda session, user: Session.objects.unrevoked().filter(pk=session, user=user)
)


def sign_in(
    *,
    login: str,
    password: str,
    address: str,
    user_agent: str = "",
    login_is: str = "either",
    now: datetime,
) -> TokenPair:
    """Open a session for an e-mail address or username and its password alone.

    Raises TooManyAttempts, InvalidCredentials, CodeRequired, AddressNotConfirmed.
    """
    user = check_sign_in(
        login=login, password=password, address=address, login_is=login_is, now=now
    )
    return open_session(user=user, user_agent=user_agent, now=now)


def sign_in_account(
    *, username: str, password: str, address: str, user_agent: str, now: datetime
) -> tuple[User, TokenPair]:
    """Sign in by username, for a surface that shows the account with its tokens.

    Refusals as sign_in.
    """
    user = check_sign_in(
        login=username,
        password=password,
        address=address,
        login_is="username",
        now=now,
    )
    return user, open_session(user=user, user_agent=user_agent, now=now)


def open_session(*, user: User, user_agent: str, now: datetime) -> TokenPair:
    """A new session of an account whose password was right.

    Raises AddressNotConfirmed.
    """
    if not user.may_sign_in:
        raise AddressNotConfirmed
    session = Session(
        user=user,
        refresh_jti=tokens.new_jti(),
        rotated_at=now,
        last_used_at=now,
        expires_at=now + tokens.refresh_lifetime(),
        user_agent=user_agent[:255],
    )
    return tokens.pair(insert(session), now=now)


def renew(*, refresh: str, now: datetime) -> TokenPair:
    """Rotate the refresh token of a session.

    For REFRESH_GRACE seconds the token just replaced gets the same successor again,
    so that browser tabs do not sign each other out. Any older one ends the session,
    is recorded, and its owner gets a letter. Raises TokenInvalid.
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
            session.rotated_at = session.last_used_at = now
            session.expires_at = now + tokens.refresh_lifetime()
            update(session, *ROTATED)
            return tokens.pair(session, now=now)
        grace = timedelta(seconds=settings.REFRESH_GRACE)
        if claims.jti == session.parent_jti and now - session.rotated_at <= grace:
            return tokens.pair(session, now=now)
        end_sessions(Session.objects.filter(pk=session.pk), "reuse", now)
        record(session.user, SecurityEvent.Kind.REFRESH_REUSED, now, session)
        send_session_stolen.enqueue(str(session.pk))
    raise TokenInvalid  # after the revocation is committed


def renew_access(*, refresh: str, now: datetime) -> str:
    """A new access token; the refresh token stays the one in force.

    For surfaces whose document does not rotate. Raises TokenInvalid with its reason.
    """
    session = _session_of(refresh, now)
    Session.objects.filter(pk=session.pk).update(last_used_at=now)
    return tokens.pair(session, now=now).access


def revoke_refresh(*, refresh: str, user: User | None = None, now: datetime) -> None:
    """End the session of a refresh token, which has to be `user`'s if one is given.

    Raises TokenInvalid, also when the token was revoked before.
    """
    session = _session_of(refresh, now)
    if user is not None and session.user_id != user.pk:
        raise TokenInvalid
    if not end_sessions(Session.objects.filter(pk=session.pk), "sign-out", now):
        raise TokenInvalid("revoked")


def _session_of(refresh: str, now: datetime) -> Session:
    """The live session whose refresh token this is; raises TokenInvalid."""
    claims = tokens.read_refresh(refresh)
    if not User.objects.filter(pk=claims.user, is_active=True).exists():
        raise TokenInvalid("owner-gone")
    sessions = Session.objects.live(now).filter(pk=claims.session, user=claims.user)
    session = sessions.first()
    if session is None:
        raise TokenInvalid("revoked")
    grace = now - session.rotated_at <= timedelta(seconds=settings.REFRESH_GRACE)
    good = {session.refresh_jti, session.parent_jti if grace else ""}
    if claims.jti not in good:
        raise TokenInvalid("revoked")
    return session


def sign_out(*, session: Session, now: datetime) -> None:
    """End the session; its access and refresh tokens are refused from now on."""
    end_sessions(Session.objects.filter(pk=session.pk), "sign-out", now)


def revoke_session(*, user: User, session_id: UUID, now: datetime) -> None:
    """End one of the owner's sessions; raises SessionNotFound, for foreign ones too."""
    if not end_sessions(Session.objects.of(user).filter(pk=session_id), "revoked", now):
        raise SessionNotFound


def revoke_other_sessions(*, user: User, keep: Session | None, now: datetime) -> int:
    """End all sessions of the owner but `keep`; returns how many."""
    others = Session.objects.of(user)
    if keep is not None:
        others = others.exclude(pk=keep.pk)
    return end_sessions(others, "revoked", now)


def revoke_sessions(*, sessions: QuerySet[Session], now: datetime) -> int:
    """Staff end these sessions; returns how many lived."""
    chosen = Session.objects.filter(pk__in=sessions.values("pk"))
    return end_sessions(chosen, "staff", now)


def identify(*, credential: str, now: datetime) -> tuple[User, Session | None]:
    """Whose access token or opaque key this is, in one query; raises TokenInvalid.

    A value with exactly two dots is a JWT, any other an opaque key. Every five
    minutes the session's last use is noted.
    """
    if credential.count(".") != 2:
        digest = tokens.digest(credential)
        keys = ApiKey.objects.select_related("user").filter(digest=digest)
        key = keys.filter(user__is_active=True).first()
        # Derived anew, so that a new JWT_KEY replaces all keys.
        if key is None or not tokens.is_key(key, credential):
            raise TokenInvalid
        return key.user, None
    claims = tokens.read_access(credential)
    session = next(iter(UNREVOKED(claims.session, claims.user)), None)
    if session is None or session.expires_at <= now:
        raise TokenInvalid
    if now - session.last_used_at >= USE_NOTED_EVERY:
        Session.objects.filter(pk=session.pk).update(last_used_at=now)
    return session.user, session


@transaction.atomic
def replace_key(*, user: User, now: datetime) -> str:
    """A new opaque key for the account; the one before is refused from now on."""
    # The account's row is the lock: the key's may not exist yet.
    User.objects.select_for_update().get(pk=user.pk)
    key = ApiKey.objects.filter(user=user).first() or ApiKey(user=user, generation=0)
    key.generation += 1
    text = tokens.opaque_key(key)
    key.digest = tokens.digest(text)
    key.save()
    record(user, SecurityEvent.Kind.KEY_REPLACED, now)
    return text


def key_for_password(
    *, login: str, password: str, address: str, replace: bool = False, now: datetime
) -> str:
    """The opaque key of a username and its password: the one there is, else a new one.

    With `replace` always a new one; the one before is refused from now on. Raises
    TooManyAttempts, InvalidCredentials, CodeRequired, AddressNotConfirmed.
    """
    user = check_sign_in(
        login=login, password=password, address=address, login_is="username", now=now
    )
    if not user.may_sign_in:
        raise AddressNotConfirmed
    with transaction.atomic():  # after the count of the attempt, which has to stay
        User.objects.select_for_update().get(pk=user.pk)
        key = ApiKey.objects.filter(user=user).exclude(digest=None).first()
        text = tokens.key_text(key) if key and not replace else None
        return text or replace_key(user=user, now=now)


def find_key(*, user: User) -> ApiKey:
    """The account's key in force; raises NoApiKey."""
    key = ApiKey.objects.filter(user=user).exclude(digest=None).first()
    if key is None:
        raise NoApiKey
    return key


@transaction.atomic
def revoke_key(*, user: User, now: datetime) -> None:
    """Refuse the account's key from now on; without one, nothing happens.

    The row stays, so that a key made later is another one.
    """
    key = ApiKey.objects.filter(user=user).exclude(digest=None)
    if key.update(digest=None):
        record(user, SecurityEvent.Kind.KEY_REVOKED, now)
