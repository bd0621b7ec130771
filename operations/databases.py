"""One craft: a whole database into a file and back, on either engine.

PostgreSQL's own programs do it there (they must be installed, in the server's major
version or newer); SQLite's backup API here. Passwords go by a file, never by a command
line that others can list.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.db import connection

from operations.exceptions import OperationRefused

Settings = Mapping[str, Any]
# What our migrations ask for. Others belong to whoever runs the server.
EXTENSION = "pg_trgm"
# The same order and case of letters as here: search depends on it.
LOCALE = """
SELECT format('TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
              pg_encoding_to_char(encoding), datcollate, datctype)
FROM pg_database WHERE datname = current_database()
"""
BEFORE = """
BEGIN;
SET lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""
AGAIN = """
DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS {name} SCHEMA public;
EXCEPTION WHEN OTHERS THEN RAISE WARNING 'extension {name} is gone: %', SQLERRM; END $$;
"""


def own() -> Settings:
    """The database of this process."""
    return connection.settings_dict


def file_name() -> str:
    return "database.dump" if connection.vendor == "postgresql" else "database.sqlite3"


def dump(file: Path) -> None:
    """This database, as one moment saw it, into `file`."""
    if connection.vendor == "sqlite":
        _copy(own()["NAME"], file)
        return
    with _dsn(own()) as dsn:
        _run(
            *["pg_dump", "--format=custom", "--no-owner", "--no-privileges"],
            *[f"--extension={EXTENSION}", f"--file={file}", f"--dbname={dsn}"],
        )


def load(file: Path, into: Settings) -> None:
    """Replace everything in the database `into` by what `file` holds, or nothing."""
    if connection.vendor == "sqlite":
        _copy(file, into["NAME"])
        return
    with _dsn(into) as dsn:
        reader = [_program("pg_restore"), "--no-owner", "--no-privileges"]
        writer = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        with subprocess.Popen(  # noqa: S603
            [*writer, f"--dbname={dsn}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as psql:
            assert psql.stdin is not None  # noqa: S101 - for the type checker
            assert psql.stderr is not None  # noqa: S101
            is_whole = _feed(psql.stdin, [*reader, "--file=-", str(file)])
            said = psql.stderr.read().decode(errors="replace")
        if psql.returncode or not is_whole:
            raise OperationRefused(f"The database stands as it was. {_last(said)}")
        _run("psql", "--no-psqlrc", "--quiet", "--command=ANALYZE", f"--dbname={dsn}")


@contextmanager
def scratch(folder: Path) -> Iterator[tuple[Settings, list[str]]]:
    """An empty database beside this one, and what sends a process to it; gone after."""
    if connection.vendor == "sqlite":
        yield {**own(), "NAME": folder / "storekeeper.sqlite3"}, [f"DATA_DIR={folder}"]
        return
    name = f"{own()['NAME']}_rehearsal"
    quoted = connection.ops.quote_name(name)
    # One that a killed rehearsal left is in nobody's way.
    drop = f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)"
    with connection.cursor() as cursor:
        cursor.execute(LOCALE)
        like_here = cursor.fetchone()[0]
    _administer(drop, f"CREATE DATABASE {quoted} {like_here}")
    try:
        yield {**own(), "NAME": name}, [f"DB_NAME={name}"]
    finally:
        _administer(drop)


def _administer(*statements: str) -> None:
    with patient(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def patient() -> Iterator[None]:
    """Meanwhile a statement may take minutes, not only as long as a request may."""
    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '10min'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def others() -> int:
    """How many other sessions this database has; SQLite cannot tell."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def _feed(psql: IO[bytes], reader: list[str]) -> bool:
    """Write one transaction to psql; it commits only what was read to its end."""
    again = "".join(AGAIN.format(name=name) for name in _foreign_extensions())
    try:
        psql.write(BEFORE.encode())
        with subprocess.Popen(reader, stdout=subprocess.PIPE) as archive:  # noqa: S603
            assert archive.stdout  # noqa: S101 - for the type checker
            shutil.copyfileobj(archive.stdout, psql, 1024 * 1024)
        if archive.returncode == 0:
            psql.write(f"{again}COMMIT;\n".encode())
        psql.close()
    except BrokenPipeError:
        return False  # psql has stopped, and says why
    return archive.returncode == 0


def _foreign_extensions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extname FROM pg_extension e JOIN pg_namespace n "
            "ON n.oid = e.extnamespace WHERE nspname = 'public' AND extname <> %s",
            [EXTENSION],
        )
        return [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]


def _copy(source: Path | str, target: Path | str) -> None:
    with (
        closing(sqlite3.connect(source)) as old,
        closing(sqlite3.connect(target, timeout=20)) as new,
    ):
        old.backup(new)
        found = new.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise OperationRefused(f"The copy of the database is damaged: {found}.")


@contextmanager
def _dsn(settings: Settings) -> Iterator[str]:
    parts = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "dbname": settings["NAME"],
    }
    with TemporaryDirectory() as folder:
        if settings["PASSWORD"]:
            file = Path(folder) / "password"
            file.touch(mode=0o600)
            secret = str(settings["PASSWORD"])
            secret = secret.replace("\\", "\\\\").replace(":", "\\:")
            file.write_text(f"*:*:*:*:{secret}\n")
            parts["passfile"] = str(file)
        yield " ".join(
            f"{key}={_quoted(value)}" for key, value in parts.items() if value
        )


def _quoted(value: Any) -> str:
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise OperationRefused(
            f"{name} is not installed; it comes with PostgreSQL's client "
            "(in compose: the service backup has it)."
        )
    return found


def _run(program: str, *arguments: str) -> None:
    told = subprocess.run(  # noqa: S603
        [_program(program), *arguments], capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise OperationRefused(f"{program}: {_last(told.stderr)}")


def _last(text: str) -> str:
    lines = text.strip().splitlines() or ["It did not say why."]
    errors = [line for line in lines if "ERROR" in line or "error:" in line]
    return (errors or lines)[0]
