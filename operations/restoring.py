"""A backup put back: for good, or into a scratch database to see that it would do."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection

from operations import backups, databases
from operations.backups import Backup
from operations.exceptions import OperationRefused

# Whoever has rows in one of these has something to lose.
PRECIOUS = ("accounts_user", "catalog_offer", "orders_order")


def restore(backup: Backup, *, is_forced: bool = False) -> int:
    """Replace database and media by a backup's; returns how many files it brought.

    Refuses a damaged backup, one of another engine, and, unless forced, a database
    that holds something or that others use. The database changes whole or not at all;
    media that the backup lacks stay.
    """
    _check(backup)
    if not is_forced:
        if precious := _precious():
            raise OperationRefused(
                f"The database is not empty ({', '.join(precious)}): "
                "everything in it would go. --force does it."
            )
        if number := databases.others():
            raise OperationRefused(
                f"{number} other sessions use the database: stop web and worker first, "
                "or --force."
            )
    target = databases.own()
    if connection.vendor == "sqlite":
        connection.close()
    databases.load(backup.database, target)
    connection.close()
    return backups.unpack_media(backup, Path(settings.MEDIA_ROOT))


def rehearse(backup: Backup) -> list[dict[str, Any]]:
    """Restore into a database made for it, migrate it, audit it, and drop it.

    Returns the audit's rows. All of it happens in a process of its own, so that nothing
    of it can meet the shop's database.
    """
    _check(backup)
    with TemporaryDirectory() as name:
        folder = Path(name)
        names = backups.media_names(backup)
        if names is not None:
            (folder / "media.txt").write_text("\n".join(sorted(names)))
        with databases.scratch(folder) as (scratch, way):
            databases.load(backup.database, scratch)
            command = ["audit", "--migrate", "--json"]
            if names is not None:
                command += ["--media", str(folder / "media.txt")]
            return _ask(way, command)


def _ask(way: list[str], command: list[str]) -> list[dict[str, Any]]:
    told = subprocess.run(  # noqa: S603
        ["env", *way, sys.executable, "manage.py", *command],  # noqa: S607
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return json.loads(told.stdout)
    except ValueError:
        last = (told.stderr.strip().splitlines() or ["It did not say why."])[-1]
        raise OperationRefused(f"The restored shop cannot be audited: {last}") from None


def _check(backup: Backup) -> None:
    if backup.engine != connection.vendor:
        raise OperationRefused(
            f"The backup is of {backup.engine}, this database is {connection.vendor}."
        )
    backups.verify(backup)


def _precious() -> list[str]:
    there = set(connection.introspection.table_names())
    found = []
    with connection.cursor() as cursor:
        for table in PRECIOUS:
            if table in there:
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608
                found += [table] if cursor.fetchone() else []
    return found
