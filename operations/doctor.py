"""What an operator answers for, looked at one by one; each says what to do."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks, mail
from django.db import Error, connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from catalog.services import audit_stock
from operations import health, statistics
from operations.backups import backups_in
from operations.exceptions import OperationRefused
from operations.health import FAILED, OK, WARNING
from operations.models import Figure
from operations.restoring import rehearse
from operations.services import BACKUP
from partners.models import PriceListRun

SKIPPED = "-"
BACKUP_AGE, BACKUP_TOO_OLD = timedelta(hours=26), timedelta(hours=72)
SKEW = timedelta(seconds=2)
EPOCH = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400",
}
WAITED, STUCK = timedelta(minutes=5), timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was seen, and what to do about it."""

    name: str
    status: str
    detail: str
    advice: str = ""


def examine() -> list[Finding]:
    """Every examination; one that breaks is itself a finding."""
    return [finding for check in CHECKS for finding in _guarded(check)]


def rehearsed() -> list[Finding]:
    """The last backup, restored into a scratch database and audited there."""
    found = backups_in(Path(settings.BACKUP_DIR))
    if not found:
        advice = "manage.py backup"
        return [Finding("rehearsal", FAILED, "There is no backup to restore.", advice)]
    try:
        rows = rehearse(found[0])
    except (OperationRefused, OSError, Error) as error:
        text = f"{found[0].folder.name} cannot be restored: {error}"
        return [Finding("rehearsal", FAILED, text, "Make a new backup; keep this one.")]
    return [
        Finding(
            f"restored: {row['name']}"[:40],
            FAILED if row["broken"] else OK,
            row["holds"] + (f": {', '.join(row['examples'])}" if row["broken"] else ""),
            "Compare with `manage.py audit` on the shop itself.",
        )
        for row in rows
    ]


def _guarded(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    name = check.__name__.strip("_").replace("_", " ")
    try:
        return list(check())
    except (Error, OSError) as error:
        text = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return [Finding(name, FAILED, f"It cannot be looked at: {text}")]


def _settings() -> Iterator[Finding]:
    found = checks.run_checks(include_deployment_checks=True)
    heard = [one for one in found if not one.is_silenced()]
    serious = any(one.level >= checks.ERROR for one in heard)
    if not heard:
        yield Finding("settings", OK, "check --deploy has nothing to say.")
        return
    names = ", ".join(sorted({str(one.id) for one in heard}))
    advice = "manage.py check --deploy says what each means."
    yield Finding("settings", FAILED if serious else WARNING, names, advice)


def _clock() -> Iterator[Finding]:
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(EPOCH[connection.vendor])
        there = float(cursor.fetchone()[0])
    middle = before + (timezone.now() - before) / 2
    skew = timedelta(seconds=abs(there - middle.timestamp()))
    status = OK if skew < SKEW else WARNING
    text = f"{skew.total_seconds():.2f} s from the database's."
    yield Finding("clock", status, text, "Run NTP on both machines.")


def _mail() -> Iterator[Finding]:
    if not settings.EMAIL_HOST:
        text = f"Letters are files in {settings.EMAIL_FILE_PATH}."
        yield Finding("mail", WARNING, text, "Set EMAIL_HOST.")
        return
    server = mail.get_connection(fail_silently=False, timeout=5)
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        text = f"{settings.EMAIL_HOST} does not take letters: {type(error).__name__}."
        yield Finding("mail", FAILED, text, "Look at EMAIL_HOST and its password.")
        return
    server.close()
    yield Finding("mail", OK, f"{settings.EMAIL_HOST} lets us in.")


def _migrations() -> Iterator[Finding]:
    missing = health.missing_migrations()
    text = ", ".join(missing) or "The database is as this code wants it."
    yield Finding("migrations", FAILED if missing else OK, text, "manage.py migrate")


def _worker() -> Iterator[Finding]:
    silence = health.worker_silence()
    if silence is None or silence > health.SILENT:
        since = f" for {silence.total_seconds():.0f} s" if silence else ""
        text = f"No worker speaks{since}: letters and price lists wait."
        yield Finding("worker", FAILED, text, "Start `manage.py work`.")
        return
    text = f"A worker spoke {silence.total_seconds():.0f} s ago."
    yield Finding("worker", OK, text)


def _tasks() -> Iterator[Finding]:
    failed = DBTaskResult.objects.failed().count()
    text = f"{failed} were given up." if failed else "None was given up."
    advice = "Task Results in the admin have the reason of each."
    yield Finding("failed tasks", WARNING if failed else OK, text, advice)
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    late = waiting.filter(run_after__lt=timezone.now() - WAITED).count()
    text = f"{late} are due for more than five minutes." if late else "None waits long."
    yield Finding("waiting tasks", WARNING if late else OK, text, "Start more workers.")
    stuck = PriceListRun.objects.filter(
        state=PriceListRun.State.RUNNING, started_at__lt=timezone.now() - STUCK
    ).count()
    text = f"{stuck} have run for more than 15 minutes." if stuck else "None hangs."
    yield Finding(
        "price lists", WARNING if stuck else OK, text, "See the worker's log."
    )


def _backup() -> Iterator[Finding]:
    found = backups_in(Path(settings.BACKUP_DIR))
    mark = Figure.objects.filter(name=BACKUP).first()
    advice = "manage.py backup; see docs/operating.md for one every day."
    if not found and mark is None:
        yield Finding("backup", FAILED, "There is none.", advice)
        return
    # Made elsewhere, where this process cannot see it, it has left its mark.
    marks = [float(mark.value)] if mark else []
    last = max([*marks, *(backup.made_at.timestamp() for backup in found[:1])])
    age = timedelta(seconds=timezone.now().timestamp() - last)
    status = OK if age < BACKUP_AGE else WARNING if age < BACKUP_TOO_OLD else FAILED
    hours = age.total_seconds() / 3600
    where = f"{len(found)} in {settings.BACKUP_DIR}" if found else "none in sight here"
    yield Finding("backup", status, f"The last is {hours:.1f} h old; {where}.", advice)


def _stock() -> Iterator[Finding]:
    number, wrong = audit_stock()
    if wrong:
        text = f"{len(wrong)} of {number} offers differ from their ledger."
        yield Finding("stock", FAILED, text, "manage.py audit_stock names them.")
        return
    text = f"{number} offers: every stock is the sum of its movements."
    yield Finding("stock", OK, text)


def _disk() -> Iterator[Finding]:
    free = health.free_disk() // 1_000_000
    low = settings.DISK_LOW_MB
    status = OK if free >= low else WARNING if free >= low / 5 else FAILED
    text = f"{free:,} MB free in DATA_DIR."
    yield Finding("disk", status, text, "Make room, or give it a larger disk.")


def _statistics() -> Iterator[Finding]:
    names = {"slow queries", "unused indexes", "dead rows"}
    if connection.vendor != "postgresql":
        for name in sorted(names):
            yield Finding(name, SKIPPED, "PostgreSQL alone counts them.")
        return
    for name, status, text, advice in statistics.examined():
        yield Finding(name, status, text, advice)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _settings,
    _clock,
    _mail,
    _migrations,
    _worker,
    _tasks,
    _backup,
    _stock,
    _disk,
    _statistics,
)
