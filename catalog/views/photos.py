"""v1: the photos of a product, for staff; everybody sees them on its page."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Photo, Product
from catalog.serializers import (
    PhotoEdit,
    PhotoInput,
    PhotoOrderInput,
    PhotoSerializer,
)
from catalog.services import add_photo, change_photo, order_photos, remove_photo
from catalog.views.editing import Editing
from catalog.views.public import FollowsRenames

CHANGES = ("edited-meanwhile", "deleted-meanwhile")


class PhotoViewSet(FollowsRenames, Editing):
    """A product's photos in their order. `If-Match` takes the product's version."""

    named = Product
    needs = "catalog.{}_photo"
    serializer_class = PhotoSerializer
    pagination_class = None
    lookup_value_regex = "[0-9]{1,18}"
    problems: dict[str, tuple[str, ...]] = {
        "create": (*CHANGES, "photo-too-large", "photos-full"),
        "partial_update": CHANGES,
        "destroy": CHANGES,
        "order": CHANGES,
    }

    def get_parsers(self) -> list[Any]:
        is_upload = self.request is None or self.request.method == "POST"
        return [MultiPartParser()] if is_upload else super().get_parsers()

    def get_queryset(self) -> QuerySet[Photo]:
        if getattr(self, "swagger_fake_view", False):
            return Photo.objects.none()
        return self._product().photos.order_by("position")

    @extend_schema(responses=PhotoSerializer(many=True))
    def list(self, request: Request, id_or_slug: str) -> Response:
        """All photos of a product, on sale or not; the first is shown in lists."""
        return self._all(self.get_queryset())

    @extend_schema(
        request={"multipart/form-data": PhotoInput},
        responses={201: PhotoSerializer},
    )
    def create(self, request: Request, id_or_slug: str) -> Response:
        """Add a photo behind the others. Its sizes are null until a task made them."""
        given = self.given(PhotoInput)
        photo = add_photo(
            product_id=self._product().pk, **given, expected=self.expected()
        )
        return Response(self.get_serializer(photo).data, status=201)

    @extend_schema(request=PhotoEdit, responses=PhotoSerializer)
    def partial_update(self, request: Request, id_or_slug: str, pk: str) -> Response:
        """Describe a photo in other words."""
        photo = change_photo(
            product_id=self._product().pk,
            photo_id=self.get_object().pk,
            **self.given(PhotoEdit),
            expected=self.expected(),
        )
        return Response(self.get_serializer(photo).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id_or_slug: str, pk: str) -> Response:
        """Delete a photo and its files."""
        remove_photo(
            product_id=self._product().pk,
            photo_id=self.get_object().pk,
            expected=self.expected(),
        )
        return Response(status=204)

    @extend_schema(
        operation_id="products_photos_order",
        request=PhotoOrderInput,
        responses=PhotoSerializer(many=True),
    )
    @action(detail=False, methods=["put"])
    def order(self, request: Request, id_or_slug: str) -> Response:
        """Put all photos into an order in one call; the first is shown in lists."""
        photos = order_photos(
            product_id=self._product().pk,
            **self.given(PhotoOrderInput),
            expected=self.expected(),
        )
        return self._all(photos)

    def _all(self, photos: Any) -> Response:
        return Response(self.get_serializer(photos, many=True).data)

    def _product(self) -> Product:
        products = Product.objects.addressed(self.kwargs["id_or_slug"])
        return get_object_or_404(products)
