"""What a deed would do to each row of a selection, written as a change set."""

from collections.abc import Collection

from django.db import transaction

from catalog.exceptions import FieldRefused, TooManyRows
from catalog.models import Category, Change, ChangeSet
from catalog.services.batches import BATCH, chunks
from catalog.services.changes.deeds import CategoryDeed, Deed, Facts
from catalog.services.changes.facts import Subject, refusal, subjects

MOST_CHANGES = 10_000  # what one request can still apply within its time


@transaction.atomic
def preview_change(
    *, deed: Deed, things: Collection[int], document: str, note: str = ""
) -> ChangeSet:
    """What the deed would do to these offers, or products, by their ids.

    Nothing is changed but for the preview itself; `apply_change` does it. Ids that
    nothing has are left out. `note` says why, and stands in the ledger. Raises
    TooManyRows, and FieldRefused for a category that is not there.
    """
    if len(things) > MOST_CHANGES:
        raise TooManyRows(MOST_CHANGES)
    if (
        isinstance(deed, CategoryDeed)
        and not Category.objects.filter(pk=deed.category).exists()
    ):
        raise FieldRefused("category", "unknown", ["There is no such category."])
    change_set = ChangeSet.objects.create(
        kind=deed.kind,
        parameters=deed.parameters(),
        note=note,
        previewed_by=document,
    )
    for chunk in chunks(sorted(things)):
        found = subjects(change_set, chunk)
        add_changes(change_set, [(s, deed.after(s.facts), "") for s in found.values()])
    change_set.save()
    return change_set


def add_changes(
    change_set: ChangeSet, rows: Collection[tuple[Subject, Facts, str]]
) -> None:
    """Write changes from (row, its facts afterwards, why it is refused), and count
    them; a row that stays as it is is only counted."""
    changes = []
    for subject, after, refused in rows:
        if after == subject.facts and not refused:
            change_set.unchanged_count += 1
            continue
        change = _change(change_set, subject, after)
        change.refusal = refused or refusal(change_set, subject, after)
        change_set.refused_count += bool(change.refusal)
        change_set.changed_count += not change.refusal
        changes.append(change)
    Change.objects.bulk_create(changes, batch_size=BATCH)


def _change(change_set: ChangeSet, subject: Subject, after: Facts) -> Change:
    of_products = change_set.is_of_products
    thing = subject.row and subject.row.pk
    return Change(
        change_set=change_set,
        offer_id=None if of_products else thing,
        product_id=thing if of_products else None,
        name=subject.name,
        article=subject.article,
        before=subject.facts,
        after=after,
    )
