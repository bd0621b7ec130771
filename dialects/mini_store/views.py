"""The mini online store: one class a door."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.exceptions import TokenInvalid
from accounts.services import (
    confirm_email,
    register,
    resend_confirmation,
    revoke_refresh,
    sign_in,
)
from catalog.models import Category, Offer
from catalog.services import (
    add_item,
    change_category,
    change_item,
    dissolve_category,
    save_category,
    withdraw_item,
)
from dialects import doors, meeting
from dialects.doors import IsStaff, account, device, given, knocking, money
from dialects.mini_store.errors import REFUSALS
from dialects.mini_store.serializers import (
    CategoryInput,
    CategorySerializer,
    EmailInput,
    LoginInput,
    LogoutInput,
    ProductInput,
    RegisterInput,
)

DIPLOM_KEYS = {"first_name", "last_name"}


class Register(meeting.Register):
    """The body tells the two documents apart."""

    refusals = REFUSALS

    def post(self, request: Request) -> Response:
        named = isinstance(request.data, dict) and DIPLOM_KEYS & request.data.keys()
        if named and "diplom" in settings.DIALECTS:
            return super().post(request)
        register(
            **given(RegisterInput(data=request.data)),
            must_confirm=settings.EMAIL_CONFIRMATION != "off",
            allow_common=doors.common_is_allowed(),
            page=doors.PAGE_THAT_CONFIRMS,
        )
        message = (
            "Registration successful. Please check your email to confirm your account."
        )
        return Response({"message": message}, status=201)


@require_safe
def verify_email(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """For people, from the letter: opening it confirms, and again is harmless."""
    page = {
        "title": "Confirm your e-mail address",
        "done": "Your address is confirmed. You can sign in now.",
    }
    facts = {"page": page, "is_done": True}
    try:
        confirm_email(token=token, user_id=uid, now=timezone.now())
    except TokenInvalid:
        facts = {"page": page, "failed": True}
    status = 400 if "failed" in facts else 200
    return render(request, "accounts/link_page.html", facts, status=status)


class ResendActivation(doors.PublicDoor):
    refusals = REFUSALS
    brakes: ClassVar = {"POST": "mail"}

    def post(self, request: Request) -> Response:
        form = given(EmailInput(data=request.data))
        resend_confirmation(**form, page=doors.PAGE_THAT_CONFIRMS, now=timezone.now())
        return Response({"message": "Activation email sent"})


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
        return Response({"refresh": pair.refresh, "access": pair.access})


class Logout(doors.Door):
    refusals = REFUSALS

    def post(self, request: Request) -> Response:
        form = given(LogoutInput(data=request.data))
        if form["blacklist"] and form.get("refresh"):
            revoke_refresh(
                refresh=form["refresh"], user=account(request), now=timezone.now()
            )
        return Response({"message": "Logout successful"})


class StaffWrites(doors.Door):
    """Anybody reads, and a stale credential is not looked at then; staff write."""

    refusals = REFUSALS

    def is_reading(self) -> bool:
        return self.request.method in SAFE_METHODS

    def get_authenticators(self) -> list[Any]:
        return [] if self.is_reading() else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        return [] if self.is_reading() else [IsStaff()]


class Products(StaffWrites):
    def get(self, request: Request) -> Response:
        return meeting.page_of_items(self, request, Offer.objects.for_sale())

    def post(self, request: Request) -> Response:
        form = given(ProductInput(data=request.data))
        offer = add_item(values=form, document=f"user:{account(request).pk}")
        return Response(meeting.product(offer), status=201)


class Product(StaffWrites):
    def get(self, request: Request, pk: int) -> Response:
        on_sale = Offer.objects.for_sale().with_categories()
        return Response(meeting.item(get_object_or_404(on_sale, pk=pk)))

    def put(self, request: Request, pk: int, partial: bool = False) -> Response:
        form = given(ProductInput(data=request.data, partial=partial))
        document = f"user:{account(request).pk}"
        offer = change_item(offer_id=pk, values=form, document=document)
        return Response(meeting.product(offer))

    def patch(self, request: Request, pk: int) -> Response:
        return self.put(request, pk, partial=True)

    def delete(self, request: Request, pk: int) -> Response:
        withdraw_item(offer_id=pk, document=f"user:{account(request).pk}")
        # The document answers 200 to a deletion and clients read the message.
        return Response({"message": "Product deleted successfully"})


class Categories(StaffWrites):
    def get(self, request: Request) -> Response:
        pages = meeting.Pages()
        active = Category.objects.active().order_by("pk")
        rows: Any = pages.paginate_queryset(active, request, self)
        return pages.get_paginated_response(CategorySerializer(rows, many=True).data)

    def post(self, request: Request) -> Response:
        form = given(CategoryInput(data=request.data))
        category = save_category(category=Category(**form))
        return Response(CategorySerializer(category).data, status=201)


class CategoryItem(StaffWrites):
    def get(self, request: Request, pk: int) -> Response:
        category = get_object_or_404(Category, pk=pk)
        return Response(CategorySerializer(category).data)

    def put(self, request: Request, pk: int, partial: bool = False) -> Response:
        form = given(CategoryInput(data=request.data, partial=partial))
        return Response(CategorySerializer(change_category(pk=pk, values=form)).data)

    def patch(self, request: Request, pk: int) -> Response:
        return self.put(request, pk, partial=True)

    def delete(self, request: Request, pk: int) -> Response:
        dissolve_category(pk=pk)
        return Response(status=204)


class ProductsByCategory(doors.PublicDoor):
    def get(self, request: Request, name: str) -> Response:
        category = get_object_or_404(Category.objects.active(), name=name)
        offers = Offer.objects.for_sale().in_category(category)
        return meeting.page_of_items(self, request, offers)


class ProductStats(doors.PublicDoor):
    def get(self, request: Request) -> Response:
        extent = Offer.objects.for_sale().extent()
        low, high = money(extent["min_price"]), money(extent["max_price"])
        stock = extent["total_stock"]
        return Response({"min_price": low, "max_price": high, "total_stock": stock})
