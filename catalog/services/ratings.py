"""How products are rated, kept by whoever shows or hides a review."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from catalog.models import Product
from catalog.services.batches import chunks

Stars = Mapping[int, Sequence[int]]
FIELDS = ("rating", "review_count", "rating_counts")


@transaction.atomic
def refresh_ratings(
    *, products: Iterable[int], count: Callable[[Sequence[int]], Stars]
) -> None:
    """Write anew how these products are rated.

    `count` tells how many reviews give each of some products 1, 2, 3, 4, 5 stars; a
    product that it leaves out has none. It is asked once the products are locked, so
    that of two moderators the later one counts what the earlier one has written.
    """
    for chunk in chunks(sorted(set(products))):
        # Locked in primary-key order, as everywhere.
        rows = Product.objects.filter(pk__in=chunk).order_by("pk")
        locked = list(rows.select_for_update(no_key=True).only("pk", *FIELDS))
        stars = count(chunk)
        changed = [row for row in locked if _rate(row, list(stars.get(row.pk, ())))]
        Product.objects.bulk_update(changed, FIELDS)


def _rate(product: Product, counts: list[int]) -> bool:
    """Fill the summary; False when it says that already."""
    if product.rating_counts == counts:
        return False
    number = sum(counts)
    points = sum(stars * given for stars, given in enumerate(counts, start=1))
    product.rating_counts = counts
    product.review_count = number
    product.rating = Decimal(f"{points / number:.2f}") if number else None
    return True
