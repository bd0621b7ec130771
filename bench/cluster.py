"""A throwaway PostgreSQL database with durability on."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2

DEBIAN = Path("/usr/lib/postgresql")
OPTIONS = "-c listen_addresses='' -c fsync=on -c synchronous_commit=on"


@dataclass(frozen=True)
class Database:
    """Where the product and its references keep their rows."""

    host: str
    port: str
    user: str
    name: str
    password: str = ""

    def environment(self) -> dict[str, str]:
        return {
            "DB_ENGINE": "postgresql",
            "DB_HOST": self.host,
            "DB_PORT": self.port,
            "DB_USER": self.user,
            "DB_NAME": self.name,
            "DB_PASSWORD": self.password,
        }

    def connect(self) -> "psycopg2.extensions.connection":
        connection = psycopg2.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            dbname=self.name,
            password=self.password or None,
        )
        connection.autocommit = True
        return connection

    def ask(self, sql: str) -> list[tuple]:
        """The rows of one statement."""
        with contextlib.closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def throwaway_databases(names: list[str]) -> Iterator[list[Database]]:
    """Empty databases, dropped afterwards; refuses a server that may lose commits."""
    with _server() as server:
        databases = [
            Database(server.host, server.port, server.user, name, server.password)
            for name in names
        ]
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            value = server.ask(f"SHOW {setting}")[0][0]
            if value != "on":
                raise SystemExit(f"{setting} is {value}: figures would not count.")
        with contextlib.ExitStack() as made:
            for name in names:
                server.ask(f'CREATE DATABASE "{name}"')
                drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
                made.callback(server.ask, drop)
            yield databases


def tool(name: str) -> str | None:
    """A PostgreSQL program: of the newest installed server, else of PATH."""
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda p: p.parts[-3])
    return str(versions[-1]) if versions else shutil.which(name)


@contextlib.contextmanager
def _server() -> Iterator[Database]:
    """The server that DB_HOST names, else a cluster of our own."""
    if host := os.environ.get("DB_HOST"):
        port = os.environ.get("DB_PORT", "5432")
        user = os.environ.get("DB_USER", "postgres")
        password = os.environ.get("DB_PASSWORD", "")
        yield Database(host, port, user, "postgres", password)
        return
    with cluster() as (place, _):
        yield Database(str(place), "5432", "storekeeper", "postgres")


@contextlib.contextmanager
def cluster() -> Iterator[tuple[Path, Callable[..., object]]]:
    """A cluster of our own: where its socket is, and pg_ctl on it (start, stop)."""
    initdb, pg_ctl = tool("initdb"), tool("pg_ctl")
    if not (initdb and pg_ctl):
        raise SystemExit("No PostgreSQL: set DB_HOST, or install its server.")
    place = Path(tempfile.mkdtemp(prefix="storekeeper-bench-pg."))
    whose: dict[str, object] = {"cwd": "/"}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(place, nobody.pw_uid, nobody.pw_gid)
        whose |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    make = [initdb, "-D", place / "data", "-U", "storekeeper", "-A", "trust"]
    control = [pg_ctl, "-s", "-w", "-D", place / "data"]
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    try:
        subprocess.run([*make, "-E", "UTF8"], **quiet, **whose)
        start = ["-l", place / "log", "-o", f"-k {place} {OPTIONS}", "start"]
        stop = ["-m", "immediate", "stop"]

        def steer(what: str) -> None:
            deed = start if what == "start" else stop
            subprocess.run([*control, *deed], **quiet, **whose)

        steer("start")
        try:
            yield place, steer
        finally:
            steer("stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)
