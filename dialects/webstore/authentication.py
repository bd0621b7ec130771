"""What this document asks for besides a token: its refresh cookie, its CSRF header."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

COOKIE = "refreshtoken"


class HasRefreshCookie(BasePermission):
    """Looked at before CSRF, so that a caller without cookies is told as documented."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.COOKIES.get(COOKIE):
            raise NotAuthenticated
        return True


class ProvesPage(BasePermission):
    """`X-CSRFTOKEN` equals the cookie, and no foreign page sent it.

    Clients need not be browsers, so a missing Origin is none that is foreign.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
        header = request.headers.get("X-CSRFToken", "")
        if not cookie or not constant_time_compare(cookie, header):
            raise PermissionDenied(
                "CSRF failed: X-CSRFTOKEN is not the cookie's token."
            )
        if not _is_own(request.headers.get("Origin"), request._request):
            raise PermissionDenied("CSRF failed: the page is not one of ours.")
        return True


def _is_own(origin: str | None, request: HttpRequest) -> bool:
    if origin is None:
        return True
    if origin in {*settings.CSRF_TRUSTED_ORIGINS, *settings.CORS_ALLOWED_ORIGINS}:
        return True
    here = urlsplit(request.build_absolute_uri())
    return origin == f"{here.scheme}://{here.netloc}"
