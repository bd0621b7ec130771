"""Whether this process can serve, and what else the operator should know.

Only the database and its migrations make a web process unready: a missing worker or a
full disk is the same for every process, and taking all of them away would turn late
letters into a closed shop (docs/decisions/0030-what-makes-a-process-unready.md).
"""

import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import DurationField, ExpressionWrapper, Max
from django.db.models.functions import Now

from operations.models import Heartbeat

# Three beats missed and a bit more; see `manage.py work`.
SILENT = timedelta(seconds=2 * settings.TASK_LEASE)
OK, WARNING, FAILED = "ok", "warning", "failed"
WORST = (FAILED, WARNING, OK)


@dataclass(frozen=True)
class Check:
    """One thing looked at; `value` is in the unit that its name ends with."""

    status: str
    value: Any
    detail: str = ""


def readiness() -> tuple[str, dict[str, Check]]:
    """The worst status, and each check by name; asks the database three times at most.

    Without a database nothing else that is in it is asked.
    """
    checks = {"database_ms": _database()}
    if checks["database_ms"].status != FAILED:
        checks["migrations_missing"] = _guarded(_migrations)
        checks["worker_silent_seconds"] = _guarded(_worker)
    checks["disk_free_mb"] = _disk()
    found = {check.status for check in checks.values()}
    return next(status for status in WORST if status in found), checks


def worker_silence() -> timedelta | None:
    """How long no worker has spoken; None if there is no row of one."""
    age = ExpressionWrapper(Now() - Max("beat_at"), output_field=DurationField())
    return Heartbeat.objects.aggregate(age=age)["age"]


def missing_migrations() -> list[str]:
    """What this code needs and the database lacks; newer ones do no harm."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def free_disk() -> int:
    """Bytes free where database, media and letters lie."""
    return shutil.disk_usage(settings.DATA_DIR).free


def _guarded(check: Any) -> Check:
    try:
        return check()
    except Error:
        return Check(FAILED, None, "The database refuses the question.")


def _database() -> Check:
    start = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        # Not the error's own text: it names hosts.
        return Check(FAILED, None, "The database does not answer.")
    return Check(OK, round((time.perf_counter() - start) * 1000, 1))


class _Migrated:
    """Remembers that nothing was missing: that cannot change while the code stands."""

    known = False


def _migrations() -> Check:
    if not _Migrated.known:
        missing = missing_migrations()
        if missing:
            detail = f"Run `manage.py migrate`: {missing[0]} is missing."
            return Check(FAILED, len(missing), detail)
        _Migrated.known = True
    return Check(OK, 0)


def _worker() -> Check:
    silence = worker_silence()
    if silence is None:
        return Check(WARNING, None, "No worker runs: letters and price lists wait.")
    seconds = round(silence.total_seconds(), 1)
    if silence > SILENT:
        return Check(
            WARNING, seconds, "No worker speaks: letters and price lists wait."
        )
    return Check(OK, seconds)


def _disk() -> Check:
    free = free_disk() // 1_000_000
    if free < settings.DISK_LOW_MB:
        return Check(WARNING, free, f"Less than {settings.DISK_LOW_MB} MB are free.")
    return Check(OK, free)
