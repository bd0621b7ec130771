"""The doctor looks at everything, says what to do, and its exit code tells."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from catalog.models import Offer
from catalog.tests.factories import make_offer
from config.management.commands.work import make_worker
from feed.tests.scenes import place, told
from operations import doctor
from operations.invariants import INVARIANTS, check
from operations.models import Heartbeat
from operations.services import beat, mark_backup
from operations.tests.test_metrics import stumble
from orders.models import Order, OrderEvent, OrderLine


@pytest.fixture(autouse=True)
def _backups(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path / "backups"


def seen() -> dict[str, str]:
    return {finding.name: finding.status for finding in doctor.examine()}


@pytest.mark.django_db
def test_everything_an_operator_answers_for_is_looked_at() -> None:
    beat("first")
    mark_backup(timezone.now())
    make_offer(stock=3)

    found = seen()

    assert set(found) == {
        *("settings", "clock", "mail", "migrations", "worker", "failed tasks"),
        *("waiting tasks", "price lists", "backup", "stock", "disk"),
        *("slow queries", "unused indexes", "dead rows"),
    }
    # A development shop: no TLS, letters in files.
    assert [name for name in found if found[name] == "warning"] == ["settings", "mail"]
    assert "failed" not in found.values()
    counted = {"ok", "-"} if connection.vendor == "postgresql" else {"-"}
    for name in ("slow queries", "unused indexes", "dead rows"):
        assert found[name] in counted


@pytest.mark.django_db
def test_what_is_wrong_is_named_and_the_exit_code_tells(settings: Any) -> None:
    settings.TASK_ATTEMPTS = 1
    Offer.objects.filter(pk=make_offer(stock=3).pk).update(stock=7)
    for _ in range(2):
        stumble.enqueue(well=False)
    worker, row = make_worker(), DBTaskResult.objects.ready().first()
    row.claim(worker.worker_id)
    worker.run_task(row)
    DBTaskResult.objects.ready().update(run_after=timezone.now() - timedelta(hours=1))
    out = StringIO()

    with pytest.raises(CommandError, match="3 of 14 need you"):
        call_command("doctor", "--json", stdout=out)

    bad = {
        row["name"]: row["detail"]
        for row in json.loads(out.getvalue())
        if row["status"] in {"failed", "warning"}
    }
    assert bad.pop("settings")
    assert bad.pop("mail").startswith("Letters are files in ")
    assert bad == {
        "worker": "No worker speaks: letters and price lists wait.",
        "failed tasks": "1 were given up.",
        "waiting tasks": "1 are due for more than five minutes.",
        "backup": "There is none.",
        "stock": "1 of 1 offers differ from their ledger.",
    }


@pytest.mark.django_db
def test_a_warning_is_an_error_when_one_is_strict(monkeypatch: Any) -> None:
    finding = doctor.Finding("disk", "warning", "Little is free.", "Make room.")
    monkeypatch.setattr(doctor, "CHECKS", (lambda: iter([finding]),))
    out = StringIO()

    call_command("doctor", stdout=out)
    with pytest.raises(CommandError):
        call_command("doctor", "--strict", stdout=StringIO())

    assert out.getvalue().splitlines() == [
        "warning  disk               Little is free.",
        f"{'':27} → Make room.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "status"), [(25, "ok"), (27, "warning"), (73, "failed")]
)
def test_a_backup_ages(hours: int, status: str) -> None:
    mark_backup(timezone.now() - timedelta(hours=hours))

    assert seen()["backup"] == status


@pytest.mark.django_db
def test_a_silent_worker_and_a_dead_mail_server_are_failures(settings: Any) -> None:
    beat("first")
    Heartbeat.objects.update(beat_at=timezone.now() - timedelta(hours=1))
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    found = seen()

    assert (found["worker"], found["mail"]) == ("failed", "failed")


@pytest.mark.django_db
def test_without_a_backup_there_is_nothing_to_rehearse() -> None:
    (finding,) = doctor.rehearsed()

    assert (finding.status, finding.detail) == (
        "failed",
        "There is no backup to restore.",
    )


HARM = {
    "stock-is-its-ledger": lambda: Offer.objects.update(stock=99),
    "order-goods": lambda: Order.objects.update(goods_total=1_000),
    "order-discount": lambda: Order.objects.update(discount=1),
    "order-has-lines": lambda: OrderLine.objects.all().delete(),
    "order-state": lambda: OrderEvent.objects.update(after="canceled"),
    "events-without-gap": lambda: _lose_an_event(),
}


def _lose_an_event() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM feed_event WHERE number = 2")


@pytest.mark.django_db
@pytest.mark.parametrize("name", HARM)
def test_what_breaks_an_invariant_is_found(name: str) -> None:
    offer = make_offer(stock=2)
    for _ in range(2):
        place(offer)
    told()
    assert {one: check(one).count for one in INVARIANTS} == dict.fromkeys(INVARIANTS, 0)

    HARM[name]()

    assert check(name).count > 0


@pytest.mark.django_db
def test_the_audit_names_what_it_found(tmp_path: Path) -> None:
    offer = make_offer(stock=2)
    out = StringIO()
    call_command("audit", stdout=out)
    assert out.getvalue().count("ok ") == len(INVARIANTS)

    Offer.objects.update(stock=99)

    with pytest.raises(CommandError, match="Broken: stock-is-its-ledger"):
        call_command("audit", stdout=out)
    assert f"the last balance: offer {offer.pk}\n" in out.getvalue()
