"""What buyers say of what they received."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models import Product
from orders.querysets import ReviewQuerySet


class Review(models.Model):
    """One buyer's word on one product; shown once it has been approved."""

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        HIDDEN = "hidden"

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="reviews"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        help_text="Empty when the account was deleted.",
    )
    rating = models.PositiveSmallIntegerField(help_text="1 to 5 stars.")
    text = models.TextField(blank=True)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PENDING
    )
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(help_text="When its author last wrote it.")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["author", "product"], name="one_review_per_buyer"
            ),
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=5), name="review_rating_1_to_5"
            ),
        ]
        indexes: ClassVar = [
            # A product's page shows the approved ones, in one of these orders.
            models.Index(
                fields=["product", "id"],
                name="review_shown",
                condition=Q(status="approved"),
            ),
            models.Index(
                fields=["product", "rating", "id"],
                name="review_shown_by_rating",
                condition=Q(status="approved"),
            ),
            models.Index(fields=["status", "id"], name="review_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5, {self.product_id}"
