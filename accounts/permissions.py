"""Who may knock, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.authentication import CSRFCheck
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.throttling import BaseThrottle

from accounts import brakes
from accounts.devices import REFRESH_COOKIE, client_address
from accounts.exceptions import CsrfRefused, TooManyAttempts
from accounts.models import Customer, User

if TYPE_CHECKING:  # its module asks the settings for the classes of this one
    from rest_framework.request import Request
    from rest_framework.views import APIView

# What a call does to its row, where its method does not tell it.
VERBS = {"create": "add", "destroy": "delete"}


class IsBuyer(BasePermission):
    """An account, or a guest with a customer token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) or isinstance(request.auth, Customer)


class IsAccount(BasePermission):
    """Somebody signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User)


class IsPartner(BasePermission):
    """An account with the partner role, or staff who may send price lists."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if isinstance(request.user, User) and request.user.is_partner:
            return True
        return staff_may(request, "partners.add_pricelist")


class StaffMay(BasePermission):
    """Staff whose role allows it, as in the admin.

    A view's `needs` names a permission like "catalog.change_offer", or with {} for the
    verb of the call: view, add, change, delete. What names none, superusers may.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        reads = request.method in SAFE_METHODS
        verb = VERBS.get(view.action, "view" if reads else "change")
        return staff_may(request, getattr(view, "needs", "").format(verb))


class PageCheck(CSRFCheck):
    """Django's check of forms, which also believes the frontends of CORS_ORIGINS.

    They are not in CSRF_TRUSTED_ORIGINS, which holds for the admin as well.
    """

    @property
    def allowed_origins_exact(self) -> set[str]:
        return {*settings.CSRF_TRUSTED_ORIGINS, *settings.CORS_ALLOWED_ORIGINS}


class GuardsCookie(BasePermission):
    """A refresh token in the cookie counts only beside a CSRF token of our own page.

    Checks X-CSRFToken and Origin as Django does for forms. A refresh token in the
    body needs neither: a foreign page cannot know it. Raises CsrfRefused.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if REFRESH_COOKIE not in request.COOKIES or _has_refresh(request):
            return True
        check = PageCheck(lambda http: HttpResponse())
        check.process_request(request)
        reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]
        if reason is not None:
            raise CsrfRefused(str(reason))
        return True


def _has_refresh(request: Request) -> bool:
    return isinstance(request.data, dict) and bool(request.data.get("refresh"))


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


def staff_may(request: Request, permission: str) -> bool:
    """Whether staff are asking, and their role allows this."""
    user = request.user
    return isinstance(user, User) and user.is_staff and user.has_perm(permission)


def account(request: Request | HttpRequest) -> User:
    """The account behind a request that IsAccount or IsPartner has let in."""
    assert isinstance(request.user, User)  # noqa: S101 - the permission's promise
    return request.user
