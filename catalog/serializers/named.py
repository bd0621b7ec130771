"""What has a name and a slug, and little else: categories, brands, shops."""

from typing import Any

from rest_framework import serializers

from catalog.models import Brand, Category, Shop
from catalog.serializers.fields import example

SHOP = {"id": 1, "slug": "storekeeper", "name": "Storekeeper"}


@example({"id": 5, "slug": "tea", "name": "Tea", "parent": 2})
class CategorySerializer(serializers.ModelSerializer[Category]):
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]

    class Meta:
        model = Category
        fields = ("id", "slug", "name", "parent")


@example({"id": 3, "slug": "brindlewick", "name": "Brindlewick"})
class BrandSerializer(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ("id", "slug", "name")


@example({"id": 5, "slug": "tea", "name": "Tea", "parent": 2, "is_active": True})
class CategoryCardSerializer(CategorySerializer):
    """A category as staff see it."""

    class Meta(CategorySerializer.Meta):
        fields = (*CategorySerializer.Meta.fields, "is_active")  # type: ignore[assignment]


class CategoryRefSerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ("id", "slug", "name")


@example(SHOP)
class ShopRefSerializer(serializers.ModelSerializer[Shop]):
    class Meta:
        model = Shop
        fields = ("id", "slug", "name")


@example(
    SHOP | {"is_house": True, "accepts_orders": True, "email": "orders@shop.example"}
)
class ShopCardSerializer(serializers.ModelSerializer[Shop]):
    """A shop as staff see it."""

    class Meta:
        model = Shop
        fields = ("id", "slug", "name", "is_house", "accepts_orders", "email")


def ref(named: Brand | Category | Shop) -> dict[str, Any]:
    return {"id": named.pk, "slug": named.slug, "name": named.name}
