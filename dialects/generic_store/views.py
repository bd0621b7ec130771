"""The generic web store: one class a door."""

from typing import Any, ClassVar

import orjson
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import (
    customer_of,
    open_guest,
    register,
    renew_access,
    sign_in,
)
from catalog.models import Brand, Category, Offer
from dialects import doors
from dialects.doors import account, device, given, knocking, site_of, streamed
from dialects.generic_store.errors import AT_CART, AT_FINALIZE, REFUSALS
from dialects.generic_store.serializers import (
    CartInput,
    FinalizeInput,
    LoginInput,
    Pages,
    RefreshInput,
    RegistrationInput,
    brand_body,
    customer_body,
    finalized_body,
    line_body,
    order_body,
    product_body,
    summary_on,
)
from orders.models import CartLine, Order, Review
from orders.services import Delivery, checkout_by_token, set_line_by_token

MOST_REVIEWS = 100


class CreateCustomer(doors.PublicDoor):
    brakes: ClassVar = {"POST": "guest"}

    def post(self, request: Request) -> Response:
        token = str(open_guest().token)
        return Response({"status": True, "customer_token": token}, status=201)


class Registration(doors.PublicDoor):
    refusals = REFUSALS
    brakes: ClassVar = {"POST": "register"}

    def post(self, request: Request) -> Response:
        user = register(
            **given(RegistrationInput(data=request.data)),
            must_confirm=doors.must_confirm(),
            page=doors.confirmation_page(),
            allow_common=doors.common_is_allowed(),
        )
        names = ("username", "email", "first_name", "last_name")
        shown = {name: getattr(user, name) for name in names}
        return Response({"id": user.pk, **shown}, status=201)


class JwtAuth(doors.PublicDoor):
    refusals = REFUSALS

    def post(self, request: Request) -> Response:
        form = given(LoginInput(data=request.data))
        pair = sign_in(
            login=form["username"],
            password=form["password"],
            login_is="username",
            user_agent=device(request),
            **knocking(request),
        )
        return Response({"refresh": pair.refresh, "access": pair.access})


class JwtRefresh(doors.PublicDoor):
    refusals = REFUSALS
    brakes: ClassVar = {"POST": "refresh"}

    def post(self, request: Request) -> Response:
        form = given(RefreshInput(data=request.data))
        return Response({"access": renew_access(**form, now=timezone.now())})


class MyOrders(doors.Door):
    def get(self, request: Request) -> HttpResponseBase:
        orders = Order.objects.placed().bought_by(account(request))
        shown = orders.with_lines().with_opening().latest_first()
        return streamed(shown.iterator(chunk_size=500), order_body)


class GetUser(doors.Door):
    def get(self, request: Request) -> Response:
        return Response(customer_body(customer_of(account(request))))


class CategoryList(doors.PublicDoor):
    def get(self, request: Request) -> Response:
        active = Category.objects.active().order_by("pk")
        return Response([{"id": row.pk, "title": row.name} for row in active])


class CategoryGet(doors.PublicDoor):
    def get(self, request: Request, pk: int) -> Response:
        category = get_object_or_404(Category, pk=pk)
        return Response({"title": category.name, "is_active": category.is_active})


class ProductGet(doors.PublicDoor):
    def get(self, request: Request, pk: int) -> Response:
        offer = get_object_or_404(Offer.objects.for_sale().with_photos(), pk=pk)
        reviews = Review.objects.shown().of(offer.product)[:MOST_REVIEWS]
        return Response(product_body(offer, reviews, site_of(request)))


class Paged(doors.PublicDoor):
    def page(self, request: Request, offers: Any) -> Response:
        pages = Pages()
        shown = offers.with_photos().order_by("pk")
        rows: Any = pages.paginate_queryset(shown, request, self)
        summary = summary_on(site_of(request))
        return pages.get_paginated_response([summary(offer) for offer in rows])


class AllProducts(Paged):
    def get(self, request: Request) -> Response:
        return self.page(request, Offer.objects.for_sale())


class CategoryProducts(Paged):
    def get(self, request: Request, pk: int) -> Response:
        category = get_object_or_404(Category.objects.active(), pk=pk)
        return self.page(request, Offer.objects.for_sale().in_category(category))


class BrandGet(doors.PublicDoor):
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        brand = get_object_or_404(Brand, pk=pk)
        offers = Offer.objects.for_sale().of_brand(brand).with_photos().in_batches()
        head = orjson.dumps(brand_body(brand))[:-1] + b',"products":['
        return streamed(offers, summary_on(site_of(request)), head=head, tail=b"]}")


class AllBrands(doors.PublicDoor):
    def get(self, request: Request) -> Response:
        return Response([brand_body(row) for row in Brand.objects.order_by("pk")])


class OrderDoor(doors.PublicDoor):
    """The customer token in body or path is the credential."""

    statuses: ClassVar = {404: 400, 409: 400, 422: 400}


class UpdateCart(OrderDoor):
    refusals = AT_CART

    @classmethod
    def shape(cls, status: int, text: str) -> dict[str, Any]:
        own = {"status": False, "error": text}
        return own if status == 400 else super().shape(status, text)

    def post(self, request: Request) -> Response:
        count = set_line_by_token(**given(CartInput(data=request.data)))
        return Response({"status": True, "cart_items_count": count})


class CartList(OrderDoor):
    def get(self, request: Request, token: str) -> Response:
        lines = CartLine.objects.in_open_cart_of(token)
        return Response([line_body(line) for line in lines])


class Finalize(OrderDoor):
    refusals = AT_FINALIZE
    brakes: ClassVar = {"PUT": "checkout"}

    @classmethod
    def shape(cls, status: int, text: str) -> dict[str, Any]:
        return {"error": text} if status == 400 else super().shape(status, text)

    def put(self, request: Request) -> Response:
        form = given(FinalizeInput(data=request.data))
        token = form.pop("token")
        delivery = Delivery(**form)
        order = checkout_by_token(token=token, delivery=delivery, now=timezone.now())
        placed = Order.objects.with_opening().get(pk=order.pk)
        return Response(finalized_body(placed))
