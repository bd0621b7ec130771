"""Ready or not, and why: one answer names every check."""

from collections import namedtuple
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from operations import health
from operations.models import Heartbeat
from operations.services import beat, forget_dead_workers, say_goodbye

Usage = namedtuple("Usage", "free")


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._Migrated, "known", False)


def ready() -> tuple[int, Any]:
    response = Client().get("/health/ready")
    return response.status_code, response.json()


@pytest.mark.django_db
def test_a_shop_with_a_worker_is_ready_and_tells_each_value() -> None:
    beat("first")

    status, body = ready()

    assert (status, body["status"], body["failed"]) == (200, "ok", [])
    checks = body["checks"]
    assert {name: check["status"] for name, check in checks.items()} == {
        "database_ms": "ok",
        "migrations_missing": "ok",
        "worker_silent_seconds": "ok",
        "disk_free_mb": "ok",
    }
    assert checks["migrations_missing"]["value"] == 0
    assert 0 <= checks["worker_silent_seconds"]["value"] < 30
    assert checks["disk_free_mb"]["value"] > 0


@pytest.mark.django_db
def test_a_silent_worker_is_a_warning_and_the_shop_stays_open() -> None:
    beat("first")
    Heartbeat.objects.update(beat_at=Now() - timedelta(minutes=5))

    status, body = ready()

    assert (status, body["status"], body["failed"]) == (200, "warning", [])
    check = body["checks"]["worker_silent_seconds"]
    assert (check["status"], round(check["value"])) == ("warning", 300)


@pytest.mark.django_db
def test_the_youngest_beat_counts_and_a_stopped_worker_is_not_missed() -> None:
    for worker in ("old", "new"):
        beat(worker)
    Heartbeat.objects.filter(worker="old").update(beat_at=Now() - timedelta(days=2))
    assert ready()[1]["status"] == "ok"

    beat("new")
    assert Heartbeat.objects.count() == 2
    say_goodbye("new")
    assert ready()[1]["status"] == "warning"

    assert forget_dead_workers(timezone.now()) == 1
    assert ready()[1]["checks"]["worker_silent_seconds"]["value"] is None


@pytest.mark.django_db
def test_little_room_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: Usage(999_999_999))
    beat("first")

    status, body = ready()

    assert (status, body["status"]) == (200, "warning")
    assert body["checks"]["disk_free_mb"] == {
        "status": "warning",
        "value": 999,
        "detail": "Less than 1000 MB are free.",
    }


@pytest.mark.django_db
def test_a_missing_migration_makes_a_process_unready_and_is_named() -> None:
    beat("first")
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'operations' "
            "AND name LIKE '0002%'"
        )

    status, body = ready()

    assert (status, body["status"]) == (503, "failed")
    assert body["failed"] == ["migrations_missing"]
    check = body["checks"]["migrations_missing"]
    assert check["value"] == 1
    assert "operations.0002" in check["detail"]


@pytest.mark.django_db
def test_once_migrated_the_question_is_two_statements(
    django_assert_num_queries: Any,
) -> None:
    beat("first")
    ready()

    with django_assert_num_queries(2):
        assert ready()[0] == 200
