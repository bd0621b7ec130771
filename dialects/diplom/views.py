"""The service backend: one class a door."""

from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import change_account, customer_of, key_for_password
from catalog.models import Offer
from dialects import doors, meeting
from dialects.diplom.errors import AT_ORDER, AT_PRICE_LIST, REFUSALS
from dialects.diplom.serializers import (
    YAML,
    ConfirmInput,
    IdInput,
    LoginInput,
    OrderInput,
    UrlInput,
    UserInput,
    UserSerializer,
    asked,
    order_body,
)
from dialects.doors import IsPartner, account, given, knocking, streamed
from orders.models import Order
from orders.querysets import OrderQuerySet
from orders.services import Delivery, confirm_order, draft_order
from partners.fetch import fetch_price_list
from partners.models import PriceListRun
from partners.services import import_price_list


class GetToken(doors.PublicDoor):
    refusals = REFUSALS
    replaces = False

    def post(self, request: Request) -> Response:
        form = given(LoginInput(data=request.data))
        key = key_for_password(**form, **knocking(request), replace=self.replaces)
        return Response({"token": key})


class RefreshToken(GetToken):
    replaces = True


class UserDoor(doors.Door):
    """Every writing method changes what is given, PUT too."""

    refusals = REFUSALS

    def get(self, request: Request) -> Response:
        return Response(UserSerializer(account(request)).data)

    def put(self, request: Request) -> Response:
        user = change_account(
            user=account(request),
            changes=given(UserInput(data=request.data)),
            allow_common=doors.common_is_allowed(),
            page=doors.confirmation_page(),
            now=timezone.now(),
        )
        return Response(UserSerializer(user).data)

    patch = post = put


class ProductDetails(doors.Door):
    def get(self, request: Request) -> Response:
        form = given(IdInput(data=asked(request)))
        on_sale = Offer.objects.for_sale().with_categories()
        return Response(meeting.item(get_object_or_404(on_sale, pk=form["id"])))


class MakeOrder(doors.Door):
    refusals = AT_ORDER
    brakes: ClassVar = {"POST": "checkout"}

    def post(self, request: Request) -> Response:
        form = given(OrderInput(data=request.data))
        user = account(request)
        order = draft_order(
            customer=customer_of(user),
            quantities={form["product_info"]: form["quantity"]},
            delivery=Delivery(
                email=user.email,
                first_name=user.first_name,
                last_name=user.last_name,
                city=form["contact"]["city"],
            ),
            actor=user,
            now=timezone.now(),
        )
        return Response(order_body(own(request).get(pk=order.pk)), status=201)


class ConfirmOrder(doors.Door):
    refusals = REFUSALS
    brakes: ClassVar = {"POST": "checkout"}

    def post(self, request: Request) -> Response:
        form = given(ConfirmInput(data=request.data))
        order = get_object_or_404(own(request), pk=form.pop("id"))
        confirm_order(order=order, **form, actor=account(request), now=timezone.now())
        return Response(order_body(own(request).get(pk=order.pk)))


class Orders(doors.Door):
    """The caller's whole list, whatever `id` says."""

    def get(self, request: Request) -> HttpResponseBase:
        orders = own(request).latest_first().iterator(chunk_size=500)
        return streamed(orders, order_body)


class OrderInfo(doors.Door):
    def get(self, request: Request) -> Response:
        form = given(IdInput(data=asked(request)))
        return Response(order_body(get_object_or_404(own(request), pk=form["id"])))


class PartnerUpdate(doors.Door):
    """The goods are on sale when the answer arrives."""

    refusals = AT_PRICE_LIST
    statuses: ClassVar = {413: 400, 415: 400}
    permission_classes = (IsAuthenticated, IsPartner)
    parser_classes = (*doors.Door.parser_classes, *YAML)
    brakes: ClassVar = {"POST": "price-list"}

    @classmethod
    def shape(cls, status: int, text: str) -> dict[str, Any]:
        known = {400: {"Status": False, "Errors": text}}
        known[403] = {"Status": False, "Error": text}  # sic
        return known.get(status) or super().shape(status, text)

    def post(self, request: Request) -> Response:
        source, content = price_list_in(request)
        run = import_price_list(
            user=account(request), content=content, source=source, now=timezone.now()
        )
        if run.shop is None or run.state != PriceListRun.State.DONE:
            raise ValidationError("A newer list of the shop was applied meanwhile.")
        answer = {
            "Status": True,
            "shop": run.shop.name,
            "created": run.created_count,
            # Found again by their ids, whether or not anything is new about them.
            "updated": run.changed_count + run.unchanged_count,
            "withdrawn": run.withdrawn_count,
        }
        return Response(answer)


def own(request: Request) -> OrderQuerySet:
    """The caller's orders, drafts included, with all that this document shows."""
    return Order.objects.bought_by(account(request)).with_items()


def price_list_in(request: Request) -> tuple[str, bytes]:
    """Name and bytes of the list: a file, the body itself, or at an address."""
    files = list(request.FILES.values())
    if len(files) == 1:
        return files[0].name or "file", files[0].read()
    if isinstance(request.data, bytes):
        return "request body", request.data
    if not isinstance(request.data, dict) or "url" not in request.data:
        raise ValidationError("Send one file, a YAML body, or JSON with a url.")
    url = given(UrlInput(data=request.data))["url"]
    return url, fetch_price_list(url=url)
