"""Make or reset an account without asking."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.exceptions import FieldRefused
from accounts.services import STAFF, make_account


class Command(BaseCommand):
    help = "Make an account, or reset the role, address and password of one."

    def add_arguments(self, parser: CommandParser) -> None:
        roles = ["buyer", "partner", *STAFF, "superuser"]
        parser.add_argument("--role", choices=roles, required=True)
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", required=True)

    def handle(self, **options: Any) -> None:
        facts = {key: options[key] for key in ("role", "username", "email", "password")}
        try:
            user = make_account(**facts, now=timezone.now())
        except FieldRefused as refusal:
            raise CommandError(f"{refusal.field}: {refusal.messages[0]}") from refusal
        self.stdout.write(f"{user.username}: {options['role']}")
