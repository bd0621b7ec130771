"""What is written out by hand is what is declared."""

from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from PIL import Image
from rest_framework.serializers import ModelSerializer
from rest_framework.test import APIRequestFactory

from catalog.models import Brand, Category, Photo, Product
from catalog.serializers import ProductDetailSerializer, ProductSerializer
from catalog.tests.factories import make_offer, make_product

pytestmark = pytest.mark.django_db


def photograph(product: Product, position: int) -> None:
    picture = BytesIO()
    Image.new("RGB", (4, 3)).save(picture, "PNG")
    image = ImageFile(picture, name=f"{product.slug}-{position}.png")
    Photo.objects.create(
        product=product, image=image, alt=f"View {position}", position=position
    )


@pytest.mark.parametrize("serializer", [ProductSerializer, ProductDetailSerializer])
@pytest.mark.parametrize("is_rich", [True, False])
def test_the_quick_representation_is_the_declared_one(
    serializer: type[ProductSerializer], is_rich: bool
) -> None:
    product = make_product(name="Pot")
    if is_rich:
        product.categories.add(Category.objects.create(name="Kitchen", slug="kitchen"))
        product.brand = Brand.objects.create(name="Leaf", slug="leaf")
        product.attributes = {"Volume": 1.5, "Lid": True}
        product.save()
        photograph(product, 2)
        photograph(product, 1)
    make_offer(product=product, price="20", discount="15.50")
    shown = Product.objects.on_sale().with_offers().get()
    context = {"request": APIRequestFactory().get("/")}
    written = serializer(shown, context=context)

    declared = ModelSerializer.to_representation(written, shown)

    assert written.data == declared
