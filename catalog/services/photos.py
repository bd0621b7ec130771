"""Photos of a product: kept clean, in an order, in a few sizes."""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django_tasks import task

from catalog.exceptions import DeletedMeanwhile, FieldRefused, PhotosFull
from catalog.models import Photo, Product
from catalog.pictures import SIZES, clean, shrunk
from catalog.services.versions import Versions, locked

# Out of the way of any position in use, while they are dealt out anew.
APART = 1_000_000


def add_photo(
    *, product_id: int, file: File, alt: str = "", expected: Versions = None
) -> Photo:
    """Add an uploaded picture behind a product's others; a task makes its sizes.

    Raises PhotoTooLarge, PhotosFull, FieldRefused, EditedMeanwhile.
    """
    picture = clean(file, file.size)
    return keep_photo(
        product_id=product_id, picture=picture, alt=alt, expected=expected
    )


@transaction.atomic
def keep_photo(
    *, product_id: int, picture: File, alt: str = "", expected: Versions = None
) -> Photo:
    """Add a clean WebP picture as it is."""
    product = locked(Product, product_id, expected)
    positions = product.photos.order_by("position").values_list("position", flat=True)
    taken = list(positions)
    if len(taken) >= settings.PHOTOS_LIMIT:
        raise PhotosFull(settings.PHOTOS_LIMIT)
    picture.name = f"{product.slug[:80]}-{uuid4().hex[:8]}.webp"
    position = taken[-1] + 1 if taken else 0
    photo = Photo.objects.create(
        product=product, image=picture, alt=alt, position=position
    )
    make_sizes.enqueue(photo.pk)
    return photo


@transaction.atomic
def change_photo(
    *, product_id: int, photo_id: int, alt: str, expected: Versions = None
) -> Photo:
    """Describe a photo in other words."""
    photo = _photo(product_id, photo_id, expected)
    photo.alt = alt
    photo.save(update_fields=["alt"])
    return photo


@transaction.atomic
def order_photos(
    *, product_id: int, photos: Sequence[int], expected: Versions = None
) -> list[Photo]:
    """Put all photos of a product into this order; the first is shown in lists.

    Raises FieldRefused unless each photo is named once.
    """
    product = locked(Product, product_id, expected)
    found = {photo.pk: photo for photo in product.photos.all()}
    if sorted(photos) != sorted(found):
        named = ", ".join(map(str, sorted(found))) or "none"
        messages = [f"Name each photo of the product once; it has: {named}."]
        raise FieldRefused("photos", "not_the_photos", messages)
    product.photos.update(position=F("position") + APART)
    for position, pk in enumerate(photos):
        found[pk].position = position
    Photo.objects.bulk_update(found.values(), ["position"])
    return [found[pk] for pk in photos]


@transaction.atomic
def remove_photo(*, product_id: int, photo_id: int, expected: Versions = None) -> None:
    """Delete a photo; its files go once that is certain."""
    photo = _photo(product_id, photo_id, expected)
    remove_files([photo])
    photo.delete()


def remove_files(photos: Iterable[Photo]) -> None:
    """Delete the files of these photos after the transaction, if it succeeds."""
    for photo in photos:
        names = [photo.image.name, *(size["file"] for size in photo.sizes.values())]
        for name in names:
            deed = partial(default_storage.delete, name)
            transaction.on_commit(deed, robust=True)


@task(priority=-50)  # letters go first
def make_sizes(photo_id: int) -> None:
    """Make the smaller pictures of a photo; again is harmless, and so is too late."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None or photo.sizes:
        return
    with photo.image.open("rb") as file:
        content = file.read()
    stem = str(photo.image.name).removesuffix(".webp")
    made = {}
    for size, longest in SIZES.items():
        picture, width, height = shrunk(content, longest)
        name = f"{stem}-{size}.webp"
        default_storage.delete(name)  # of a run that was cut short
        name = default_storage.save(name, picture)
        made[size] = {"file": name, "width": width, "height": height}
    with transaction.atomic():
        kept = Photo.objects.filter(pk=photo_id).select_for_update().first()
        if kept is not None:
            kept.sizes = made
            kept.save(update_fields=["sizes"])
        else:  # deleted while we drew
            photo.sizes = made
            remove_files([photo])


def _photo(product_id: int, photo_id: int, expected: Versions) -> Photo:
    product = locked(Product, product_id, expected)
    photo = product.photos.filter(pk=photo_id).first()
    if photo is None:
        raise DeletedMeanwhile
    return photo
