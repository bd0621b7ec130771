"""Finding by name, or making: shops, categories, brands; and their slugs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from django.conf import settings
from django.db import models
from slugify import slugify

from catalog.models import Brand, Category, Shop

BATCH = 1000

T = TypeVar("T")


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


def free_slugs(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """A slug for each name that no row of `model` has: tea, tea-2, tea-3 …

    Never digits alone, so that a slug is never taken for an id. The unique
    constraint decides a race; the caller's transaction then fails and is retried.
    """
    bases = [_slug(name) for name in names]
    taken = set()
    rows = model._default_manager
    for chunk in chunks(set(bases)):
        taken |= set(rows.filter(slug__in=chunk).values_list("slug", flat=True))
    for base in sorted(taken):
        numbered = rows.filter(slug__startswith=f"{base}-")
        taken |= set(numbered.values_list("slug", flat=True))
    slugs = []
    next_number: dict[str, int] = {}
    for base in bases:
        slug, number = base, next_number.get(base, 2)
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        next_number[base] = number
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _slug(name: str) -> str:
    slug = slugify(name, max_length=120, word_boundary=True) or "item"
    return f"no-{slug}" if re.fullmatch(r"\d+", slug) else slug


def chunks(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items in lists of at most `size`: one statement a list."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
