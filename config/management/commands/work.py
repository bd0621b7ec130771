"""The task worker: django-tasks' own, with what it lacks.

A task that fails is tried again with back-off and, after the last attempt, stays
visible as failed. A running task holds a lease that its worker renews; when a lease
runs out, the task is queued again. While a task runs, its `run_after` is the end of
the lease: when to run it if nobody speaks up. All by the database's clock.
"""

import logging
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from traceback import format_exception
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import (
    Error,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max

from config import observing
from config.management.commands.tidy import tidy
from feed.services import number_events
from operations.services import TaskTally, beat, count_events, say_goodbye
from orders.services import count_sales

logger = logging.getLogger(__name__)
TIDY_EVERY = 3600
COUNT_EVERY = timedelta(minutes=15)


class LeasedWorker(Worker):
    """Claims and runs tasks one by one until told to stop."""

    leased: QuerySet[DBTaskResult] | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.tally = TaskTally()

    def run(self) -> None:
        stopped = threading.Event()
        helpers = [
            threading.Thread(target=work, args=[stopped], daemon=True)
            for work in (self._keep_leases, self._tell)
        ]
        for helper in helpers:
            helper.start()
        try:
            self._run_through_outages()
        finally:
            stopped.set()
            for helper in helpers:
                helper.join(timeout=5)

    def _run_through_outages(self) -> None:
        """Run; wait for a database that goes away: the task comes back by lease."""
        while True:
            try:
                super().run()
                return
            except (OperationalError, InterfaceError) as error:
                if self.batch:
                    raise
                logger.warning("the database does not answer: %s", error)
                connection.close()
                time.sleep(1)

    def run_task(self, row: DBTaskResult) -> None:
        """Run a claimed task, then close it or queue it again."""
        self.running_task = True
        # Conditional on this claim: whoever lost the lease must not close the task.
        mine = DBTaskResult.objects.filter(
            pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at
        )
        self.leased = mine
        mine.update(run_after=_lease_end())
        start, is_done = time.perf_counter(), False
        try:
            task = row.task
            result = task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        except Exception as error:  # noqa: BLE001 - whatever a task raises
            self._fail(row, mine, error)
        else:
            is_done = True
            mine.update(
                status=TaskResultStatus.SUCCESSFUL,
                finished_at=Now(),
                return_value=result,
                exception_class_path="",
                traceback="",
            )
        finally:
            took = time.perf_counter() - start
            self.tally.note(row.task_path, seconds=took, is_done=is_done)
            self.leased = None
            self.running_task = False
            self._run_tasks += 1

    def _fail(
        self, row: DBTaskResult, mine: QuerySet[DBTaskResult], error: Exception
    ) -> None:
        attempts = len(row.worker_ids)
        logger.error(
            "task %s failed, attempt %d", row.task_path, attempts, exc_info=error
        )
        is_last = attempts >= settings.TASK_ATTEMPTS
        pause = timedelta(seconds=settings.TASK_BACKOFF * 4 ** (attempts - 1))
        mine.update(
            status=TaskResultStatus.FAILED if is_last else TaskResultStatus.READY,
            finished_at=Now() if is_last else None,
            run_after=Now() + pause,
            exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
            traceback="".join(format_exception(error)),
        )

    def _keep_leases(self, stopped: threading.Event) -> None:
        """Renew the own lease, queue again what dead workers left; do the chores."""
        tidied_at = time.monotonic() - TIDY_EVERY
        counted_at = time.monotonic() - COUNT_EVERY.total_seconds()
        while True:
            close_old_connections()
            try:
                if time.monotonic() - tidied_at >= TIDY_EVERY:
                    tidy(timezone.now())
                    tidied_at = time.monotonic()
                if time.monotonic() - counted_at >= COUNT_EVERY.total_seconds():
                    enqueue_count()
                    counted_at = time.monotonic()
                if (mine := self.leased) is not None:
                    mine.update(run_after=_lease_end())
                take_back()
                self._speak()
            except Error as error:
                logger.warning("leases not kept: %s", error)
            if stopped.wait(settings.TASK_LEASE / 3):
                break
        with suppress(Error):
            self.tally.write_down()
            say_goodbye(self.worker_id)
        connection.close()

    def _speak(self) -> None:
        """Tell the operator's tools that this worker lives, and what it did."""
        beat(self.worker_id)
        self.tally.write_down()
        while count_events():
            pass
        if settings.WORKER_BEAT_FILE:
            Path(settings.WORKER_BEAT_FILE).touch()

    def _tell(self, stopped: threading.Event) -> None:
        """Number what happens for the event feed, beside whatever task runs."""
        while not stopped.is_set():
            close_old_connections()
            try:
                while number_events():
                    pass
            except Error as error:
                logger.warning("events not numbered: %s", error)
            stopped.wait(self.interval or 0.5)
        connection.close()


def take_back() -> int:
    """Queue again, or give up, the tasks whose lease ran out; returns how many."""
    never_leased = Q(
        run_after=get_date_max(),
        started_at__lt=Now() - timedelta(seconds=settings.TASK_LEASE),
    )
    left = DBTaskResult.objects.running().filter(Q(run_after__lt=Now()) | never_leased)
    queued = 0
    for row in left:
        # A task that kills every worker must end as failed, not circle for ever.
        is_last = len(row.worker_ids) >= settings.TASK_ATTEMPTS
        queued += left.filter(pk=row.pk, started_at=row.started_at).update(
            status=TaskResultStatus.FAILED if is_last else TaskResultStatus.READY,
            finished_at=Now() if is_last else None,
            traceback="The worker died while it ran this task." if is_last else "",
            run_after=Now(),
        )
    return queued


def retry(tasks: QuerySet[DBTaskResult]) -> int:
    """Queue those of these tasks again that were given up; returns how many.

    Each has all its attempts anew.
    """
    return tasks.filter(status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY,
        worker_ids=[],
        finished_at=None,
        run_after=Now(),
    )


def enqueue_count() -> None:
    """Have the sales counted, unless another worker has asked for it lately.

    A task, because it may take longer than the lease that the caller keeps.
    """
    asked = DBTaskResult.objects.filter(
        task_path=count_sales.module_path, enqueued_at__gt=Now() - COUNT_EVERY / 2
    )
    if not asked.exists():
        count_sales.enqueue()


def _lease_end() -> Any:
    return Now() + timedelta(seconds=settings.TASK_LEASE)


def make_worker(*, interval: float = 0, batch: bool = True) -> LeasedWorker:
    """A worker of all queues; `batch` ends it when nothing is left to do."""
    return LeasedWorker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=interval,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


class Command(BaseCommand):
    help = "Run background tasks until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=0.5, help="idle seconds")
        parser.add_argument(
            "--batch", action="store_true", help="stop when nothing is left to do"
        )

    def handle(self, *, interval: float, batch: bool, **options: Any) -> None:
        if connection.vendor == "postgresql" and not settings.DB_POOLED:
            connection.settings_dict["OPTIONS"]["options"] = settings.DB_WORKER_OPTIONS
        observing.start("storekeeper-worker")
        worker = make_worker(interval=interval, batch=batch)
        worker.configure_signals()
        worker.run()
