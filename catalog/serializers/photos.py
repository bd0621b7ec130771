"""Pictures of a product, in their sizes."""

from typing import Any

from django.core.files.storage import default_storage
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Photo
from catalog.pictures import SIZES
from catalog.serializers.fields import WholeNumberField, example
from catalog.serializers.inputs import LineField, StrictInput

MEDIA = "https://shop.example/media/photos"
PHOTO = {
    "id": 5,
    "url": f"{MEDIA}/french-press.webp",
    "width": 2048,
    "height": 2048,
    "alt": "French press",
    "sizes": {
        name: {
            "url": f"{MEDIA}/french-press-{name}.webp",
            "width": longest,
            "height": longest,
        }
        for name, longest in SIZES.items()
    },
}


class SizeSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class SizesSerializer(serializers.Serializer[Any]):
    """The longer side has at most 160, 480 and 960 pixels; null until it is made."""

    small = SizeSerializer(allow_null=True)
    medium = SizeSerializer(allow_null=True)
    large = SizeSerializer(allow_null=True)


@example(PHOTO)
class PhotoSerializer(serializers.ModelSerializer[Photo]):
    url = serializers.ImageField(source="image")
    sizes = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields: tuple[str, ...] = ("id", "url", "width", "height", "alt", "sizes")

    @extend_schema_field(SizesSerializer)
    def get_sizes(self, photo: Photo) -> dict[str, Any]:
        return sizes(photo, self.context["request"])


class PhotoInput(StrictInput):
    """JPEG, PNG or WebP, as a form; kept upright, in sRGB, without metadata."""

    file = serializers.FileField()
    alt = LineField(
        required=False, allow_blank=True, help_text="What it shows, for who cannot see."
    )


@example({"alt": "French press, from the left"})
class PhotoEdit(StrictInput):
    alt = LineField(allow_blank=True)


@example({"photos": [7, 5, 6]})
class PhotoOrderInput(StrictInput):
    photos = serializers.ListField(
        child=WholeNumberField(), help_text="All photos of the product, each once."
    )


def sizes(photo: Photo, request: Any) -> dict[str, Any]:
    """The smaller pictures of a photo by name; None until the task has made them."""
    return {
        name: {
            "url": request.build_absolute_uri(default_storage.url(made["file"])),
            "width": made["width"],
            "height": made["height"],
        }
        if (made := photo.sizes.get(name))
        else None
        for name in SIZES
    }
