"""v1: guests, sign-up, sessions, and the own account."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet, ModelViewSet, ViewSet

from accounts.devices import REFRESH_COOKIE
from accounts.models import Address, Session
from accounts.permissions import (
    Braked,
    GuardsCookie,
    IsAccount,
    account,
)
from accounts.serializers import (
    AddressSerializer,
    ApiKeySerializer,
    ChangeEmailInput,
    ChangePasswordInput,
    EmailInput,
    GuestSerializer,
    LinkTokenInput,
    NewApiKeySerializer,
    ProfileInput,
    RefreshInput,
    ResetInput,
    SessionSerializer,
    SignedUpSerializer,
    SignUpInput,
    TokenPairSerializer,
    UserSerializer,
    shown,
)
from accounts.services import (
    change_password,
    change_profile,
    complete_reset,
    confirm_email,
    confirm_email_change,
    find_key,
    open_guest,
    remove_address,
    renew,
    replace_key,
    request_email_change,
    request_reset,
    resend_confirmation,
    revoke_key,
    revoke_other_sessions,
    revoke_session,
    save_address,
    sign_out,
    sign_up,
)
from accounts.tokens import TokenPair

SESSION = OpenApiParameter(
    "id", UUID, "path", description="A UUID string identifying this session."
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
        return Response(shown(GuestSerializer, open_guest()), status=201)


class UserViewSet(ViewSet):
    """Sign-up, and what links in letters lead to."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (Braked,)
    brakes = {
        "create": "register",
        "confirm": "links",
        "confirm_email_change": "links",
        "resend_confirmation": "mail",
        "request_reset": "mail",
        "reset_password": "links",
    }
    problems = {
        "create": ("guest-token-refused",),
        "confirm": ("token-invalid",),
        "confirm_email_change": ("token-invalid",),
        "resend_confirmation": ("too-many-attempts",),
        "request_reset": ("too-many-attempts",),
        "reset_password": ("token-invalid",),
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
        confirm_email(**given.validated_data, now=timezone.now())
        return Response(status=204)

    @extend_schema(request=EmailInput, responses={202: None})
    @action(detail=False, methods=["post"], url_path="resend-confirmation")
    def resend_confirmation(self, request: Request) -> Response:
        """Send the link again. The answer is the same for any address."""
        given = EmailInput(data=request.data)
        given.is_valid(raise_exception=True)
        resend_confirmation(**given.validated_data, now=timezone.now())
        return Response(status=202)

    @extend_schema(request=LinkTokenInput, responses={204: None})
    @action(detail=False, methods=["post"], url_path="confirm-email-change")
    def confirm_email_change(self, request: Request) -> Response:
        """Take over a new address with the token of the link sent to it."""
        given = LinkTokenInput(data=request.data)
        given.is_valid(raise_exception=True)
        confirm_email_change(**given.validated_data, now=timezone.now())
        return Response(status=204)

    @extend_schema(request=EmailInput, responses={202: None})
    @action(detail=False, methods=["post"], url_path="request-reset")
    def request_reset(self, request: Request) -> Response:
        """Send a link to set a new password. The answer is the same for any address."""
        given = EmailInput(data=request.data)
        given.is_valid(raise_exception=True)
        request_reset(**given.validated_data, now=timezone.now())
        return Response(status=202)

    @extend_schema(request=ResetInput, responses={204: None})
    @action(detail=False, methods=["post"], url_path="reset-password")
    def reset_password(self, request: Request) -> Response:
        """Set a new password with the token of the link; every session ends."""
        given = ResetInput(data=request.data)
        given.is_valid(raise_exception=True)
        complete_reset(**given.validated_data, now=timezone.now())
        return Response(status=204)


class SessionViewSet(GenericViewSet[Session]):
    """Renewal, and the devices of an account; sign-in is in orders, with the cart."""

    serializer_class = SessionSerializer
    throttle_classes = (Braked,)
    brakes = {"refresh": "refresh"}
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    # Answers are secrets, and failed attempts must stay counted.
    is_replayable = False
    problems: dict[str, tuple[str, ...]] = {
        "create": (
            "invalid-credentials",
            "otp-required",
            "otp-invalid",
            "address-not-confirmed",
            "too-many-attempts",
        ),
        "refresh": ("token-invalid", "csrf-refused"),
        "destroy": ("session-not-found",),
    }

    def get_authenticators(self) -> list[Any]:
        # Signing in never fails because of a stale credential sent along.
        is_open = self._action() in {"create", "refresh"}
        return [] if is_open else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        doors: dict[str, list[Any]] = {
            "create": [AllowAny()],
            "refresh": [AllowAny(), GuardsCookie()],
        }
        return doors.get(self._action(), [IsAccount()])

    def get_queryset(self) -> QuerySet[Session]:
        if getattr(self, "swagger_fake_view", False):
            return Session.objects.none()
        sessions = Session.objects.of(account(self.request)).live(timezone.now())
        return sessions.order_by("-last_used_at", "pk")

    def list(self, request: Request) -> Response:
        """The own signed-in devices, the last used first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=RefreshInput, responses=TokenPairSerializer)
    @action(detail=False, methods=["post"])
    def refresh(self, request: Request) -> Response:
        """A new pair for a refresh token, which is used up by it."""
        given = RefreshInput(data=request.data, context={"request": request})
        given.is_valid(raise_exception=True)
        in_body = given.validated_data["refresh"]
        pair = renew(
            refresh=in_body or request.COOKIES.get(REFRESH_COOKIE, ""),
            now=timezone.now(),
        )
        return answer_pair(request, pair, in_cookie=not in_body, status=200)

    @extend_schema(parameters=[SESSION], responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        """Sign one of the own devices out."""
        revoke_session(user=account(request), session_id=pk, now=timezone.now())
        return Response(status=204)

    @extend_schema(operation_id="sessions_revoke_others", responses={204: None})
    def clear(self, request: Request) -> Response:
        """Sign all own devices out but this one."""
        keep = request.auth if isinstance(request.auth, Session) else None
        revoke_other_sessions(user=account(request), keep=keep, now=timezone.now())
        return Response(status=204)

    def _action(self) -> str:
        if self.request is None:  # drf-spectacular asks without one
            return self.action
        # DRF asks for authenticators before it has set `self.action`.
        return self.action_map.get((self.request.method or "").lower(), "")


class CurrentSessionViewSet(ViewSet):
    """The session that the access token belongs to."""

    permission_classes = (IsAccount,)
    is_replayable = False

    @extend_schema(operation_id="sessions_sign_out", responses={204: None})
    def clear(self, request: Request) -> Response:
        """Sign out: this session's tokens are refused from now on."""
        if isinstance(request.auth, Session):
            sign_out(session=request.auth, now=timezone.now())
        response = Response(status=204)
        response.delete_cookie(REFRESH_COOKIE, path=reverse("session-refresh"))
        return response


class MeViewSet(ViewSet):
    """The caller's own account."""

    permission_classes = (IsAccount,)
    throttle_classes = (Braked,)
    # Passwords come in, and wrong ones must stay counted.
    is_replayable = False
    problems: dict[str, tuple[str, ...]] = {
        "password": ("too-many-attempts",),
        "email": ("too-many-attempts",),
    }

    @extend_schema(operation_id="me_retrieve", responses=UserSerializer)
    def list(self, request: Request) -> Response:
        """Read the own account."""
        return Response(shown(UserSerializer, account(request)))

    @extend_schema(
        operation_id="me_update", request=ProfileInput, responses=UserSerializer
    )
    def replace(self, request: Request) -> Response:
        """Replace the own username and names."""
        return self._change(request, ProfileInput(data=request.data))

    @extend_schema(
        operation_id="me_partial_update", request=ProfileInput, responses=UserSerializer
    )
    def change(self, request: Request) -> Response:
        """Change some of the own username and names."""
        return self._change(request, ProfileInput(data=request.data, partial=True))

    @extend_schema(request=ChangePasswordInput, responses={204: None})
    @action(detail=False, methods=["post"])
    def password(self, request: Request) -> Response:
        """Change the password; all other devices are signed out."""
        given = ChangePasswordInput(data=request.data)
        given.is_valid(raise_exception=True)
        keep = request.auth if isinstance(request.auth, Session) else None
        change_password(
            user=account(request), **given.validated_data, keep=keep, now=timezone.now()
        )
        return Response(status=204)

    @extend_schema(request=ChangeEmailInput, responses={202: None})
    @action(detail=False, methods=["post"])
    def email(self, request: Request) -> Response:
        """Ask for a new address: it counts once its link is followed."""
        given = ChangeEmailInput(data=request.data)
        given.is_valid(raise_exception=True)
        request_email_change(
            user=account(request), **given.validated_data, now=timezone.now()
        )
        return Response(status=202)

    def _change(self, request: Request, given: ProfileInput) -> Response:
        given.is_valid(raise_exception=True)
        user = change_profile(user=account(request), changes=given.validated_data)
        return Response(shown(UserSerializer, user))


class ApiKeyViewSet(ViewSet):
    """The account's one opaque key, for programs."""

    permission_classes = (IsAccount,)
    is_replayable = False
    problems = {"list": ("no-api-key",)}

    @extend_schema(operation_id="me_api_key_retrieve", responses=ApiKeySerializer)
    def list(self, request: Request) -> Response:
        """Since when there is a key."""
        return Response(ApiKeySerializer(find_key(user=account(request))).data)

    @extend_schema(request=None, responses={201: NewApiKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key, or replace the one there is; it is shown here and never again."""
        key = replace_key(user=account(request), now=timezone.now())
        return Response({"key": key}, status=201)

    @extend_schema(operation_id="me_api_key_revoke", responses={204: None})
    def clear(self, request: Request) -> Response:
        """Refuse the key from now on."""
        revoke_key(user=account(request), now=timezone.now())
        return Response(status=204)


class AddressViewSet(ModelViewSet[Address]):
    """The own address book."""

    permission_classes = (IsAccount,)
    serializer_class = AddressSerializer
    lookup_value_regex = "[0-9]{1,18}"
    problems = {"create": ("address-book-full",)}

    def get_queryset(self) -> QuerySet[Address]:
        if getattr(self, "swagger_fake_view", False):
            return Address.objects.none()
        return account(self.request).addresses.order_by("pk")

    def perform_create(self, serializer: BaseSerializer[Address]) -> None:
        serializer.instance = save_address(
            address=Address(user=account(self.request)),
            values=serializer.validated_data,
        )

    def perform_update(self, serializer: BaseSerializer[Address]) -> None:
        assert serializer.instance is not None  # noqa: S101 - it is an update
        serializer.instance = save_address(
            address=serializer.instance, values=serializer.validated_data
        )

    def perform_destroy(self, instance: Address) -> None:
        remove_address(address=instance)


def answer_pair(
    request: Request, pair: TokenPair, *, in_cookie: bool, status: int, **more: Any
) -> Response:
    """The tokens as the client asked for them; `more` goes into the body as it is."""
    if not in_cookie:
        return Response(TokenPairSerializer(pair).data | more, status=status)
    body = {
        "access": pair.access,
        "expires_in": pair.expires_in,
        "csrf_token": get_token(request._request),
    }
    response = Response(body | more, status=status)
    response.set_cookie(
        REFRESH_COOKIE,
        pair.refresh,
        path=reverse("session-refresh"),
        httponly=True,
        secure=settings.HTTPS,
        samesite="Strict",
        expires=pair.refresh_expires_at,
    )
    return response
