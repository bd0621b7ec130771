"""Make the development shop ready to serve, and say where to look."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from partners.management.commands.load_demo import PASSWORD

WHERE = """
{store} is starting at {url}

  Shop API      {url}/api/v1/products/
  API docs      {url}/api/docs/
  Admin         {url}/admin/
  Letters       {mail}
  Accounts      admin, partner, partner2, buyer; password {password}

Ctrl-C stops everything.
"""


class Command(BaseCommand):
    help = "Migrate, load the demo catalogue once, print where to look."

    def handle(self, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo, with its known passwords, is for DEBUG only.")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_demo", stdout=self.stdout)
        self.stdout.write(
            WHERE.format(
                store=settings.STORE_NAME,
                url=settings.PUBLIC_URL,
                mail=settings.EMAIL_FILE_PATH,
                password=PASSWORD,
            )
        )
