"""Reviews: written by who received the product, shown once staff approve."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from catalog.models import Product
from catalog.services import refresh_ratings
from orders.exceptions import AlreadyReviewed, ProductNotReceived, ReviewNotFound
from orders.models import Order, Review


@transaction.atomic
def write_review(
    *, author: User, product: Product, rating: int, text: str, now: datetime
) -> Review:
    """The buyer's one review of a product, which waits for approval.

    Raises ProductNotReceived, and AlreadyReviewed with the review there is.
    """
    if not Order.objects.delivered_to(author, product).exists():
        raise ProductNotReceived
    # Of two at once the second waits on the unique constraint and finds the first.
    review, is_new = Review.objects.get_or_create(
        author=author,
        product=product,
        defaults={"rating": rating, "text": text, "edited_at": now},
    )
    if not is_new:
        raise AlreadyReviewed(review.pk)
    return review


@transaction.atomic
def change_review(
    *, review: Review, changes: Mapping[str, Any], now: datetime
) -> Review:
    """Change `rating` or `text`; what was approved before waits for approval again.

    Raises ReviewNotFound when it was deleted meanwhile.
    """
    locked = Review.objects.locked([review.pk]).select_related("product").first()
    if locked is None:
        raise ReviewNotFound
    if all(getattr(locked, name) == value for name, value in changes.items()):
        return locked
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.status, locked.edited_at = Review.Status.PENDING, now
    locked.moderated_by = locked.moderated_at = None
    locked.save()
    refresh_ratings(products=[locked.product_id], count=_stars)
    return locked


@transaction.atomic
def delete_review(*, review: Review) -> None:
    """Take a review back; its author may write another."""
    review.delete()
    refresh_ratings(products=[review.product_id], count=_stars)


@transaction.atomic
def moderate_reviews(
    *,
    reviews: Iterable[int],
    status: Review.Status,
    moderator: User,
    seen_at: datetime,
    now: datetime,
) -> int:
    """Approve or hide reviews (ids), and note who did; returns how many changed.

    Those that were edited after `seen_at` are left alone: nobody has read them yet.
    """
    locked = Review.objects.locked(reviews).filter(edited_at__lte=seen_at)
    rows = list(locked.exclude(status=status))
    Review.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=status, moderated_by=moderator, moderated_at=now
    )
    refresh_ratings(products={row.product_id for row in rows}, count=_stars)
    return len(rows)


def _stars(products: Sequence[int]) -> dict[int, list[int]]:
    """How many shown reviews give each product 1, 2, 3, 4, 5 stars."""
    stars: dict[int, list[int]] = {}
    for product, rating, number in Review.objects.shown().counted(products):
        stars.setdefault(product, [0] * 5)[rating - 1] = number
    return stars
