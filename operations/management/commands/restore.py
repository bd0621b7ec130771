"""Put a backup back."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups import backups_in, read
from operations.exceptions import OperationRefused
from operations.restoring import restore


class Command(BaseCommand):
    help = "Replace database and media by a backup's. Stop web and worker before."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "backup", help="its folder, its name in BACKUP_DIR, or: last"
        )
        parser.add_argument(
            "--force", action="store_true", help="also over a database that is filled"
        )

    def handle(self, *, backup: str, force: bool, **options: Any) -> None:
        try:
            chosen = _find(backup)
            number = restore(chosen, is_forced=force)
        except (OperationRefused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored {chosen.folder.name}, with {number} media files. "
            "Now `manage.py migrate`, then start web and worker."
        )


def _find(name: str) -> Any:
    folder = Path(settings.BACKUP_DIR)
    if name != "last":
        return read(Path(name) if "/" in name else folder / name)
    found = backups_in(folder)
    if not found:
        raise OperationRefused(f"There is no backup in {folder}.")
    return found[0]
