"""Pictures for tests, drawn on the spot."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(
    width: int = 40, height: int = 30, kind: str = "JPEG", **options: Any
) -> bytes:
    """Red above, blue below."""
    image = Image.new(options.pop("mode", "RGB"), (width, height), "red")
    image.paste("blue", (0, height // 2, width, height))
    packed = BytesIO()
    image.save(packed, kind, **options)
    return packed.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
