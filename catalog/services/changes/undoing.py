"""Taking a change set back, exactly: as another change set, shown before it is done."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from catalog.exceptions import NothingToUndo
from catalog.models import Change, ChangeSet
from catalog.services.batches import chunks
from catalog.services.changes.applying import apply_change, locked_set
from catalog.services.changes.deeds import Facts, deed_of
from catalog.services.changes.facts import Subject, subjects
from catalog.services.changes.previewing import add_changes, preview_change


@transaction.atomic
def preview_undo(*, pk: int, document: str, is_forced: bool = False) -> ChangeSet:
    """What would be restored of an applied set, and what is kept because it was edited
    since; if forced, that is restored too.

    Stock goes back by what the set added or took: what was sold meanwhile stays sold,
    and it never falls below 0. Raises NothingToUndo, DeletedMeanwhile.
    """
    return _preview(locked_set(pk), document, is_forced, locked=False)


@transaction.atomic
def preview_again(*, pk: int, document: str) -> ChangeSet:
    """What the same deed would do to the same rows as they are now.

    Raises what `preview_change` and `preview_undo` raise, and DeletedMeanwhile.
    """
    old = locked_set(pk)
    if old.undoes_id is not None:
        forced = old.is_forced
        return preview_undo(pk=old.undoes_id, document=document, is_forced=forced)
    things = [change.thing for change in old.changes.all() if change.thing]
    deed = deed_of(old.kind, old.parameters)
    return preview_change(deed=deed, things=things, document=document, note=old.note)


@transaction.atomic
def undo_change(
    *, pk: int, document: str, now: datetime, is_forced: bool = False
) -> ChangeSet:
    """Preview and apply an undo in one go; returns the undo. Raises NothingToUndo."""
    undo = _preview(locked_set(pk), document, is_forced, locked=True)
    return apply_change(pk=undo.pk, document=document, now=now)


def _preview(
    undone: ChangeSet, document: str, is_forced: bool, *, locked: bool
) -> ChangeSet:
    if not undone.can_be_undone:
        raise NothingToUndo
    undo = ChangeSet.objects.create(
        kind=undone.kind,
        parameters=undone.parameters,
        note=undone.note,
        undoes=undone,
        is_forced=is_forced,
        previewed_by=document,
    )
    for changes in chunks(undone.changes.good().filter(is_undone=False)):
        things = [change.thing for change in changes if change.thing]
        now = subjects(undo, things, locked=locked)
        add_changes(undo, list(_judged(undo, changes, now)))
    undo.save()
    return undo


def _judged(
    undo: ChangeSet, changes: list[Change], now: dict[int, Subject]
) -> Iterator[tuple[Subject, Facts, str]]:
    """Each row with what it goes back to, and why it does not."""
    for change in changes:
        subject = now.get(change.thing or 0)
        if subject is None:
            gone = Subject(None, change.name, change.article, change.after)
            yield gone, change.before, Change.Refusal.GONE
        elif undo.kind == ChangeSet.Kind.STOCK:
            back = change.before["stock"] - change.after["stock"]
            yield subject, {"stock": max(0, subject.facts["stock"] + back)}, ""
        else:
            is_edited = subject.facts not in (change.after, change.before)
            kept = is_edited and not undo.is_forced
            refused = Change.Refusal.EDITED if kept else ""
            yield subject, change.before, refused
