"""Finding by name, or making: shops, categories, brands."""

from collections.abc import Mapping

from django.conf import settings

from catalog.models import Brand, Category, Shop
from catalog.services.slugs import free_slugs


def house_shop() -> Shop:
    """The store itself as a seller, made on first use."""
    shop = Shop.objects.filter(is_house=True).first()
    if shop is None:
        shop = make_shop(name=settings.STORE_NAME, is_house=True)
    return shop


def make_shop(*, name: str, email: str = "", is_house: bool = False) -> Shop:
    """A new shop with a free slug; several shops may share a name."""
    slug = free_slugs(Shop, [name])[0]
    return Shop.objects.create(name=name, slug=slug, email=email, is_house=is_house)


def categories_by_name(listed: Mapping[str, str | None]) -> dict[str, Category]:
    """The categories of these names; missing ones are made below their parents.

    `listed` maps a name to its parent's name or None, parents first. A category that
    exists keeps its place: a supplier's list does not move it.
    """
    found = {c.name: c for c in Category.objects.filter(name__in=listed)}
    missing = [name for name in listed if name not in found]
    for name, slug in zip(missing, free_slugs(Category, missing), strict=True):
        parent = found.get(listed[name] or "")
        found[name] = Category.objects.create(name=name, slug=slug, parent=parent)
    return found


def brands_by_name(names: set[str]) -> dict[str, Brand]:
    """The brands of these names; missing ones are made."""
    found = {brand.name: brand for brand in Brand.objects.filter(name__in=names)}
    missing = sorted(names - found.keys())
    for name, slug in zip(missing, free_slugs(Brand, missing), strict=True):
        found[name] = Brand.objects.create(name=name, slug=slug)
    return found
