"""v1: guests, sign-up, sessions, me; and the page behind the confirmation link."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.exceptions import TokenInvalid
from accounts.models import Session
from accounts.permissions import Braked, IsAccount, account, client_address
from accounts.serializers import (
    EmailInput,
    GuestSerializer,
    LinkTokenInput,
    RefreshInput,
    SignedUpSerializer,
    SignInInput,
    SignUpInput,
    TokenPairSerializer,
    UserSerializer,
)
from accounts.services import (
    confirm_email,
    open_guest,
    renew,
    resend_confirmation,
    sign_in,
    sign_out,
    sign_up,
)


class GuestViewSet(ViewSet):
    """Guests: customers without an account."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (Braked,)
    brakes = {"create": "guest"}

    @extend_schema(request=None, responses={201: GuestSerializer})
    def create(self, request: Request) -> Response:
        """A new guest; keep the token, it is the guest's only credential."""
        return Response(GuestSerializer(open_guest()).data, status=201)


class UserViewSet(ViewSet):
    """Sign-up and the confirmation of addresses."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (Braked,)
    brakes = {"create": "register"}
    problems = {
        "create": ("guest-token-refused",),
        "confirm": ("token-invalid",),
        "resend_confirmation": ("too-many-attempts",),
    }

    @extend_schema(request=SignUpInput, responses={201: SignedUpSerializer})
    def create(self, request: Request) -> Response:
        """Make an account. An address that has one gets a letter that says so."""
        given = SignUpInput(data=request.data)
        given.is_valid(raise_exception=True)
        sign_up(**given.validated_data, now=timezone.now())
        must_confirm = settings.EMAIL_CONFIRMATION != "off"
        answer = {"email": given.validated_data["email"], "must_confirm": must_confirm}
        return Response(answer, status=201)

    @extend_schema(request=LinkTokenInput, responses={204: None})
    @action(detail=False, methods=["post"])
    def confirm(self, request: Request) -> Response:
        """Confirm an address with the token of the link in the letter."""
        given = LinkTokenInput(data=request.data)
        given.is_valid(raise_exception=True)
        confirm_email(token=given.validated_data["token"], now=timezone.now())
        return Response(status=204)

    @extend_schema(request=EmailInput, responses={202: None})
    @action(detail=False, methods=["post"], url_path="resend-confirmation")
    def resend_confirmation(self, request: Request) -> Response:
        """Send the link again. The answer is the same for any address."""
        given = EmailInput(data=request.data)
        given.is_valid(raise_exception=True)
        resend_confirmation(email=given.validated_data["email"], now=timezone.now())
        return Response(status=202)


class SessionViewSet(ViewSet):
    """Sign-in, renewal, sign-out."""

    permission_classes = (AllowAny,)
    authentication_classes: Any = ()
    # Answers are secrets, and failed attempts must stay counted.
    is_replayable = False
    problems = {
        "create": ("invalid-credentials", "address-not-confirmed", "too-many-attempts"),
        "refresh": ("token-invalid",),
    }

    @extend_schema(request=SignInInput, responses={201: TokenPairSerializer})
    def create(self, request: Request) -> Response:
        """Sign in by e-mail address or username."""
        given = SignInInput(data=request.data)
        given.is_valid(raise_exception=True)
        pair = sign_in(
            **given.validated_data,
            address=client_address(request),
            user_agent=request.headers.get("User-Agent", ""),
            now=timezone.now(),
        )
        return Response(TokenPairSerializer(pair).data, status=201)

    @extend_schema(request=RefreshInput, responses=TokenPairSerializer)
    @action(detail=False, methods=["post"])
    def refresh(self, request: Request) -> Response:
        """A new pair for a refresh token, which is used up by it."""
        given = RefreshInput(data=request.data)
        given.is_valid(raise_exception=True)
        pair = renew(refresh=given.validated_data["refresh"], now=timezone.now())
        return Response(TokenPairSerializer(pair).data)


class CurrentSessionViewSet(ViewSet):
    """The session that the access token belongs to."""

    permission_classes = (IsAccount,)
    is_replayable = False

    @extend_schema(operation_id="sessions_sign_out", responses={204: None})
    def clear(self, request: Request) -> Response:
        """Sign out: this session's tokens are refused from now on."""
        if isinstance(request.auth, Session):
            sign_out(session=request.auth, now=timezone.now())
        return Response(status=204)


class MeViewSet(ViewSet):
    """The caller's own account."""

    permission_classes = (IsAccount,)

    @extend_schema(operation_id="me_retrieve", responses=UserSerializer)
    def list(self, request: Request) -> Response:
        """Read the own account."""
        return Response(UserSerializer(account(request)).data)


class ConfirmEmailPage(View):
    """For people: the link opens a page, its button confirms.

    Opening alone changes nothing, so that mail scanners do not use the link up.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        token = request.GET.get("token", "")
        return render(request, "accounts/confirm_email.html", {"token": token})

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            confirm_email(token=request.POST.get("token", ""), now=timezone.now())
        except TokenInvalid:
            context = {"failed": True}
            return render(request, "accounts/confirm_email.html", context, status=400)
        return render(request, "accounts/confirm_email.html", {"done": True})
