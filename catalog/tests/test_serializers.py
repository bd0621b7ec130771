"""What is written out by hand is what is declared."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.images import ImageFile
from PIL import Image
from rest_framework.fields import Field
from rest_framework.serializers import ListSerializer, ModelSerializer, Serializer
from rest_framework.test import APIClient

from catalog.models import Brand, Category, Photo, Product
from catalog.serializers import ProductDetailSerializer, ProductSerializer
from catalog.serializers.photos import SizesSerializer
from catalog.services import log_prices, refresh_summaries, version_of
from catalog.tests.factories import make_offer, make_product

pytestmark = pytest.mark.django_db
LIST = "/api/v1/products/"


def photograph(product: Product, position: int) -> None:
    picture = BytesIO()
    Image.new("RGB", (4, 3)).save(picture, "PNG")
    image = ImageFile(picture, name=f"{product.slug}-{position}.png")
    Photo.objects.create(
        product=product, image=image, alt=f"View {position}", position=position
    )


def is_as_declared(shown: Any, field: Field) -> bool:
    """The value has the members, and each is of the type, that a serializer names."""
    if shown is None:
        return field.allow_null or getattr(field, "default", ()) is None
    if isinstance(field, ListSerializer):
        return all(is_as_declared(one, field.child) for one in shown)
    if isinstance(field, Serializer):
        assert set(shown) == set(field.fields)
        return all(is_as_declared(shown[n], f) for n, f in field.fields.items())
    if isinstance(field.parent, ModelSerializer) and field.source == "image":
        return shown.startswith("http://testserver/media/photos/")
    if field.field_name == "sizes":
        return is_as_declared(shown, SizesSerializer())
    return field.to_representation(shown) == shown


@pytest.mark.parametrize("is_rich", [True, False])
def test_what_is_shown_is_what_is_declared(client: APIClient, is_rich: bool) -> None:
    product = make_product(name="Pot")
    if is_rich:
        product.categories.add(Category.objects.create(name="Kitchen", slug="kitchen"))
        product.brand = Brand.objects.create(name="Leaf", slug="leaf")
        product.attributes = {"Volume": 1.5, "Lid": True}
        product.save()
        photograph(product, 2)
        photograph(product, 1)
    offer = make_offer(product=product, price="20", discount="15.50")
    log_prices([offer], "manual", "user:1")
    refresh_summaries([product.pk])

    row = client.get(LIST).json()["results"][0]
    page = client.get(f"{LIST}pot/").json()

    assert is_as_declared(row, ProductSerializer())
    assert is_as_declared(page, ProductDetailSerializer())
    assert {name: page[name] for name in row} == row
    product = Product.objects.get()
    assert client.get(f"{LIST}pot/")["ETag"].startswith(f'"{version_of(product)}.')
    if is_rich:
        assert [photo["alt"] for photo in page["photos"]] == ["View 1", "View 2"]
        assert row["photo"] == page["photos"][0]
