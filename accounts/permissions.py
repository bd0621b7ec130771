"""Who may knock, and how often."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import brakes
from accounts.exceptions import TooManyAttempts
from accounts.models import Customer, User


class IsBuyer(BasePermission):
    """An account, or a guest with a customer token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) or isinstance(request.auth, Customer)


class IsAccount(BasePermission):
    """Somebody signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User)


class IsPartner(BasePermission):
    """An account with the partner role, or staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return isinstance(user, User) and (user.is_partner or user.is_staff)


class Braked(BaseThrottle):
    """Counts calls per account or address; a view names its rates in `brakes`.

    `brakes` maps an action to a key of settings.RATES.
    """

    wait_seconds: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        rate = getattr(view, "brakes", {}).get(getattr(view, "action", None))
        if rate is None:
            return True
        counted = rate, _subject(request)
        # Refused calls stay counted: config/idempotency.py counts what it rolls back.
        request._request.counted = counted  # type: ignore[attr-defined]
        try:
            brakes.count(*counted, now=timezone.now())
        except TooManyAttempts as error:
            self.wait_seconds = error.retry_after.total_seconds()
            return False
        return True

    def wait(self) -> float | None:
        return self.wait_seconds


def _subject(request: Request) -> str:
    """Whose calls are counted together: an account's, a guest's, an address's."""
    if isinstance(request.user, User):
        return f"user:{request.user.pk}"
    if isinstance(request.auth, Customer):
        return f"guest:{request.auth.pk}"
    return client_address(request)


def account(request: Request | HttpRequest) -> User:
    """The account behind a request that IsAccount or IsPartner has let in."""
    assert isinstance(request.user, User)  # noqa: S101 - the permission's promise
    return request.user


def client_address(request: Request | HttpRequest) -> str:
    """The client's address block: an IPv4 address or an IPv6 /64.

    Believes X-Forwarded-For only as far as our own proxies wrote it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        address = forwarded[-settings.TRUSTED_PROXIES :][0].strip()
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6:
        return str(ipaddress.ip_network(f"{ip}/64", strict=False).network_address)
    return str(ip)
