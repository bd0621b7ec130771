"""Beyond one machine, on real engines; skipped unless `script/cluster pytest` runs it.

A primary, its streaming replica and a pooler in transaction mode; gunicorn and workers
in processes of their own.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
from django.conf import settings

from bench.serving import environment, serve

REPLICA = os.environ.get("CLUSTER_REPLICA_PORT", "")
POOLER = os.environ.get("CLUSTER_POOLER_PORT", "")
pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not REPLICA, reason="runs by script/cluster"),
]
pooled = pytest.mark.skipif(not POOLER, reason="PgBouncer is not installed")
LIST = "/api/v1/products/"
PAGE_WAS_READ = """
SELECT count(*) FROM pg_stat_activity
WHERE query_start > %s AND query LIKE '%%FROM catalog_product %%'
  AND pid <> pg_backend_pid()
"""
HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
SHARED = """
SELECT count(DISTINCT worker_ids::text) FROM django_tasks_database_dbtaskresult
WHERE status = 'SUCCESSFUL'
"""
PERSON = {
    "delivery_method": "pickup",
    "email": "ann@example.com",
    "first_name": "Ann",
    "last_name": "Buyer",
    "phone": "+10000000000",
}


def ask(port: str, sql: str, *values: Any) -> list[Any]:
    """The first column of one statement, by a connection of its own."""
    connection = psycopg2.connect(
        host=os.environ["DB_HOST"], port=port, user="storekeeper", dbname="storekeeper"
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        rows = [row[0] for row in cursor.fetchall()] if cursor.description else []
    connection.close()
    return rows


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a shop on the primary, with the demo catalogue."""
    place = tmp_path_factory.mktemp("cluster")
    database = {key: os.environ[key] for key in os.environ if key.startswith("DB_")}
    env = environment(database, place) | {"WEB_WORKERS": "1", "DB_NAME": "storekeeper"}
    for command in (["migrate", "--verbosity=0"], ["load_demo"]):
        manage(env, *command).check_returncode()
    # As docs/scaling.md tells an operator to.
    text = (settings.BASE_DIR / "docs/scaling.md").read_text()
    for statement in re.findall(r"(?m)^ALTER ROLE .+;$", text):
        ask("5432", statement)
    return env


def manage(env: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True
    )


@contextmanager
def store(env: dict[str, str], place: Path, **more: str) -> Iterator[httpx.Client]:
    with serve("config.wsgi", env | more, place) as server:
        base = f"http://127.0.0.1:{server.port}"
        with httpx.Client(base_url=base, timeout=20) as client:
            yield client


def read(client: httpx.Client) -> int:
    """Asks for a page that nobody kept; its status."""
    unseen = {"price_min": "1", "search": uuid.uuid4().hex[:6]}
    return client.get(LIST, params=unseen).status_code


def answered_by_replica(client: httpx.Client) -> bool:
    """Whether a page that nobody kept was read from the replica."""
    (before,) = ask(REPLICA, "SELECT clock_timestamp()")
    assert read(client) == 200
    return ask(REPLICA, PAGE_WAS_READ, before) != [0]


def rename(name: str) -> None:
    ask("5432", "UPDATE catalog_product SET name = %s WHERE id = 1", name)


def name_shown(client: httpx.Client) -> str:
    return client.get(f"{LIST}1/").json()["name"]


def eventually(check: Any) -> bool:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.1)
    return False


def test_public_pages_come_from_a_replica_and_never_show_less_than_was_written(
    shop: dict[str, str], tmp_path: Path
) -> None:
    with store(shop, tmp_path, **beside_replica(shop)) as client:
        assert eventually(lambda: answered_by_replica(client))

        for number in range(30):
            rename(f"Pot {number}")
            assert name_shown(client) == f"Pot {number}"

        ask(REPLICA, "SELECT pg_wal_replay_pause()")
        rename("Written while the replica stands still")
        assert name_shown(client) == "Written while the replica stands still"
        assert not answered_by_replica(client)
        ask(REPLICA, "SELECT pg_wal_replay_resume()")
        assert eventually(lambda: answered_by_replica(client))


def test_a_replica_that_goes_away_costs_nobody_an_answer(
    shop: dict[str, str], tmp_path: Path
) -> None:
    statuses: Counter[int] = Counter()

    with store(shop, tmp_path, **beside_replica(shop)) as client:
        assert eventually(lambda: answered_by_replica(client))
        for _ in range(6):
            ask(REPLICA, HANG_UP)
            statuses.update(read(client) for _ in range(5))
    nobody = {"DB_REPLICA_HOST": "127.0.0.1", "DB_REPLICA_PORT": "9"}
    with store(shop, tmp_path, **nobody) as client:
        statuses.update(read(client) for _ in range(10))

    assert statuses == {200: 40}


