"""What buyers say of a product, and what goes out of it."""

from typing import Any

from rest_framework import serializers

from catalog.models import Product
from catalog.serializers import WholeNumberField, example
from orders.models import Review

SAID = {
    "id": 31,
    "rating": 5,
    "text": "Four mugs, four minutes, as promised.",
}


@example({"rating": 5, "text": SAID["text"]})
class ReviewInput(serializers.Serializer[Any]):
    rating = WholeNumberField(min_value=1, max_value=5, help_text="Stars, 1 to 5.")
    text = serializers.CharField(
        max_length=5000, required=False, default="", allow_blank=True
    )


@example(SAID | {"author": "Ann L.", "edited_at": "2026-11-24T15:04:05.000000Z"})
class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A review as everybody sees it."""

    author = serializers.SerializerMethodField(
        help_text="First name and initial; null when there is none to show."
    )

    class Meta:
        model = Review
        fields = ("id", "rating", "text", "author", "edited_at")

    def get_author(self, review: Review) -> str | None:
        first = review.author.first_name if review.author else ""
        if not review.author or not first or "@" in first:  # an address is no name
            return None
        initial = review.author.last_name[:1].upper()
        return f"{first} {initial}." if initial else first


class ReviewedProductSerializer(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = ("id", "slug", "name")


@example(
    SAID
    | {
        "product": {"id": 1, "slug": "french-press", "name": "French press"},
        "status": "pending",
        "edited_at": "2026-11-24T15:04:05.000000Z",
    }
)
class OwnReviewSerializer(serializers.ModelSerializer[Review]):
    """A review as its author sees it; others see it once it is approved."""

    product = ReviewedProductSerializer()

    class Meta:
        model = Review
        fields = (
            "id",
            "product",
            "rating",
            "text",
            "status",
            "edited_at",
        )
