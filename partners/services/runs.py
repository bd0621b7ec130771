"""Lists come in, are kept, and run: checked, or applied whole."""

import hashlib
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts.models import User
from catalog.models import Shop
from partners.exceptions import NotAPartner, PriceListInvalid, PriceListTooLarge
from partners.models import PriceList as PriceListFile
from partners.models import PriceListRun
from partners.price_list import Finding, read_price_list
from partners.services.applying import apply_list

State = PriceListRun.State


def submit_price_list(
    *, user: User | None, content: bytes, source: str, check_only: bool = False
) -> PriceListRun:
    """Keep the file and queue its run; the run tells what came of it.

    `user` is a partner or staff, or None for an operator at the command line. Raises
    NotAPartner, PriceListTooLarge.
    """
    with transaction.atomic():
        run = _new_run(user, content, source, check_only)
        run_price_list.enqueue(run.pk)
    return run


def import_price_list(
    *, user: User | None, content: bytes, source: str, now: datetime
) -> PriceListRun:
    """Apply a list before this returns, whole or not at all.

    Raises NotAPartner, PriceListTooLarge, and PriceListInvalid with every finding.
    """
    run = _new_run(user, content, source, check_only=False)
    _perform(run, now)
    if run.state == State.REFUSED:
        findings = [Finding(**finding) for finding in run.findings]
        raise PriceListInvalid(findings, run.findings_total)
    return run


@task()
def run_price_list(run_id: int) -> None:
    """Perform a queued run; one that is finished already is left alone."""
    run = PriceListRun.objects.select_related("price_list").get(pk=run_id)
    if run.state not in {State.QUEUED, State.FAILED}:
        return
    try:
        _perform(run, timezone.now())
    except Exception:
        PriceListRun.objects.filter(pk=run.pk).update(state=State.FAILED)
        raise


def _new_run(
    user: User | None, content: bytes, source: str, check_only: bool
) -> PriceListRun:
    if user is not None and not (user.is_partner or user.is_staff):
        raise NotAPartner
    if len(content) > settings.PRICE_LIST_BYTES_LIMIT:
        raise PriceListTooLarge(settings.PRICE_LIST_BYTES_LIMIT)
    file = PriceListFile.objects.create(
        uploaded_by=user,
        source=source,
        content=content,
        checksum=hashlib.sha256(content).hexdigest(),
    )
    kind = PriceListRun.Kind.CHECK if check_only else PriceListRun.Kind.APPLY
    return PriceListRun.objects.create(price_list=file, kind=kind)


def _perform(run: PriceListRun, now: datetime) -> None:
    """Read the list, then apply it and close the run in one transaction."""
    try:
        listed = read_price_list(
            bytes(run.price_list.content), bytes_limit=settings.PRICE_LIST_BYTES_LIMIT
        )
    except PriceListInvalid as refusal:
        run.findings = [asdict(finding) for finding in refusal.findings]
        _close(run, State.REFUSED, refusal.total, now)
        return
    run.findings = [asdict(finding) for finding in listed.findings]
    with transaction.atomic():
        apply_list(run, listed, now)
        _close(run, run.state, listed.findings_total, now)
        if run.kind == PriceListRun.Kind.CHECK:
            transaction.set_rollback(True)
    if run.kind == PriceListRun.Kind.CHECK:
        # The application was only tried; what it found out is kept.
        run.shop = Shop.objects.filter(pk=run.shop_id or 0).first()
        _close(run, run.state, listed.findings_total, now)


def _close(run: PriceListRun, state: str, findings_total: int, now: datetime) -> None:
    run.state, run.findings_total, run.finished_at = state, findings_total, now
    run.save()