def beside_replica(shop: dict[str, str]) -> dict[str, str]:
    return {"DB_REPLICA_HOST": shop["DB_HOST"], "DB_REPLICA_PORT": REPLICA}


@pooled
def test_whole_purchases_go_through_a_pooler(
    shop: dict[str, str], tmp_path: Path
) -> None:
    offer = ten_of_an_offer()

    with store(shop, tmp_path, DB_PORT=POOLER, DB_POOLED="on") as client:
        with ThreadPoolExecutor(16) as crowd:
            answers = Counter(crowd.map(lambda _: buy(client, offer), range(24)))
        streamed = client.get("/products/")

    assert answers == {201: 10, 409: 14}
    assert ask("5432", "SELECT stock FROM catalog_offer WHERE id = %s", offer) == [0]
    assert streamed.status_code == 200
    assert ask(POOLER, "SHOW statement_timeout") == ["5s"]


def ten_of_an_offer() -> int:
    (offer,) = ask("5432", "SELECT min(id) FROM catalog_offer WHERE NOT is_withdrawn")
    ask("5432", "UPDATE catalog_offer SET stock = 10 WHERE id = %s", offer)
    return offer


def buy(client: httpx.Client, offer: int) -> int:
    """The status of a guest's checkout, which is sent twice."""
    token = client.post("/api/v1/guests/").json()["token"]
    guest = {"X-Customer-Token": token}
    path, line = f"/api/v1/cart/lines/{offer}/", {"quantity": 1}
    if (added := client.put(path, json=line, headers=guest)).status_code == 409:
        return added.status_code
    cart = client.get("/api/v1/cart/?delivery_method=pickup", headers=guest).json()
    order, headers = (
        PERSON | {"quote": cart["quote"]},
        guest | {"Idempotency-Key": token},
    )
    first, second = (
        client.post("/api/v1/cart/checkout/", json=order, headers=headers)
        for _ in range(2)
    )
    assert first.status_code == second.status_code
    assert first.status_code == 409 or second.headers["Idempotency-Replayed"] == "true"
    return first.status_code


def test_workers_share_the_letters_and_send_each_once(
    shop: dict[str, str], tmp_path: Path
) -> None:
    offer, env = ten_of_an_offer(), shop | {"DATA_DIR": str(tmp_path)}
    with store(env, tmp_path) as client:
        assert [buy(client, offer) for _ in range(10)] == [201] * 10
    command = [sys.executable, "manage.py", "work", "--batch", "--interval", "0"]

    workers = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=env) for _ in range(3)
    ]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0, 0]

    texts = "".join(file.read_text() for file in (tmp_path / "mail").glob("*"))
    ids = re.findall(r"(?m)^Message-ID: (<order-.+>)$", texts)
    assert len(ids) == len(set(ids)) >= 20  # to the buyer and to the shop
    assert ask("5432", SHARED)[0] >= 2


class Shoppers:
    """Read and buy without a pause, each request on a connection of its own."""

    def __init__(self, base: str, offer: int) -> None:
        self.base, self.offer = base, offer
        self.failures: list[str] = []
        self.done = 0
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._shop) for _ in range(4)]

    def __enter__(self) -> "Shoppers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _shop(self) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(base_url=self.base, timeout=20, limits=alone) as client:
            while not self.stopped.is_set():
                try:
                    told = [client.get(LIST).status_code, read(client)]
                    told.append(buy(client, self.offer) - 1)
                    assert told == [200] * 3, told
                    self.done += 1
                except (httpx.HTTPError, AssertionError, KeyError) as failure:
                    self.failures.append(repr(failure))


def test_an_upgrade_under_load_fails_nobody(
    shop: dict[str, str], tmp_path: Path
) -> None:
    offer = ten_of_an_offer()
    ask("5432", "UPDATE catalog_offer SET stock = 100000 WHERE id = %s", offer)
    with serve("config.wsgi", shop, tmp_path) as server:
        old = server.pids()[1:]
        with Shoppers(f"http://127.0.0.1:{server.port}", offer) as shoppers:
            assert eventually(lambda: shoppers.done > 5), shoppers.failures[:3]
            # What an additive migration does, beside the code before it.
            ask("5432", "ALTER TABLE catalog_product ADD newer int DEFAULT 0")
            served = shoppers.done
            assert eventually(lambda: shoppers.done > served + 5)
            server.process.send_signal(signal.SIGHUP)
            assert eventually(lambda: len({*server.pids()[1:]} - {*old}) == 1)
            assert eventually(lambda: not {*server.pids()[1:]} & {*old})
            served = shoppers.done
            assert eventually(lambda: shoppers.done > served + 10)

    assert shoppers.failures == []
