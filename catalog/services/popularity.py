"""How well products sell, as the lists sort them."""

from collections.abc import Mapping

from django.db import transaction

from catalog.models import Product
from catalog.services.batches import chunks


def refresh_popularity(*, sold: Mapping[int, int]) -> int:
    """Write how many units were sold lately, by product id; returns what changed.

    Who is not in `sold` sold nothing. Each batch commits by itself, so that no
    checkout waits long; interrupted, the next call ends it.
    """
    known = dict(
        Product.objects.filter(popularity__gt=0).values_list("pk", "popularity")
    )
    changed = [
        pk for pk in sold.keys() | known.keys() if sold.get(pk, 0) != known.get(pk, 0)
    ]
    for chunk in chunks(sorted(changed)):
        with transaction.atomic():
            rows = Product.objects.filter(pk__in=chunk).order_by("pk").only("pk")
            locked = list(rows.select_for_update(no_key=True))
            for row in locked:
                row.popularity = sold.get(row.pk, 0)
            Product.objects.bulk_update(locked, ["popularity"])
    return len(changed)
