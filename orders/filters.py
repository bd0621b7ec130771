"""Query parameters of the lists. What is not declared here is refused."""

from django_filters import rest_framework as filters

from catalog.filters import StrictFilterSet
from orders.models import Review
from orders.querysets import ReviewQuerySet

# Each is total, and follows an index of the shown reviews of a product.
REVIEW_ORDERINGS = {
    "newest": ("-pk",),
    "oldest": ("pk",),
    "rating": ("rating", "pk"),
    "-rating": ("-rating", "-pk"),
}


class ReviewFilter(StrictFilterSet):
    rating = filters.ChoiceFilter(
        choices=[(str(stars), str(stars)) for stars in range(1, 6)],
        help_text="Only reviews that give so many stars.",
    )
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in REVIEW_ORDERINGS],
        method="sort",
        help_text="Without it, the newest first.",
    )

    class Meta:
        model = Review
        fields = ("rating",)

    def sort(self, reviews: ReviewQuerySet, name: str, ordering: str) -> ReviewQuerySet:
        return reviews.order_by(*REVIEW_ORDERINGS[ordering])
