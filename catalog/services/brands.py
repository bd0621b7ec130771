"""Brands as staff edit them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from catalog.exceptions import InUse
from catalog.models import Brand
from catalog.services.search_texts import refresh_search_texts
from catalog.services.slugs import forget_slugs, keep_slug
from catalog.services.versions import Versions, fill, locked, save_unique


@transaction.atomic
def save_brand(*, brand: Brand) -> Brand:
    """Save a brand as staff edited it; its products are found by the new name.

    Raises FieldRefused for a name or slug that another one has.
    """
    before = Brand.objects.filter(pk=brand.pk).first()
    keep_slug(brand)
    save_unique(brand)
    if before is not None and before.name != brand.name:
        refresh_search_texts(brand.products.all())
    return brand


@transaction.atomic
def change_brand(
    *, pk: int, values: Mapping[str, Any], expected: Versions = None
) -> Brand:
    """Edit a brand that is still what the editor saw; else EditedMeanwhile."""
    brand = locked(Brand, pk, expected)
    fill(brand, values)
    return save_brand(brand=brand)


@transaction.atomic
def delete_brand(*, pk: int, expected: Versions = None) -> None:
    """Delete a brand that no product has; else InUse says how many do."""
    brand = locked(Brand, pk, expected, no_key=False)
    if products := brand.products.count():
        raise InUse({"products": products})
    forget_slugs(brand)
    brand.delete()
