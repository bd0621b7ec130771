"""Write a backup of database and media; `--every` goes on doing so."""

import logging
import signal
from pathlib import Path
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection
from django.utils import timezone

from operations.backups import Backup, backups_in, make_backup
from operations.exceptions import OperationRefused

logger = logging.getLogger(__name__)
RETRY = 600  # seconds


class Command(BaseCommand):
    help = "Back up database and media into a new folder of BACKUP_DIR."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=Path(settings.BACKUP_DIR))
        parser.add_argument(
            "--keep", type=int, default=settings.BACKUPS_KEPT, help="so many remain"
        )
        parser.add_argument(
            "--every", type=float, help="go on: one every so many hours, until stopped"
        )

    def handle(
        self, *, to: Path, keep: int, every: float | None, **options: Any
    ) -> None:
        if every is None:
            try:
                backup = make_backup(to, now=timezone.now(), keep=keep)
            except (OperationRefused, OSError) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{backup.folder}: {backup.bytes:,} bytes")
            return
        stopped = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopped.set())
        while not stopped.wait(_pause(to, every)):
            _try(to, keep)


def _pause(to: Path, hours: float) -> float:
    """Seconds until the next is due; a restart does not make one more."""
    last = next(iter(backups_in(to)), None)
    if last is None:
        return 0 if not _Failed.at else RETRY
    age = (timezone.now() - last.made_at).total_seconds()
    due = hours * 3600 - age
    return max(due, RETRY if _Failed.at else 0)


class _Failed:
    at = False


def _try(to: Path, keep: int) -> Backup | None:
    """Make one; a failure is told, and tried again in ten minutes."""
    try:
        backup = make_backup(to, now=timezone.now(), keep=keep)
    except (OperationRefused, OSError, Error) as error:
        logger.error("no backup: %s", error)
        _Failed.at = True
        return None
    finally:
        connection.close()
    _Failed.at = False
    logger.info("backup of %d bytes in %s", backup.bytes, backup.folder.name)
    return backup
