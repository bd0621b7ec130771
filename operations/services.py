"""What workers and tools write down: heartbeats, and figures that outlive them."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Lock

from django.db import Error, connection, models, transaction
from django.db.models import Count, Max, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Now

from feed.models import Event
from operations.models import Figure, Heartbeat

# A worker that has been silent for so long is dead, and its row only in the way.
FORGOTTEN = timedelta(days=1)
EVENTS, TURNOVER, COUNTED, BACKUP = "events", "turnover", "events counted", "backup at"
TASKS_DONE, TASKS_RAISED, TASK_SECONDS = "tasks done", "tasks raised", "task seconds"
EVENTS_AT_ONCE = 50_000
ADD = """
INSERT INTO operations_figure (name, label, value) VALUES (%s, %s, %s)
ON CONFLICT (name, label) DO UPDATE
SET value = operations_figure.value + excluded.value
"""


def beat(worker: str) -> None:
    """Say that this worker lives, by the database's clock."""
    row = Heartbeat(worker=worker, started_at=Now(), beat_at=Now())
    Heartbeat.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["worker"],
        update_fields=["beat_at"],
    )


def say_goodbye(worker: str) -> None:
    """A worker that stops in peace is not missed."""
    Heartbeat.objects.filter(worker=worker).delete()


def add_figures(name: str, amounts: Mapping[str, Decimal | float | int]) -> None:
    """Let the figures of this name grow, label by label; safe beside others."""
    with transaction.atomic(), connection.cursor() as cursor:
        # In order: two workers with the same labels must not wait for each other.
        for label in sorted(amounts):
            cursor.execute(ADD, [name, label, str(amounts[label])])


class TaskTally:
    """What one worker's tasks took, added to the figures now and then."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.amounts: dict[str, Counter[str]] = defaultdict(Counter)

    def note(self, task: str, *, seconds: float, is_done: bool) -> None:
        """One attempt at a task."""
        with self.lock:
            self.amounts[TASKS_DONE if is_done else TASKS_RAISED][task] += 1
            self.amounts[TASK_SECONDS][task] += seconds  # type: ignore[assignment]

    def write_down(self) -> None:
        """Add what was noted since; what cannot be written is kept for next time."""
        with self.lock:
            amounts, self.amounts = self.amounts, defaultdict(Counter)
        try:
            with transaction.atomic():
                for name in sorted(amounts):
                    add_figures(name, amounts[name])
        except Error:
            with self.lock:
                for name, counted in amounts.items():
                    self.amounts[name].update(counted)
            raise


def count_events() -> int:
    """Count what the event feed has numbered since; returns how many events.

    Each event counts once, whoever calls, however often it fails: the last number
    counted moves in the same transaction.
    """
    with transaction.atomic():
        Figure.objects.get_or_create(name=COUNTED, label="")
        counted = Figure.objects.select_for_update().get(name=COUNTED, label="")
        start = int(counted.value)
        news = Event.objects.filter(number__gt=start)
        last = news.filter(number__lte=start + EVENTS_AT_ONCE).aggregate(
            last=Max("number")
        )["last"]
        if last is None:
            return 0
        _count(news.filter(number__lte=last))
        Figure.objects.filter(pk=counted.pk).update(value=last)
    return last - start


def _count(events: models.QuerySet[Event]) -> None:
    kinds = events.order_by().values("kind").annotate(number=Count("*"))
    add_figures(EVENTS, {row["kind"]: row["number"] for row in kinds})
    money = models.DecimalField(max_digits=20, decimal_places=2)
    placed = events.filter(kind="order.placed").order_by()
    sold = placed.aggregate(sum=Sum(Cast(KT("data__total"), money)))["sum"]
    if sold:
        add_figures(TURNOVER, {"": sold})


def mark_backup(moment: datetime) -> None:
    """Remember when the last backup was made, for whoever cannot see its folder."""
    Figure.objects.update_or_create(
        name=BACKUP, label="", defaults={"value": Decimal(str(moment.timestamp()))}
    )


def forget_dead_workers(now: datetime) -> int:
    """Remove the rows of workers that have been silent for a day."""
    return Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN).delete()[0]
