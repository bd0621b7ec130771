"""What Prometheus is told, who may ask, and what it costs."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.parser import text_string_to_metric_families

from catalog.tests.factories import make_offer
from config.management.commands.work import make_worker
from feed.tests.scenes import place, told
from operations.gauges import exposition
from operations.services import TaskTally, beat, count_events, mark_backup

TOKEN = "a-token-of-this-test"
ROOT = django_settings.BASE_DIR


def samples() -> dict[str, float]:
    """Every sample of ours now, by its name and labels as Prometheus writes them."""
    found = {}
    for family in text_string_to_metric_families(exposition().decode()):
        for sample in family.samples:
            labels = ",".join(sample.labels[key] for key in sorted(sample.labels))
            found[f"{sample.name}[{labels}]" if labels else sample.name] = sample.value
    return found


@task()
def stumble(*, well: bool) -> None:
    if not well:
        raise ValueError("as told")


def work_once() -> None:
    worker = make_worker()
    row = DBTaskResult.objects.ready().get()
    row.claim(worker.worker_id)
    worker.run_task(row)
    worker.tally.write_down()


@pytest.mark.django_db
def test_the_page_is_nowhere_until_a_setting_opens_it(settings: Any) -> None:
    shown = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
    assert Client().get("/metrics", **shown).status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404

    settings.METRICS_TOKEN = TOKEN

    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer x").status_code == 404
    answer = Client().get("/metrics", **shown)
    assert answer.status_code == 200
    assert answer["Content-Type"] == CONTENT_TYPE_PLAIN_0_0_4
    assert b"storekeeper_tasks_waiting 0.0" in answer.content


@pytest.mark.django_db
def test_a_network_may_ask_but_nobody_through_a_proxy(settings: Any) -> None:
    settings.METRICS_NETWORKS = [ip_network("10.0.0.0/8")]
    client = Client(REMOTE_ADDR="10.1.2.3")

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="10.1.2.3").status_code == 404
    assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics").status_code == 404
    assert Client(REMOTE_ADDR="").get("/metrics").status_code == 404


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_status_with_their_queries() -> None:
    client = Client()
    before = samples()

    for path in ("/api/v1/brands/", "/api/v1/brands/", "/api/v1/brands/none/", "/x"):
        client.get(path)
    client.generic("BREW", "/api/v1/brands/")

    grown = {
        name: value - before.get(name, 0)
        for name, value in samples().items()
        if name.startswith("storekeeper_request_seconds_count")
    }
    assert {name: value for name, value in grown.items() if value} == {
        "storekeeper_request_seconds_count[GET,brand-list,200]": 2,
        "storekeeper_request_seconds_count[GET,brand-detail,404]": 1,
        "storekeeper_request_seconds_count[GET,none,404]": 1,
        "storekeeper_request_seconds_count[other,brand-list,401]": 1,
    }
    asked = "storekeeper_queries_total[GET,brand-list]"
    assert samples()[asked] - before.get(asked, 0) >= 2


@pytest.mark.django_db
def test_a_brake_that_holds_somebody_back_is_counted(settings: Any) -> None:
    settings.RATES = settings.RATES | {"guest": {"limit": 1, "seconds": 60}}
    before = samples().get("storekeeper_brakes_total[guest]", 0)

    statuses = [Client().post("/api/v1/guests/").status_code for _ in range(3)]

    assert statuses == [201, 429, 429]
    assert samples()["storekeeper_brakes_total[guest]"] - before == 2


@pytest.mark.django_db
def test_tasks_wait_fail_and_take_their_time(settings: Any) -> None:
    settings.TASK_ATTEMPTS = 1
    stumble.enqueue(well=True)
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=2))
    waiting = samples()

    work_once()
    stumble.enqueue(well=False)
    work_once()

    assert waiting["storekeeper_tasks_waiting"] == 1
    assert 120 <= waiting["storekeeper_task_oldest_seconds"] < 130
    now = samples()
    assert now["storekeeper_tasks_waiting"] == now["storekeeper_tasks_running"] == 0
    assert now["storekeeper_task_oldest_seconds"] == 0
    assert now["storekeeper_tasks_failed"] == 1
    path = stumble.module_path
    assert now[f"storekeeper_tasks_done_total[{path}]"] == 1
    assert now[f"storekeeper_tasks_raised_total[{path}]"] == 1
    assert 0 < now[f"storekeeper_task_seconds_total[{path}]"] < 5


@pytest.mark.django_db
def test_what_a_worker_could_not_write_it_writes_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tally = TaskTally()
    tally.note("x", seconds=2, is_done=True)
    with monkeypatch.context() as patch:
        patch.setattr("operations.services.ADD", "SELECT %s, %s, %s FROM nowhere")
        with pytest.raises(DatabaseError):
            tally.write_down()
    tally.note("x", seconds=1, is_done=True)

    tally.write_down()
    tally.write_down()

    assert samples()["storekeeper_tasks_done_total[x]"] == 2
    assert samples()["storekeeper_task_seconds_total[x]"] == 3


@pytest.mark.django_db
def test_orders_turnover_and_stock_outs_are_counted_once(settings: Any) -> None:
    offer = make_offer(price="10.50", stock=2)
    totals = [float(place(offer)["total"]) for _ in range(2)]
    told()

    counted = [count_events(), count_events()]

    assert counted[0] > 0
    assert counted[1] == 0
    now = samples()
    assert now["storekeeper_events_total[order.placed]"] == 2
    assert now["storekeeper_events_total[stock.out]"] == 1
    assert now["storekeeper_turnover_total[RUB]"] == sum(totals)
    assert now["storekeeper_orders_open[confirmed]"] == 2
    assert "storekeeper_orders_open[delivered]" not in now


@pytest.mark.django_db
def test_workers_disk_and_backup_are_told() -> None:
    assert "storekeeper_backup_timestamp_seconds" not in samples()
    beat("first")
    mark_backup(timezone.now())

    now = samples()

    assert now["storekeeper_workers"] == 1
    assert now["storekeeper_worker_silent_seconds"] < 30
    assert now["storekeeper_disk_free_bytes"] > 1_000_000
    age = timezone.now().timestamp() - now["storekeeper_backup_timestamp_seconds"]
    assert 0 <= age < 30


@pytest.mark.django_db
def test_a_scrape_asks_the_same_however_much_there_is(
    django_assert_num_queries: Callable,
) -> None:
    with django_assert_num_queries(11):
        exposition()
    place(make_offer(stock=5))
    told()
    count_events()
    for _ in range(3):
        stumble.enqueue(well=True)

    with django_assert_num_queries(11):
        exposition()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["grafana-dashboard.json", "alerts.yml"])
def test_every_query_of_the_watchers_names_what_is_told(name: str) -> None:
    mark_backup(timezone.now())
    told_of = re.findall(r"(?m)^# TYPE (storekeeper_\w+) (\w+)$", exposition().decode())
    known = {family for family, _ in told_of} | {
        f"{family}_{part}"
        for family, kind in told_of
        if kind == "histogram"
        for part in ("bucket", "count", "sum")
    }

    used = re.findall(r"storekeeper_\w+", (ROOT / "docker" / name).read_text())

    assert len(set(used)) > 5
    assert set(used) - known == set()


def test_the_dashboard_is_whole() -> None:
    board = json.loads((ROOT / "docker/grafana-dashboard.json").read_text())

    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert len(panels) >= 16
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for panel in panels:
        assert panel["title"], panel["id"]
        assert panel["targets"], panel["title"]
        assert all(target["expr"] for target in panel["targets"]), panel["title"]
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(set(places)) == len(places)
