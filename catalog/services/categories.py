"""The category tree as staff edit it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from catalog.exceptions import FieldRefused, InUse
from catalog.models import Category, Product
from catalog.services.slugs import forget_slugs, keep_slug
from catalog.services.versions import Versions, fill, locked, save_unique


@transaction.atomic
def save_category(*, category: Category) -> Category:
    """Save a category as staff edited it: its place in the tree, its address.

    Raises FieldRefused: below itself, or with a name or slug that another one has.
    """
    if category.pk is not None and category.parent_id is not None:
        _refuse_cycle(category)
    keep_slug(category)
    save_unique(category)
    return category


@transaction.atomic
def change_category(
    *, pk: int, values: Mapping[str, Any], expected: Versions = None
) -> Category:
    """Edit a category that is still what the editor saw; else EditedMeanwhile."""
    if "parent" in values:
        _lock_tree()
    category = locked(Category, pk, expected)
    fill(category, values)
    return save_category(category=category)


@transaction.atomic
def move_categories(*, pks: Iterable[int], parent: int | None) -> dict[int, int | None]:
    """Put each below `parent`, or at the top, all or none; returns where each stood.

    Moving them back there undoes it. Raises FieldRefused, DeletedMeanwhile.
    """
    stood = {}
    for pk in sorted(pks):
        stood[pk] = _lock_tree().get(pk)
        change_category(pk=pk, values={"parent_id": parent})
    return stood


@transaction.atomic
def delete_category(*, pk: int, expected: Versions = None) -> None:
    """Delete a category that nothing stands in; else InUse says what does."""
    category = locked(Category, pk, expected, no_key=False)
    used_by = {
        "categories": Category.objects.filter(parent=category).count(),
        "products": Product.categories.through.objects.filter(category=pk).count(),
    }
    if any(used_by.values()):
        raise InUse(used_by)
    forget_slugs(category)
    category.delete()


@transaction.atomic
def dissolve_category(*, pk: int) -> None:
    """Delete a category, whatever stands in it: what is below it moves up.

    Raises DeletedMeanwhile when there is none.
    """
    category = locked(Category, pk, None, no_key=False)
    Category.objects.filter(parent=category).update(parent=category.parent_id)
    forget_slugs(category)
    category.delete()


def _refuse_cycle(category: Category) -> None:
    parents = _lock_tree()
    above = category.parent_id
    while above is not None:
        if above == category.pk:
            messages = ["A category cannot stand below itself."]
            raise FieldRefused("parent", "cycle", messages)
        above = parents.get(above)


def _lock_tree() -> dict[int, int | None]:
    """Each category's parent. Two moves at once could close a circle together; so the
    tree is locked whole, before any one row, or two of them would deadlock."""
    tree = Category.objects.order_by("pk").select_for_update(no_key=True)
    return dict(tree.values_list("pk", "parent_id"))
