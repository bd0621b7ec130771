"""The account API: one class a door."""

from typing import ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import (
    change_account,
    register,
    renew_access,
    revoke_refresh,
    sign_in,
)
from dialects import doors
from dialects.doors import account, device, given, knocking
from dialects.pyshop.errors import AT_LOGOUT, AT_REFRESH, REFUSALS
from dialects.pyshop.serializers import (
    LoginInput,
    MeInput,
    MeSerializer,
    RefreshInput,
    RegisterInput,
)


class Register(doors.PublicDoor):
    refusals = REFUSALS
    brakes: ClassVar = {"POST": "register"}

    def post(self, request: Request) -> Response:
        user = register(
            **given(RegisterInput(data=request.data)),
            must_confirm=doors.must_confirm(),
            page=doors.confirmation_page(),
            allow_common=doors.common_is_allowed(),
        )
        return Response({"id": user.pk, "email": user.email}, status=201)


class Login(doors.PublicDoor):
    refusals = REFUSALS

    def post(self, request: Request) -> Response:
        form = given(LoginInput(data=request.data))
        pair = sign_in(
            login=form["email"],
            password=form["password"],
            login_is="email",
            user_agent=device(request),
            **knocking(request),
        )
        return Response({"access": pair.access, "refresh": pair.refresh})


class Refresh(doors.PublicDoor):
    refusals = AT_REFRESH
    brakes: ClassVar = {"POST": "refresh"}

    def post(self, request: Request) -> Response:
        form = given(RefreshInput(data=request.data))
        return Response({"access": renew_access(**form, now=timezone.now())})


class Logout(doors.PublicDoor):
    refusals = AT_LOGOUT
    brakes: ClassVar = {"POST": "refresh"}

    def post(self, request: Request) -> Response:
        form = given(RefreshInput(data=request.data))
        revoke_refresh(**form, now=timezone.now())
        return Response({"success": "User logged out."})


class Me(doors.Door):
    refusals = REFUSALS

    def get(self, request: Request) -> Response:
        return Response(MeSerializer(account(request)).data)

    def put(self, request: Request) -> Response:
        form = given(MeInput(data=request.data))
        user = change_account(
            user=account(request),
            changes=form,
            page=doors.confirmation_page(),
            now=timezone.now(),
        )
        return Response(MeSerializer(user).data)
