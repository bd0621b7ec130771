"""v1: sign-in with a guest's cart; leaving, and taking along what we know."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.devices import client_address
from accounts.permissions import account
from accounts.serializers import PasswordInput
from accounts.views import MeViewSet, SessionViewSet, answer_pair
from orders.serializers import (
    ExportSerializer,
    MergedLineSerializer,
    SignedInSerializer,
    SignInWithGuestInput,
)
from orders.services import (
    delete_account,
    export_account,
    sign_in_with_guest,
)


class SignInViewSet(SessionViewSet):
    """Sign-in, renewal, and the devices of an account."""

    @extend_schema(request=SignInWithGuestInput, responses={201: SignedInSerializer})
    def create(self, request: Request) -> Response:
        """Sign in by e-mail address or username; a guest's cart comes along."""
        given = SignInWithGuestInput(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        done = sign_in_with_guest(
            login=values["login"],
            password=values["password"],
            code=values["otp"],
            customer_token=values["customer_token"],
            policy=values["merge"],
            address=client_address(request._request),
            user_agent=request.headers.get("User-Agent", ""),
            now=timezone.now(),
        )
        merged = done.merged and MergedLineSerializer(done.merged, many=True).data
        in_cookie = values["mode"] == "cookie"
        return answer_pair(
            request, done.pair, in_cookie=in_cookie, status=201, merged=merged
        )


class OwnAccountViewSet(MeViewSet):
    """The caller's own account."""

    problems = MeViewSet.problems | {
        "leave": ("too-many-attempts", "orders-still-open"),
    }

    @extend_schema(request=PasswordInput, responses={204: None})
    @action(detail=False, methods=["post"], url_path="delete")
    def leave(self, request: Request) -> Response:
        """Delete the account: the person goes, orders stay without a name."""
        given = PasswordInput(data=request.data)
        given.is_valid(raise_exception=True)
        delete_account(
            user=account(request),
            password=given.validated_data["password"],
            now=timezone.now(),
        )
        return Response(status=204)

    @extend_schema(operation_id="me_export", responses=ExportSerializer)
    @action(detail=False)
    def export(self, request: Request) -> Response:
        """All we know of the account, as JSON."""
        return Response(ExportSerializer(export_account(user=account(request))).data)
