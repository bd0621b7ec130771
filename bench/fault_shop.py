"""The store that script/faults breaks, and what it finds."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.buyers import Ledger, Load, reconcile
from bench.cluster import Database, cluster
from bench.serving import ROOT, Server, environment, serve

GOODS, STOCK, LIST = 40, 100_000, 3000
PARTNER = {"login": "pat", "password": "a-long-walk-home"}


@dataclass
class Shop:
    """The running store, and what its offers had in stock at the start."""

    server: Server
    database: Database
    env: dict[str, str]
    steer: Callable[..., object]
    scratch: Path
    offers: list[int] = field(default_factory=list)
    ledgers: list[Ledger] = field(default_factory=list)

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=-3)

    def wrong(self) -> list[str]:
        start = dict.fromkeys(self.offers, STOCK)
        return reconcile(self.database, self.ledgers, start)

    def load(self) -> Load:
        load = Load(self.server.port, self.offers)
        self.ledgers.append(load.ledger)
        return load

    @contextlib.contextmanager
    def worker(self) -> Iterator[subprocess.Popen]:
        """The task worker; its log is kept."""
        command = [sys.executable, "manage.py", "work", "--interval", "0.1"]
        with (self.scratch / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@dataclass
class Finding:
    """One fault: what was done, what was counted, and what was wrong."""

    goal: str
    deed: str
    facts: dict[str, Any]
    wrong: list[str]


@contextlib.contextmanager
def opened() -> Iterator[Shop]:
    """A store of its own: cluster, goods, web server; nothing of it remains."""
    with (
        tempfile.TemporaryDirectory(prefix="storekeeper-faults.") as folder,
        cluster() as (place, steer),
    ):
        scratch = Path(folder)
        database = Database(str(place), "5432", "storekeeper", "postgres")
        more = {"TASK_LEASE": "3", "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "off"}
        env = environment(database.environment(), scratch, **more)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=env,
            check=True,
        )
        with serve("config.wsgi", env, scratch) as server:
            shop = Shop(server, database, env, steer, scratch)
            fill(shop)
            yield shop


def fill(shop: Shop) -> None:
    for role, name in (("partner", "pat"), ("partner", "stan")):
        person = ["--username", name, "--email", f"{name}@faults.example"]
        secret = ["--password", PARTNER["password"]]
        shop.manage("make_account", "--role", role, *person, *secret)
    goods = "".join(
        f"  - id: {n}\n    category: 1\n    name: Tea {n}\n    model: t/{n}\n"
        f"    price: {10 + n}.50\n    price_rrc: {20 + n}\n    quantity: {STOCK}\n"
        "    parameters: {}\n"
        for n in range(1, GOODS + 1)
    )
    file = shop.scratch / "tea.yaml"
    head = "shop: Tea house\ncategories:\n  - id: 1\n    name: Tea\ngoods:\n"
    file.write_text(head + goods)
    shop.manage("import_price_list", str(file), "--as", "stan")
    rows = shop.database.ask("SELECT id FROM catalog_offer ORDER BY id")
    shop.offers = [row[0] for row in rows]
