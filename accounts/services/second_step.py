"""The second step of a sign-in: codes of an authenticator app, or recovery codes.

The app's secret is a row of django-otp; of recovery codes only digests are kept.
"""

import secrets
from base64 import b32encode
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from accounts import brakes, tokens
from accounts.exceptions import CodeRefused, CodeRequired
from accounts.models import SecurityEvent, User
from accounts.services.events import record
from accounts.services.passwords import check_credentials, count_for_account

RECOVERY_CODES = 10
SCOPE = "sign-in-code"


def second_step_of(user: User) -> TOTPDevice | None:
    """The authenticator app whose codes this account's sign-ins need, if any."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def new_app_key() -> str:
    """A secret for an authenticator app, in hex; nothing is kept."""
    return default_key()


def app_address(user: User, key: str) -> str:
    """What an authenticator app reads from the QR code."""
    return TOTPDevice(user=user, key=key).config_url


def app_text(key: str) -> str:
    """The secret as people type it into an app, in groups of four letters."""
    return _grouped(b32encode(bytes.fromhex(key)).decode())


def set_second_step(*, user: User, key: str, code: str, now: datetime) -> list[str]:
    """Ask for this app's codes from now on, if `code` is one; returns recovery codes.

    They are shown once. Raises CodeRefused, TooManyAttempts.
    """
    count_for_account(user, f"user:{user.pk}", now, scope=SCOPE)
    with transaction.atomic():
        # The account's row is the lock: the app's does not exist yet.
        User.objects.select_for_update().get(pk=user.pk)
        TOTPDevice.objects.filter(user=user).delete()
        app = TOTPDevice(user=user, key=key, name="app")
        if not app.verify_token(_plain(code)):
            raise CodeRefused
        record(user, SecurityEvent.Kind.SECOND_STEP_SET, now)
        codes = _write_codes(user)
    brakes.give_back(SCOPE, f"user:{user.pk}")
    return codes


def check_code(*, user: User, code: str, now: datetime) -> TOTPDevice:
    """The app whose code this is, or which a recovery code stands in for.

    Either is good once. Counted per account before it is looked at. Raises CodeRefused,
    TooManyAttempts.
    """
    count_for_account(user, f"user:{user.pk}", now, scope=SCOPE)
    plain = _plain(code)
    with transaction.atomic():
        apps = TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk")
        app = apps.select_for_update().first()
        if app is None:
            raise CodeRefused
        if not app.verify_token(plain):
            _use_recovery_code(user, plain, now)
    brakes.give_back(SCOPE, f"user:{user.pk}")
    return app


def check_sign_in(
    *,
    login: str,
    password: str,
    address: str,
    login_is: str = "either",
    code: str = "",
    now: datetime,
) -> User:
    """The account of a login and its password and, of staff who have one, a code.

    A surface that knows no codes gives none. Raises TooManyAttempts,
    InvalidCredentials, CodeRequired, CodeRefused.
    """
    user = check_credentials(
        login=login, password=password, address=address, login_is=login_is, now=now
    )
    if user.is_staff or user.is_superuser:
        is_set = second_step_of(user) is not None
        if is_set and code:
            check_code(user=user, code=code, now=now)
        elif is_set or settings.STAFF_TOTP == "required":
            raise CodeRequired(is_set=is_set)
    return user


@transaction.atomic
def replace_recovery_codes(*, user: User) -> list[str]:
    """New recovery codes, shown once; those before are refused from now on."""
    User.objects.select_for_update().get(pk=user.pk)
    return _write_codes(user)


@transaction.atomic
def remove_second_step(*, user: User, now: datetime) -> bool:
    """Sign in by password alone again, as after a lost phone; says if there was more.

    Sessions of the admin that the second step opened end.
    """
    had, _ = TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    if had:
        record(user, SecurityEvent.Kind.SECOND_STEP_REMOVED, now)
    return bool(had)


def _use_recovery_code(user: User, plain: str, now: datetime) -> None:
    kept = StaticToken.objects.filter(device__user=user, token=_digest(plain))
    if not kept.delete()[0]:
        raise CodeRefused
    record(user, SecurityEvent.Kind.RECOVERY_CODE_USED, now)


def _write_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [
        b32encode(secrets.token_bytes(10)).decode().lower()
        for _ in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_digest(code)) for code in codes
    )
    return [_grouped(code) for code in codes]


def _plain(code: str) -> str:
    """Without the spaces and hyphens that people and apps put in."""
    return "".join(code.split()).replace("-", "").lower()


def _digest(code: str) -> str:
    return tokens.digest(code)[:16]  # as long as django-otp's column


def _grouped(text: str) -> str:
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))
