"""v1: the cart, the checkout, ways to deliver."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from accounts.permissions import Braked, IsBuyer
from accounts.serializers import shown
from orders.models import DeliveryMethod
from orders.serializers import (
    AddLineInput,
    CartQueryInput,
    CartSerializer,
    CheckoutInput,
    DeliveryMethodSerializer,
    OrderDetailSerializer,
    SetLineInput,
)
from orders.services import (
    add_to_cart,
    checkout,
    clear_cart,
    read_cart,
    set_line,
)
from orders.views.buyers import COUPON_PROBLEMS, actor, answer_made, buyer

OFFER = OpenApiParameter("offer", int, "path", description="Id of an offer.")


class CartViewSet(ViewSet):
    """The caller's one open cart."""

    permission_classes = (IsBuyer,)
    throttle_classes = (Braked,)
    brakes = {"checkout": "checkout"}
    problems = {
        "list": ("delivery-not-offered", *COUPON_PROBLEMS),
        "checkout": (
            "cart-is-empty",
            "out-of-stock",
            "order-too-large",
            "quote-changed",
            "delivery-not-offered",
            "address-missing",
            "payment-not-offered",
            *COUPON_PROBLEMS,
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
        return Response(shown(CartSerializer, cart))

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
            coupon=given.validated_data["coupon"],
            payment=given.validated_data["payment_method"],
            actor=actor(request),
            now=timezone.now(),
        )
        return answer_made(request, order)


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
        cart = add_to_cart(
            customer=buyer(request),
            offer_id=given.validated_data["offer"],
            quantity=given.validated_data["quantity"],
        )
        return Response(shown(CartSerializer, cart), status=201)

    @extend_schema(parameters=[OFFER], request=SetLineInput, responses=CartSerializer)
    def update(self, request: Request, offer: str) -> Response:
        """Set how many of an offer are in the cart."""
        given = SetLineInput(data=request.data)
        given.is_valid(raise_exception=True)
        cart = set_line(
            customer=buyer(request),
            offer_id=int(offer),
            quantity=given.validated_data["quantity"],
        )
        return Response(shown(CartSerializer, cart))

    @extend_schema(parameters=[OFFER], responses=CartSerializer)
    def destroy(self, request: Request, offer: str) -> Response:
        """Take an offer out of the cart."""
        cart = set_line(customer=buyer(request), offer_id=int(offer), quantity=0)
        return Response(shown(CartSerializer, cart))


class DeliveryMethodViewSet(ListModelMixin, GenericViewSet[DeliveryMethod]):
    """Ways to deliver an order."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    queryset = DeliveryMethod.objects.offered()
    serializer_class = DeliveryMethodSerializer
