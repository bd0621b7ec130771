"""The task worker: retry with back-off, visible failure, leases."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from accounts.emails import send_confirmation
from accounts.models import User
from config.management.commands.work import make_worker, take_back


@task()
def fail() -> None:
    raise ValueError("as always")


def run_next() -> DBTaskResult | None:
    """Claim and run one waiting task, as the worker's loop does."""
    worker = make_worker()
    row = DBTaskResult.objects.ready().first()
    if row is not None:
        row.claim(worker.worker_id)
        worker.run_task(row)
        row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_a_failing_task_waits_longer_each_time_and_stays_visible_as_failed(
    settings: Any,
) -> None:
    settings.TASK_ATTEMPTS = 3
    fail.enqueue()
    pauses = []

    for _ in range(2):
        row = run_next()
        assert row is not None
        assert row.status == TaskResultStatus.READY
        pauses.append(round((row.run_after - timezone.now()).total_seconds()))
        assert run_next() is None  # not yet
        DBTaskResult.objects.update(run_after=timezone.now())
    last = run_next()

    assert pauses == [5, 20]
    assert last is not None
    assert last.status == TaskResultStatus.FAILED
    assert "as always" in last.traceback
    assert run_next() is None


@pytest.mark.django_db
def test_a_rolled_back_change_sends_nothing(ann: User) -> None:
    with transaction.atomic():
        send_confirmation.enqueue(ann.pk)
        transaction.set_rollback(True)

    assert DBTaskResult.objects.count() == 0


@pytest.mark.django_db
def test_a_task_is_taken_back_only_when_its_lease_ran_out(settings: Any) -> None:
    fail.enqueue()
    row = DBTaskResult.objects.get()
    row.claim("a worker that died")
    later = timezone.now() + timedelta(seconds=20)
    DBTaskResult.objects.update(run_after=later)
    assert take_back() == 0

    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    assert take_back() == 1

    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY


@pytest.mark.django_db
def test_a_worker_killed_before_its_first_lease_loses_the_task_too() -> None:
    fail.enqueue()
    DBTaskResult.objects.get().claim("a worker that died")
    assert take_back() == 0

    long_ago = timezone.now() - timedelta(minutes=2)
    DBTaskResult.objects.update(started_at=long_ago)

    assert take_back() == 1


@pytest.mark.django_db
def test_a_task_that_kills_its_workers_ends_as_failed(settings: Any) -> None:
    settings.TASK_ATTEMPTS = 2
    fail.enqueue()
    for worker in ("first", "second"):
        DBTaskResult.objects.get().claim(worker)
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        take_back()

    row = DBTaskResult.objects.get()
    assert (row.status, row.worker_ids) == ("FAILED", ["first", "second"])
    assert "died" in row.traceback


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_does_not_close_the_task(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_confirmation.enqueue(ann.pk)
    row = DBTaskResult.objects.get()
    worker = make_worker()
    row.claim(worker.worker_id)
    # While it runs, the lease runs out and somebody else takes the task over.
    monkeypatch.setattr(
        "accounts.emails._send",
        lambda *args: DBTaskResult.objects.update(
            status=TaskResultStatus.READY, started_at=timezone.now()
        ),
    )

    worker.run_task(row)

    row.refresh_from_db()
    assert row.status == TaskResultStatus.READY


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_task_runs_again(tmp_path: Path) -> None:
    """Real processes: kill -9 in the middle of a task, another worker finishes it."""
    mark = tmp_path / "mark"
    slow.enqueue(str(mark))
    # Beside it stand the tasks that a worker queues by itself.
    mine = DBTaskResult.objects.filter(task_path=slow.module_path)

    first = start_worker()
    wait_until(mark.exists)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert mine.get().status == TaskResultStatus.RUNNING
    second = start_worker()
    wait_until(mine.successful().exists)
    second.terminate()

    assert second.wait(timeout=10) == 0
    assert mark.read_text() == "started, started, done"
    assert len(mine.get().worker_ids) == 2


@task()
def slow(mark: str) -> None:
    """Hangs the first time, ends at once the second."""
    file = Path(mark)
    if not file.exists():
        file.write_text("started")
        time.sleep(60)
    file.write_text(file.read_text() + ", started, done")


def start_worker() -> subprocess.Popen[bytes]:
    """`manage.py work` on the database of this test."""
    test = connection.settings_dict
    environment = os.environ | {"TASK_LEASE": "2", "TEST_DATABASE": str(test["NAME"])}
    program = (
        "import os, django; from django.conf import settings;"
        "settings.DATABASES['default']['NAME'] = os.environ['TEST_DATABASE'];"
        "django.setup(); from django.core.management import call_command;"
        "call_command('work', interval=0.1)"
    )
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=django_settings.BASE_DIR, env=environment
    )


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
