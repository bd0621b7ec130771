"""Doing what a preview showed, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from catalog.exceptions import DeletedMeanwhile, RowsMoved
from catalog.models import Change, ChangeSet
from catalog.services.changes.deeds import Facts
from catalog.services.changes.facts import Subject, refusal, subjects, write

Kind, State = ChangeSet.Kind, ChangeSet.State


@dataclass(frozen=True)
class Moved:
    """A row that is not what the preview showed; `current` is None if it is gone."""

    name: str
    article: str
    shown: Facts
    current: Facts | None


@transaction.atomic
def apply_change(*, pk: int, document: str, now: datetime) -> ChangeSet:
    """Do what the preview showed, all of it but the refused rows; once.

    Again is harmless, and so are two at once: the set is returned as it is. Raises
    RowsMoved with each row that is not what was shown, DeletedMeanwhile for a preview
    that was tidied away.
    """
    change_set = locked_set(pk)
    if change_set.is_applied:
        return change_set
    changes = list(change_set.changes.good())
    before = subjects(change_set, (c.thing for c in changes if c.thing), locked=True)
    moved = list(_moved(change_set, changes, before))
    if moved:
        raise RowsMoved(moved)
    after = {
        c.thing: _target(change_set, c, before[c.thing]) for c in changes if c.thing
    }
    write(change_set, before, after, now)
    change_set.state = State.APPLIED
    change_set.applied_by, change_set.applied_at = document, now
    change_set.save()
    if change_set.undoes_id is not None:
        _mark_undone(change_set)
    return change_set


def locked_set(pk: int) -> ChangeSet:
    change_set = ChangeSet.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if change_set is None:
        raise DeletedMeanwhile
    return change_set


def _moved(
    change_set: ChangeSet, changes: Iterable[Change], now: Mapping[int, Subject]
) -> Iterable[Moved]:
    for change in changes:
        subject = now.get(change.thing or 0)
        if subject is None:
            yield Moved(change.name, change.article, change.before, None)
        elif _by_difference(change_set):
            # Sold meanwhile is no quarrel: the difference holds, if it still can.
            if refusal(change_set, subject, _target(change_set, change, subject)):
                facts = subject.facts
                yield Moved(change.name, change.article, change.before, facts)
        elif subject.facts != change.before:
            yield Moved(change.name, change.article, change.before, subject.facts)


def _target(change_set: ChangeSet, change: Change, subject: Subject) -> Facts:
    if not _by_difference(change_set):
        return dict(change.after)
    difference = change.after["stock"] - change.before["stock"]
    return {"stock": subject.facts["stock"] + difference}


def _by_difference(change_set: ChangeSet) -> bool:
    """Whether it moves stock by what was asked, whatever was sold meanwhile."""
    is_count = change_set.parameters.get("how") == "to" and not change_set.undoes_id
    return change_set.kind == Kind.STOCK and not is_count


def _mark_undone(undo: ChangeSet) -> None:
    """Note in the set that was taken back which of its rows are."""
    undone = undo.undoes
    assert undone is not None  # noqa: S101
    named = "product" if undo.is_of_products else "offer"
    kept = undo.changes.exclude(refusal="").filter(**{f"{named}__isnull": False})
    rows = undone.changes.filter(refusal="", is_undone=False)
    count = rows.exclude(**{f"{named}__in": kept.values(named)}).update(is_undone=True)
    sets = ChangeSet.objects.filter(pk=undone.pk)
    sets.update(undone_count=F("undone_count") + count)
