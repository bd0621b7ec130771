"""Pictures of a product."""

from rest_framework import serializers

from catalog.models import Photo

PHOTO = {
    "url": "https://shop.example/media/photos/french-press.webp",
    "width": 800,
    "height": 800,
    "alt": "French press",
}


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    url = serializers.ImageField(source="image")

    class Meta:
        model = Photo
        fields = ("url", "width", "height", "alt")
