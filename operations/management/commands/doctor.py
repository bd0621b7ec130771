"""Look at everything an operator answers for, and say what to do."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.databases import patient
from operations.doctor import Finding, examine, rehearsed
from operations.health import FAILED, WARNING


class Command(BaseCommand):
    help = "Examine the shop: exit 1 if something failed, with --strict also warned."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--strict", action="store_true", help="warnings fail, too")
        parser.add_argument(
            "--rehearse",
            action="store_true",
            help="restore the last backup into a scratch database and audit it",
        )

    def handle(
        self, *, json: bool, strict: bool, rehearse: bool, **options: Any
    ) -> None:
        with patient():
            found = [*examine(), *(rehearsed() if rehearse else [])]
        self.stdout.write(_as_json(found) if json else _as_table(found))
        bad = {FAILED, WARNING} if strict else {FAILED}
        number = sum(finding.status in bad for finding in found)
        if number:
            raise CommandError(f"{number} of {len(found)} need you.")


def _as_json(found: list[Finding]) -> str:
    return json.dumps([finding.__dict__ for finding in found])


def _as_table(found: list[Finding]) -> str:
    lines = []
    for finding in found:
        lines.append(f"{finding.status:8} {finding.name:18} {finding.detail}")
        if finding.advice and finding.status in {WARNING, FAILED}:
            lines.append(f"{'':27} → {finding.advice}")
    return "\n".join(lines)
