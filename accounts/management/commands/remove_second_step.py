"""For who lost phone and recovery codes: let the password alone do again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.services import remove_second_step


class Command(BaseCommand):
    help = "Let somebody of the staff sign in without an authenticator app again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="username or e-mail address")

    def handle(self, *, login: str, **options: Any) -> None:
        user = User.objects.reachable_by(login).first()
        if user is None:
            raise CommandError(f"There is no account {login!r}.")
        if not remove_second_step(user=user, now=timezone.now()):
            raise CommandError(f"{user.username} has no second step.")
        self.stdout.write(f"{user.username} signs in by password alone now.")
