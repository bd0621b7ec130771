"""Money in a column."""

from django.db import models


def price_field(**options: object) -> models.DecimalField:
    """Money in the store's currency: Decimal(12, 2)."""
    return models.DecimalField(max_digits=12, decimal_places=2, **options)  # type: ignore[arg-type]
