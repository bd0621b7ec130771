"""Lists come in, are kept, and run: checked, or applied whole."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts.exceptions import AddressRefused, Unreachable
from accounts.models import User
from accounts.outbound import call, check_address
from partners.exceptions import (
    CheckNotApplicable,
    PriceListInvalid,
    PriceListTooLarge,
    ShopChanged,
    UndoNotPossible,
)
from partners.models import PriceListRun, StagedGood
from partners.price_list import Finding, Findings, shown
from partners.services.applying import apply_list
from partners.services.comparing import compare, refuse_stale, shop_of
from partners.services.correcting import keep_corrected
from partners.services.files import fill_file, keep_file
from partners.services.progress import Progress
from partners.services.staging import stage
from partners.services.undoing import undo_list

Kind, State = PriceListRun.Kind, PriceListRun.State
OPEN = {State.QUEUED, State.RUNNING, State.FAILED}


def submit_price_list(
    *,
    user: User | None,
    source: str,
    content: bytes | Iterable[bytes] | None = None,
    check_only: bool = False,
    refuse_warnings: bool = False,
    good_rows_only: bool = False,
) -> PriceListRun:
    """Keep the file and queue its run; the run tells what came of it.

    `user` is a partner or staff, or None for an operator at the command line. Without
    `content`, `source` is an address, and the run fetches the list from there.
    `refuse_warnings` makes warnings forbid what errors forbid; `good_rows_only` leaves
    the goods with errors as they are today and applies the others. Raises NotAPartner,
    PriceListTooLarge, AddressRefused.
    """
    if content is None:
        check_address(source)
    with transaction.atomic():
        run = PriceListRun.objects.create(
            price_list=keep_file(user=user, content=content, source=source),
            kind=Kind.CHECK if check_only else Kind.APPLY,
            refuses_warnings=refuse_warnings,
            is_partial=good_rows_only,
        )
        run_price_list.enqueue(run.pk)
    return run


@transaction.atomic
def apply_check(*, check: PriceListRun) -> PriceListRun:
    """Queue the application of exactly what a check found.

    Raises CheckNotApplicable if the run is no check that went well, or its result is
    gone; ShopChanged, naming the articles, if the shop is plainly not as it was. What
    shows only later, or changes meanwhile, refuses the run.
    """
    is_good = check.kind == Kind.CHECK and check.state == State.DONE
    if not is_good or not StagedGood.objects.filter(run=check).exists():
        raise CheckNotApplicable(check.state if check.kind == Kind.CHECK else "")
    refuse_stale(check)
    run = PriceListRun.objects.create(
        price_list=check.price_list,
        shop=check.shop,
        kind=Kind.APPLY,
        check_run=check,
        refuses_warnings=check.refuses_warnings,
        is_partial=check.is_partial,
        outline=check.outline,
        goods_total=check.goods_total,
        findings=check.findings,
        findings_total=check.findings_total,
        errors_total=check.errors_total,
    )
    run_price_list.enqueue(run.pk)
    return run


@transaction.atomic
def check_again(*, run: PriceListRun) -> PriceListRun:
    """Queue a check of the same file, by the same options, as the shop is now."""
    again = PriceListRun.objects.create(
        price_list=run.price_list,
        kind=Kind.CHECK,
        refuses_warnings=run.refuses_warnings,
        is_partial=run.is_partial,
    )
    run_price_list.enqueue(again.pk)
    return again


@transaction.atomic
def undo_run(*, applied: PriceListRun, force: bool = False) -> PriceListRun:
    """Queue the undoing of an applied list; `force` takes back what was edited since.

    Raises UndoNotPossible if the run applied nothing, or is undone already.
    """
    locked = PriceListRun.objects.select_for_update().get(pk=applied.pk)
    is_applied = locked.kind == Kind.APPLY and locked.state == State.DONE
    if not is_applied or locked.undos.filter(state__in=[*OPEN, State.DONE]).exists():
        raise UndoNotPossible
    run = PriceListRun.objects.create(
        price_list=locked.price_list,
        shop=locked.shop,
        kind=Kind.UNDO,
        undone_run=locked,
        is_forced=force,
        goods_total=locked.changes.count(),
    )
    run_price_list.enqueue(run.pk)
    return run


def import_price_list(
    *, user: User | None, content: bytes | Iterable[bytes], source: str, now: datetime
) -> PriceListRun:
    """Apply a list before this returns, whole or not at all.

    Raises NotAPartner, PriceListTooLarge, and PriceListInvalid with every finding.
    """
    with transaction.atomic():
        file = keep_file(user=user, content=content, source=source)
        run = PriceListRun.objects.create(price_list=file, kind=Kind.APPLY)
    _perform(run, now)
    if run.state == State.REFUSED:
        findings = [Finding.kept(row) for row in run.findings]
        raise PriceListInvalid(findings, run.findings_total)
    return run


@task()
def run_price_list(run_id: int) -> None:
    """Perform a queued run; one that is finished already is left alone."""
    run = PriceListRun.objects.select_related("price_list").get(pk=run_id)
    if not run.is_open:
        return
    try:
        _perform(run, timezone.now())
    except Exception:
        PriceListRun.objects.filter(pk=run.pk).update(state=State.FAILED)
        raise


def _perform(run: PriceListRun, now: datetime) -> None:
    """Read the list unless a check has; then check or apply it, and close the run."""
    progress = Progress(run)
    run.state, run.started_at = State.RUNNING, now
    run.save(update_fields=["state", "started_at"])
    if run.kind == Kind.UNDO:
        _apply(run, progress, now, undo_list)
        return
    if not run.price_list.checksum and not _fetch(run):
        return
    if run.check_run is None:
        outline = stage(run, progress)
        run.findings = [asdict(finding) for finding in outline.findings]
        run.findings_total, run.errors_total = outline.total, outline.errors
        parents = {category.name: category.parent for category in outline.categories}
        run.outline = {"shop": outline.shop, "categories": parents}
        keep_corrected(run)
        whole = outline.errors - outline.row_errors
        if whole or (outline.errors and not run.is_partial) or _is_too_doubtful(run):
            _close(run, State.REFUSED)
            return
    if run.kind == Kind.CHECK:
        _check(run, progress)
    else:
        progress.tell(now=True, goods_checked=run.goods_total)
        _apply(run, progress, now, apply_list)


def _fetch(run: PriceListRun) -> bool:
    """Fetch the file of a list that was given by its address; closes what fails."""
    findings = Findings()
    try:
        answer = call(run.price_list.source)
        if answer.status != 200:
            raise Unreachable
        with transaction.atomic():
            fill_file(run.price_list, answer.body)
        return True
    except (AddressRefused, Unreachable):
        findings.add(None, "", "unreachable")
    except PriceListTooLarge as refusal:
        findings.add(None, "", "too-large", limit=refusal.limit)
    _add(run, findings)
    _close(run, State.REFUSED)
    return False


def _check(run: PriceListRun, progress: Progress) -> None:
    run.shop = shop_of(run.outline["shop"], run.price_list.uploaded_by)
    _add(run, compare(run, run.shop))
    progress.tell(now=True, goods_checked=run.goods_read)
    _close(run, State.REFUSED if _is_too_doubtful(run) else State.DONE)


def _apply(
    run: PriceListRun,
    progress: Progress,
    now: datetime,
    deed: Callable[[PriceListRun, Progress, datetime], Findings],
) -> None:
    """All in one transaction with the end of the run, or nothing at all."""
    try:
        with progress.aside(), transaction.atomic():
            found = deed(run, progress, now)
            if run.check_run is None:  # else the check has told them
                _add(run, found)
            if _is_too_doubtful(run):
                raise TooDoubtful
            _close(run, run.state)
    except (TooDoubtful, ShopChanged) as refusal:
        run.shop = run.check_run.shop if run.check_run else None
        if isinstance(refusal, ShopChanged):
            _tell_changes(run, refusal)
        _close(run, State.REFUSED)


class TooDoubtful(Exception):
    """The run has warnings and was told to refuse them."""


def _is_too_doubtful(run: PriceListRun) -> bool:
    return run.refuses_warnings and run.findings_total > run.errors_total


def _tell_changes(run: PriceListRun, refusal: ShopChanged) -> None:
    findings = Findings()
    for article in refusal.articles:
        findings.add(None, article, "shop-changed", value=shown(article))
    _add(run, findings)


def _add(run: PriceListRun, findings: Findings) -> None:
    kept = [Finding.kept(row) for row in run.findings]
    run.findings = [asdict(finding) for finding in findings.first(beside=kept)]
    run.findings_total += findings.total
    run.errors_total += findings.errors


def _close(run: PriceListRun, state: str) -> None:
    run.state, run.finished_at = state, timezone.now()
    run.save()
