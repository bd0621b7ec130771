"""v1: what buyers say of a product, and the caller's own reviews."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.permissions import Braked, IsAccount, account
from catalog.models import Product
from catalog.views import PublicRead
from orders.filters import ReviewFilter
from orders.models import Review
from orders.serializers import OwnReviewSerializer, ReviewInput, ReviewSerializer
from orders.services import change_review, delete_review, write_review


class ReviewViewSet(PublicRead, ListModelMixin, GenericViewSet[Review]):
    """What buyers who received a product say of it."""

    authentication_classes = APIView.authentication_classes
    throttle_classes = (Braked,)
    brakes = {"create": "review"}
    problems = {"create": ("product-not-received", "already-reviewed")}
    filterset_class = ReviewFilter
    serializer_class = ReviewSerializer

    def get_authenticators(self) -> list[Any]:
        # Reading asks nobody: a stale credential sent along is not looked at.
        is_read = self.request and self.request.method in SAFE_METHODS
        return [] if is_read else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.action == "list" else [IsAccount()]

    def get_queryset(self) -> QuerySet[Review]:
        if getattr(self, "swagger_fake_view", False):
            return Review.objects.none()
        products = Product.objects.on_sale().addressed(self.kwargs["id_or_slug"])
        return Review.objects.shown().of(get_object_or_404(products))

    @extend_schema(request=ReviewInput, responses={201: OwnReviewSerializer})
    def create(self, request: Request, id_or_slug: str) -> Response:
        """Review a product that an order of yours brought; staff approve it first."""
        given = ReviewInput(data=request.data)
        given.is_valid(raise_exception=True)
        review = write_review(
            author=account(request),
            product=get_object_or_404(Product.objects.addressed(id_or_slug)),
            now=timezone.now(),
            **given.validated_data,
        )
        address = request.build_absolute_uri(
            reverse("own-review-detail", args=[review.pk])
        )
        body = OwnReviewSerializer(review).data
        return Response(body, status=201, headers={"Location": address})


class OwnReviewViewSet(ReadOnlyModelViewSet[Review]):
    """The caller's own reviews, the newest first, with what became of them."""

    permission_classes = (IsAccount,)
    throttle_classes = (Braked,)
    brakes = {"partial_update": "review"}
    problems = {"partial_update": ("review-not-found",)}
    serializer_class = OwnReviewSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Review]:
        if getattr(self, "swagger_fake_view", False):
            return Review.objects.none()
        return Review.objects.written_by(account(self.request))

    @extend_schema(request=ReviewInput, responses=OwnReviewSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change stars or text; the review waits for approval again."""
        given = ReviewInput(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        review = change_review(
            review=self.get_object(), changes=given.validated_data, now=timezone.now()
        )
        return Response(OwnReviewSerializer(review).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take the review back."""
        delete_review(review=self.get_object())
        return Response(status=204)
