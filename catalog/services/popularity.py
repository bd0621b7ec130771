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
        _write({pk: sold.get(pk, 0) for pk in chunk})
    return len(changed)


@transaction.atomic
def _write(units: Mapping[int, int]) -> None:
    rows = Product.objects.filter(pk__in=units)
    # Locked in primary-key order first; the updates come in another one.
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    # Most products sold one, two or three: far fewer statements than products.
    for number in set(units.values()):
        same = [pk for pk, sold in units.items() if sold == number]
        Product.objects.filter(pk__in=same).update(popularity=number)
