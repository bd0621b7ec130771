"""Pictures: what comes in is checked and cleaned, and made smaller for pages.

Pillow does it, which the photo's columns need anyway: a thumbnail library would bring
its own storage, cache and template tags for the twenty lines below.
"""

from contextlib import suppress
from io import BytesIO
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, ImageOps

from catalog.exceptions import FieldRefused, PhotoTooLarge

FORMATS = ("JPEG", "PNG", "WEBP")
# Pixels of the longer side: of what is kept, and of its smaller sizes.
LONGEST = 2048
SIZES = {"small": 160, "medium": 480, "large": 960}


def clean(file: IO[bytes], size: int) -> ContentFile:
    """A picture as it may be shown.

    Upright, in sRGB, at most 2048 pixels long, as WebP without any metadata: neither
    place nor camera nor anything behind the pixels is kept; of an animation, the first
    frame. Raises PhotoTooLarge, or FieldRefused for `file`.
    """
    if size > settings.PHOTO_BYTES_LIMIT:
        raise PhotoTooLarge(settings.PHOTO_BYTES_LIMIT)
    try:
        image: Image.Image = Image.open(file, formats=FORMATS)
        # Told by the header; nothing is unpacked yet.
        if image.width * image.height > settings.PHOTO_PIXELS_LIMIT:
            raise _too_many_pixels()
        image.draft(None, (LONGEST, LONGEST))
        image.load()
        image = _in_srgb(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except FieldRefused:
        raise
    except Exception as error:  # whatever a decoder raises for hostile bytes
        messages = [f"This is no picture; accepted are {', '.join(FORMATS)}."]
        raise FieldRefused("file", "not_a_picture", messages) from error
    return _packed(image, LONGEST)[0]


def shrunk(content: bytes, longest: int) -> tuple[ContentFile, int, int]:
    """A clean picture made smaller, never larger, with its width and height."""
    return _packed(Image.open(BytesIO(content), formats=("WEBP",)), longest)


def _packed(image: Image.Image, longest: int) -> tuple[ContentFile, int, int]:
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    image.info = {}
    packed = BytesIO()
    image.save(packed, "WEBP", quality=85)
    return ContentFile(packed.getvalue()), image.width, image.height


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    is_clear = image.has_transparency_data
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        mode = "RGBA" if is_clear else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        # A broken profile is no reason to refuse the picture.
        with suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, srgb, outputMode=mode)
            image = converted or image
    return image.convert("RGBA" if is_clear else "RGB")


def _too_many_pixels() -> FieldRefused:
    limit = settings.PHOTO_PIXELS_LIMIT // 1_000_000
    messages = [f"A picture has at most {limit} million pixels."]
    return FieldRefused("file", "too_many_pixels", messages)
