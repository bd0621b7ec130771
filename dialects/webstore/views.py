"""The webstore: one class a door, named as the document names it."""

from collections import Counter
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponseBase
from django.middleware.csrf import rotate_token
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import customer_of, register, renew_access, sign_in_account
from catalog.models import Offer
from dialects import doors
from dialects.doors import account, device, given, knocking, site_of, streamed
from dialects.webstore.authentication import COOKIE, HasRefreshCookie, ProvesPage
from dialects.webstore.errors import AT_LOGIN, REFUSALS
from dialects.webstore.serializers import (
    LoginInput,
    OfUserInput,
    PostOrderInput,
    SignInInput,
    order_body,
    product_on,
)
from orders.models import Order
from orders.querysets import OrderQuerySet
from orders.services import Delivery, place_order


class Shapes(doors.Door):
    """Every failed authentication is a 403; input errors are `{"error": "<text>"}`."""

    refusals = REFUSALS
    statuses: ClassVar = {401: 403, 404: 400, 409: 400, 422: 400}

    def get_authenticate_header(self, request: Request) -> Any:
        return None

    @classmethod
    def shape(cls, status: int, text: str) -> dict[str, Any]:
        return {"error" if status in {400, 413, 415} else "detail": text}


class SignIn(Shapes, doors.PublicDoor):
    """Makes an account, whatever its name says. # sic"""

    brakes: ClassVar = {"POST": "register"}

    def post(self, request: Request) -> Response:
        register(
            **given(SignInInput(data=request.data)),
            must_confirm=doors.must_confirm(),
            page=doors.confirmation_page(),
            allow_common=doors.common_is_allowed(),
        )
        return Response({"massage": "success"})  # sic


class LoginView(Shapes, doors.PublicDoor):
    refusals = AT_LOGIN

    def post(self, request: Request) -> Response:
        user, pair = sign_in_account(
            **given(LoginInput(data=request.data)),
            user_agent=device(request),
            **knocking(request),
        )
        answer = Response(
            {
                "access_token": pair.access,
                "user": {"id": user.pk, "username": user.username, "email": user.email},
            }
        )
        rotate_token(request._request)
        answer.set_cookie(
            COOKIE,
            pair.refresh,
            expires=pair.refresh_expires_at,
            httponly=True,
            samesite="Lax",
            secure=settings.HTTPS,
        )
        return answer


class RefreshToken(Shapes, doors.PublicDoor):
    permission_classes = (HasRefreshCookie, ProvesPage)
    brakes: ClassVar = {"POST": "refresh"}

    def post(self, request: Request) -> Response:
        access = renew_access(refresh=request.COOKIES[COOKIE], now=timezone.now())
        return Response({"access_token": access})


class GetAllProducts(Shapes, doors.Door):
    def get(self, request: Request) -> HttpResponseBase:
        goods = Offer.objects.for_sale().as_rows().in_batches()
        return streamed(goods, product_on(site_of(request)))


class GetOrder(Shapes, doors.Door):
    def get(self, request: Request) -> HttpResponseBase:
        orders = self._asked(request).with_lines().select_related("customer")
        return streamed(orders.latest_first().iterator(chunk_size=500), order_body)

    def _asked(self, request: Request) -> OrderQuerySet:
        """A superuser's choice; for everybody else, their own."""
        placed = Order.objects.placed()
        if not account(request).is_superuser:
            return placed.bought_by(account(request))
        match request.query_params.get("category", ""):
            case "":
                return placed
            case "completed":
                return placed.completed()
            case "uncompleted":
                return placed.on_their_way()
            case "user":
                form = given(OfUserInput(data=request.query_params))
                return placed.bought_by(form["user_id"])
        raise ValidationError({"category": ["completed, uncompleted or user."]})


class PostOrder(Shapes, doors.Door):
    permission_classes = (IsAuthenticated, ProvesPage)
    brakes: ClassVar = {"POST": "checkout"}

    def post(self, request: Request) -> Response:
        form = given(PostOrderInput(data=request.data))
        quantities: Counter[int] = Counter()
        for item in form["items"]:
            quantities[item["product_id"]] += item["amount"]
        user = account(request)
        order = place_order(
            customer=customer_of(user),
            quantities=quantities,
            delivery=Delivery(
                email=user.email,
                first_name=user.first_name,
                last_name=user.last_name,
                phone=form["phone"],
                address=form["address"],
            ),
            actor=user,
            now=timezone.now(),
        )
        order.refresh_from_db()
        return Response(order_body(order))
