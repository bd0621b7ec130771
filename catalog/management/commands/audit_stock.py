"""Prove that stock is the sum of its movements, or name each difference."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.services import audit_stock


class Command(BaseCommand):
    help = "Recompute every balance from the ledger; exit 1 if one differs."

    def handle(self, **options: Any) -> None:
        checked, differences = audit_stock()
        for difference in differences:
            self.stderr.write(
                f"offer {difference.offer} ({difference.name}): stock "
                f"{difference.stock}, ledger {difference.ledger}, "
                f"last balance {difference.balance}"
            )
        if differences:
            raise CommandError(f"{len(differences)} of {checked} offers differ.")
        self.stdout.write(f"{checked} offers: every stock is the sum of its movements.")
