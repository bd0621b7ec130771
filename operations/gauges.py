"""What the database knows, read when Prometheus asks: a few bounded statements.

Every web process tells the same: a dashboard takes their maximum, not their sum.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from operations import services
from operations.health import SILENT, free_disk, worker_silence
from operations.models import Figure, Heartbeat
from orders.models import Order
from partners.models import PriceListRun

# Above this a figure stops growing: "10,000 wait" is alarm enough, and costs little.
MOST = 10_000
RUNS = 1_000


def exposition() -> bytes:
    """Everything there is to tell, in Prometheus' text format."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)
    except ValueError:
        # Not under gunicorn: this process is the only one.
        registry.register(OwnCounts())
    registry.register(Gauges())
    return generate_latest(registry)


class OwnCounts(Collector):
    """What this process counted itself, without the interpreter's own figures."""

    def collect(self) -> Iterator[Metric]:
        for metric in REGISTRY.collect():
            if metric.name.startswith("storekeeper_"):
                yield metric


class Gauges(Collector):
    """The state of the shop."""

    def collect(self) -> Iterable[Metric]:
        yield from _tasks()
        yield from _workers()
        yield from _orders()
        yield from _price_lists()
        yield from _figures()
        yield _gauge("disk_free_bytes", "Free in DATA_DIR.", free_disk())


def _tasks() -> Iterator[Metric]:
    due = Q(run_after=get_date_max()) | Q(run_after__lte=timezone.now())
    waiting = DBTaskResult.objects.filter(due, status=TaskResultStatus.READY)
    first = waiting.order_by("run_after")[:MOST]
    found = DBTaskResult.objects.filter(pk__in=first.values("pk"))
    told = found.order_by().aggregate(number=Count("*"), oldest=Min("enqueued_at"))
    age = (timezone.now() - told["oldest"]).total_seconds() if told["oldest"] else 0
    yield _gauge("tasks_waiting", "Tasks due and not taken.", told["number"])
    yield _gauge("task_oldest_seconds", "Age of the oldest of them.", max(age, 0))
    for name, rows, text in (
        ("failed", DBTaskResult.objects.failed(), "Tasks that were given up."),
        ("running", DBTaskResult.objects.running(), "Tasks that a worker has."),
    ):
        yield _gauge(f"tasks_{name}", text, _count(rows))


def _workers() -> Iterator[Metric]:
    alive = Heartbeat.objects.filter(beat_at__gt=timezone.now() - SILENT)
    silence = worker_silence() or timedelta(0)
    yield _gauge("workers", "Workers that spoke lately.", alive.count())
    yield _gauge(
        "worker_silent_seconds", "Since the last word.", silence.total_seconds()
    )


def _orders() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "storekeeper_orders_open",
        "Orders in a state that is not final.",
        labels=["state"],
    )
    for state, following in Order.TRANSITIONS.items():
        if following:
            rows = Order.objects.filter(status=state)
            family.add_metric([state], _count(rows))
    yield family


def _price_lists() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "storekeeper_price_list_runs",
        f"Runs of the last 24 hours, of the last {RUNS:,} at most.",
        labels=["kind", "state"],
    )
    last = PriceListRun.objects.order_by("-pk").values("pk")[:RUNS]
    day = timezone.now() - timedelta(days=1)
    runs = PriceListRun.objects.filter(pk__in=last, created_at__gte=day)
    rows = runs.order_by().values_list("kind", "state").annotate(number=Count("*"))
    for kind, state, number in rows:
        family.add_metric([kind, state], number)
    yield family


# Figure → metric, its text, what its label is.
FIGURES = {
    services.EVENTS: (
        "events",
        "Events of the feed: orders moved, stock gone, prices changed.",
        "kind",
    ),
    services.TURNOVER: ("turnover", "Totals of placed orders.", "currency"),
    services.TASKS_DONE: ("tasks_done", "Tasks that ended well.", "task"),
    services.TASKS_RAISED: ("tasks_raised", "Attempts that raised an error.", "task"),
    services.TASK_SECONDS: ("task_seconds", "Time that attempts took.", "task"),
}


def _figures() -> Iterator[Metric]:
    counters = {
        name: CounterMetricFamily(f"storekeeper_{metric}", text, labels=[label])
        for name, (metric, text, label) in FIGURES.items()
    }
    for row in Figure.objects.all():
        if row.name in counters:
            label = (
                settings.STORE_CURRENCY if row.name == services.TURNOVER else row.label
            )
            counters[row.name].add_metric([label], float(row.value))
        elif row.name == services.BACKUP:
            yield _gauge(
                "backup_timestamp_seconds", "When the last backup was made.", row.value
            )
    yield from counters.values()


def _gauge(name: str, text: str, value: Any) -> Metric:
    return GaugeMetricFamily(f"storekeeper_{name}", text, value=float(value))


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:MOST].count()
