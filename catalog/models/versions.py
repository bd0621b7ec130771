"""What tells a kept page that the catalogue has moved."""

from django.db import models


class CatalogVersion(models.Model):
    """A share of the catalogue's version, which is the sum over all rows.

    Triggers add to it (catalog/freshness.py). Several rows, so that transactions that
    change the catalogue at the same time need not wait for each other.
    """

    goods = models.BigIntegerField(default=0, help_text="Any change of a public page.")
    names = models.BigIntegerField(
        default=0, help_text="Changes of categories, brands and shops."
    )

    def __str__(self) -> str:
        return f"{self.goods}, {self.names}"
