"""Who is asking: `Authorization: Bearer|Token …`, or a guest's `X-Customer-Token`."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.devices import client_address
from accounts.exceptions import (
    GuestTokenRefused,
    InvalidCredentials,
    TokenInvalid,
    TooManyAttempts,
)
from accounts.models import Customer, Session, User
from accounts.services import check_credentials, find_guest, identify

Principal = tuple[User | AnonymousUser, Session | Customer | None]


class Credentials(BaseAuthentication):
    """`request.user` and `request.auth`: an account with its session, or a guest.

    An account's credential wins over a customer token sent beside it.
    """

    def authenticate(self, request: Request | HttpRequest) -> Principal | None:
        # The idempotency middleware asks first; the answer is kept for the view.
        http: Any = getattr(request, "_request", request)
        if not hasattr(http, "principal"):
            http.principal = _principal(http)
        return http.principal

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BrakedBackend(ModelBackend):
    """The admin's sign-in, behind the same brakes as every other door."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        address = client_address(request) if request else "unknown"
        try:
            return check_credentials(
                login=username or "",
                password=password or "",
                address=address,
                now=timezone.now(),
            )
        except InvalidCredentials:
            return None
        except TooManyAttempts as refusal:
            if request is not None:  # for the form, which is told nothing else
                request.braked = refusal  # type: ignore[attr-defined]
            raise PermissionDenied from refusal


def _principal(request: HttpRequest) -> Principal | None:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, credential = header.partition(" ")
        if scheme.lower() not in {"bearer", "token"} or not credential:
            raise AuthenticationFailed("Use the scheme Bearer or Token.")
        if scheme.lower() == "bearer" and credential.count(".") != 2:
            raise AuthenticationFailed("Bearer takes a JWT.")
        try:
            return identify(credential=credential, now=timezone.now())
        except TokenInvalid as error:
            raise AuthenticationFailed("The credential is invalid or ended.") from error
    token = request.headers.get("X-Customer-Token", "")
    if token:
        try:
            return AnonymousUser(), find_guest(token=token)
        except GuestTokenRefused as error:
            raise AuthenticationFailed(
                "The customer token is unknown, or belongs to an account now: sign in."
            ) from error
    return None


class CredentialsScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document shows the credentials."""

    target_class = Credentials
    name = ["account", "guest"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "apiKey", "in": "header", "name": "X-Customer-Token"},
        ]
