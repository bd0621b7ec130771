"""Ask every invariant of every row."""

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from operations.databases import patient
from operations.invariants import INVARIANTS, check, photos_without_file


class Command(BaseCommand):
    help = "Prove that the shop's books are whole; exit 1 if one is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--migrate", action="store_true", help="bring an older database up first"
        )
        parser.add_argument(
            "--media", type=Path, help="a file of names: every photo must be among them"
        )

    def handle(
        self, *, json: bool, migrate: bool, media: Path | None, **options: Any
    ) -> None:
        with patient():
            if migrate:
                call_command("migrate", verbosity=0, interactive=False)
            rows = [_row(name) for name in INVARIANTS]
        if media is not None:
            lost = photos_without_file(set(media.read_text().splitlines()))
            what = "every photo has its file"
            rows.append(_told("photos", what, len(lost), lost[:5]))
        self.stdout.write(_as_json(rows) if json else _as_table(rows))
        broken = [row["name"] for row in rows if row["broken"]]
        if broken:
            raise CommandError(f"Broken: {', '.join(broken)}.")


def _row(name: str) -> dict[str, Any]:
    holds = INVARIANTS[name][0]
    try:
        found = check(name)
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        return _told(name, holds, -1, [f"It cannot be asked: {reason}"])
    return _told(name, holds, found.count, found.examples)


def _told(name: str, holds: str, broken: int, examples: list[str]) -> dict[str, Any]:
    return {"name": name, "holds": holds, "broken": broken, "examples": examples}


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows)


def _as_table(rows: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{'ok' if not row['broken'] else 'BROKEN':7} {row['holds']}"
        + (f": {', '.join(row['examples'])}" if row["examples"] else "")
        for row in rows
    )
