"""v1: the cart, the checkout, own orders."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet, ViewSet

from accounts.devices import client_address
from accounts.models import Customer, User
from accounts.permissions import Braked, IsBuyer, account
from accounts.serializers import PasswordInput
from accounts.services import customer_of
from accounts.views import MeViewSet, SessionViewSet, answer_pair
from orders.models import DeliveryMethod, Order
from orders.serializers import (
    AddLineInput,
    CartQueryInput,
    CartSerializer,
    CheckoutInput,
    DeliveryMethodSerializer,
    ExportSerializer,
    MergedLineSerializer,
    OrderDetailSerializer,
    OrderSerializer,
    SetLineInput,
    SignedInSerializer,
    SignInWithGuestInput,
)
from orders.services import (
    add_to_cart,
    checkout,
    clear_cart,
    delete_account,
    export_account,
    read_cart,
    set_line,
    sign_in_with_guest,
)

OFFER = OpenApiParameter("offer", int, "path", description="Id of an offer.")


class CartViewSet(ViewSet):
    """The caller's one open cart."""

    permission_classes = (IsBuyer,)
    throttle_classes = (Braked,)
    brakes = {"checkout": "checkout"}
    problems = {
        "list": ("delivery-not-offered",),
        "checkout": (
            "cart-is-empty",
            "out-of-stock",
            "order-too-large",
            "quote-changed",
            "delivery-not-offered",
            "address-missing",
        ),
    }

    @extend_schema(
        operation_id="cart_retrieve",
        parameters=[CartQueryInput],
        responses=CartSerializer,
    )
    def list(self, request: Request) -> Response:
        """Read the cart: today's prices, what changed, and the quote to order by."""
        query = CartQueryInput(data=request.query_params)
        query.is_valid(raise_exception=True)
        cart = read_cart(customer=buyer(request), **query.validated_data)
        return Response(CartSerializer(cart).data)

    @extend_schema(operation_id="cart_clear", responses={204: None})
    def clear(self, request: Request) -> Response:
        """Take everything out of the cart."""
        clear_cart(customer=buyer(request))
        return Response(status=204)

    @extend_schema(
        operation_id="cart_checkout",
        request=CheckoutInput,
        responses={201: OrderDetailSerializer},
    )
    @action(detail=False, methods=["post"])
    def checkout(self, request: Request) -> Response:
        """Order what is in the cart, exactly as quoted."""
        given = CheckoutInput(data=request.data)
        given.is_valid(raise_exception=True)
        order = checkout(
            customer=buyer(request),
            delivery=given.delivery(),
            quote=given.validated_data["quote"],
            actor=request.user if isinstance(request.user, User) else None,
            now=timezone.now(),
        )
        address = request.build_absolute_uri(reverse("order-detail", args=[order.code]))
        body = OrderDetailSerializer(order).data
        return Response(body, status=201, headers={"Location": address})


class CartLineViewSet(ViewSet):
    """The lines of the open cart, addressed by offer. Each answer is the cart."""

    permission_classes = (IsBuyer,)
    lookup_field = "offer"
    lookup_value_regex = "[0-9]{1,18}"
    problems = {
        "create": ("offer-not-found", "cart-is-full", "order-too-large"),
        "update": ("offer-not-found", "cart-is-full", "order-too-large"),
    }

    @extend_schema(request=AddLineInput, responses={201: CartSerializer})
    def create(self, request: Request) -> Response:
        """Put so many more of an offer into the cart."""
        given = AddLineInput(data=request.data)
        given.is_valid(raise_exception=True)
        add_to_cart(
            customer=buyer(request),
            offer_id=given.validated_data["offer"],
            quantity=given.validated_data["quantity"],
        )
        return _cart(request, status=201)

    @extend_schema(parameters=[OFFER], request=SetLineInput, responses=CartSerializer)
    def update(self, request: Request, offer: str) -> Response:
        """Set how many of an offer are in the cart."""
        given = SetLineInput(data=request.data)
        given.is_valid(raise_exception=True)
        set_line(
            customer=buyer(request),
            offer_id=int(offer),
            quantity=given.validated_data["quantity"],
        )
        return _cart(request)

    @extend_schema(parameters=[OFFER], responses=CartSerializer)
    def destroy(self, request: Request, offer: str) -> Response:
        """Take an offer out of the cart."""
        set_line(customer=buyer(request), offer_id=int(offer), quantity=0)
        return _cart(request)


class DeliveryMethodViewSet(ListModelMixin, GenericViewSet[DeliveryMethod]):
    """Ways to deliver an order."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    queryset = DeliveryMethod.objects.offered()
    serializer_class = DeliveryMethodSerializer


class OrderViewSet(ReadOnlyModelViewSet[Order]):
    """The caller's own placed orders, newest first."""

    permission_classes = (IsBuyer,)
    lookup_field = "code"
    lookup_value_regex = "[-_A-Za-z0-9]{22}"

    def get_queryset(self) -> QuerySet[Order]:
        if getattr(self, "swagger_fake_view", False):
            return Order.objects.none()
        orders = Order.objects.placed_by(buyer(self.request))
        return orders.with_lines() if self.action == "list" else orders.with_timeline()

    def get_serializer_class(self) -> Any:
        return OrderSerializer if self.action == "list" else OrderDetailSerializer


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


def buyer(request: Request) -> Customer:
    """The customer behind the request; IsBuyer has let only accounts and guests in."""
    if isinstance(request.auth, Customer):
        return request.auth
    return customer_of(account(request))


def _cart(request: Request, status: int = 200) -> Response:
    cart = read_cart(customer=buyer(request))
    return Response(CartSerializer(cart).data, status=status)
