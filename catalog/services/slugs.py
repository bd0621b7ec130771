"""Slugs: unique, stable, and never given to another thing."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

from django.db import models
from slugify import slugify

from catalog.exceptions import FieldRefused
from catalog.models import FormerSlug
from catalog.services.batches import chunks

# What stands at an address of its own, where a slug would.
RESERVED = {"bulk", "cards", "facets"}


def free_slugs(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """A slug for each name that no row of `model` has or had: tea, tea-2, tea-3 …

    Never digits alone, so that a slug is never taken for an id. The unique
    constraint decides a race; the caller's transaction then fails and is retried.
    """
    bases = [_slug(name) for name in names]
    taken = RESERVED & set(bases)
    owners = (model._default_manager.all(), _former(model))
    for chunk, rows in product(chunks(set(bases)), owners):
        taken |= set(rows.filter(slug__in=chunk).values_list("slug", flat=True))
    for base, rows in product(sorted(taken), owners):
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


def keep_slug(row: Any) -> None:
    """Before a save: give a new row its slug; remember the old one of a renamed row.

    Raises FieldRefused for a slug that is reserved, or that another thing had before.
    """
    model = type(row)
    row.slug = row.slug or free_slugs(model, [row.name])[0]
    rows = model._default_manager.filter(pk=row.pk)
    old = rows.values_list("slug", flat=True).first() if row.pk else None
    if row.slug == old:
        return
    former = _former(model).filter(slug=row.slug)
    if row.slug in RESERVED or former.exclude(thing=row.pk or 0).exists():
        messages = ["This address is, or was, that of something else."]
        raise FieldRefused("slug", "taken", messages)
    former.delete()
    if old is not None:
        FormerSlug.objects.create(kind=_kind(model), slug=old, thing=row.pk)


def forget_slugs(row: Any) -> None:
    """With a deleted row go its old addresses."""
    _former(type(row)).filter(thing=row.pk).delete()


def _former(model: type[models.Model]) -> models.QuerySet[FormerSlug]:
    return FormerSlug.objects.filter(kind=_kind(model))


def _kind(model: type[models.Model]) -> str:
    return model._meta.model_name or ""
