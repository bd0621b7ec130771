"""Apply a price list from the command line, as an operator or for a partner."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from partners.exceptions import PriceListInvalid, PriceListTooLarge
from partners.price_list import Finding
from partners.services import import_price_list


class Command(BaseCommand):
    help = "Apply a YAML price list, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as", dest="username", help="the partner whose shop it is; else nobody's"
        )

    def handle(self, *, file: Path, username: str | None, **options: Any) -> None:
        user = User.objects.with_username(username).first() if username else None
        if username and user is None:
            raise CommandError(f"There is no account named {username}.")
        try:
            run = import_price_list(
                user=user,
                content=file.read_bytes(),
                source=file.name,
                now=timezone.now(),
            )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except PriceListTooLarge as refusal:
            raise CommandError(f"{file}: more than {refusal.limit} bytes.") from refusal
        except PriceListInvalid as refusal:
            for finding in refusal.findings:
                self._tell(file, finding)
            raise CommandError(
                f"{file}: {refusal.total} findings; nothing was changed."
            ) from refusal
        for finding in run.findings:
            self._tell(file, Finding.kept(finding))
        self.stdout.write(
            f"{run.shop}: {run.created_count} new, {run.changed_count} changed, "
            f"{run.unchanged_count} unchanged, {run.withdrawn_count} withdrawn."
        )

    def _tell(self, file: Path, finding: Finding) -> None:
        place = f"{file}:{finding.line or '-'}:{finding.column or '-'}"
        self.stderr.write(f"{place}: {finding.severity}: {finding.message()}")
