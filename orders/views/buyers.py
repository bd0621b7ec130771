"""Whose cart and orders these are, and the answer to who made one."""

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Customer, User
from accounts.permissions import account
from accounts.serializers import shown
from accounts.services import customer_of
from orders.models import Order
from orders.serializers import OrderDetailSerializer

COUPON_PROBLEMS = (
    "coupon-not-found",
    "coupon-not-yet",
    "coupon-ended",
    "coupon-used-up",
    "coupon-used-by-you",
    "coupon-sum-too-small",
    "coupon-does-not-apply",
)


def buyer(request: Request) -> Customer:
    """The customer behind the request; IsBuyer has let only accounts and guests in."""
    if isinstance(request.auth, Customer):
        return request.auth
    return customer_of(account(request))


def actor(request: Request) -> User | None:
    """The account that acts; None for a guest."""
    return request.user if isinstance(request.user, User) else None


def answer_made(request: Request, order: Order) -> Response:
    """201 with the order and its address."""
    address = request.build_absolute_uri(reverse("order-detail", args=[order.code]))
    body = shown(OrderDetailSerializer, order)
    return Response(body, status=201, headers={"Location": address})
