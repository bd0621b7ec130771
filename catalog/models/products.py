"""What a thing is, whoever sells it, and its pictures."""

from typing import ClassVar

from django.db import models
from django.db.models import Q, Value

from catalog.models.money import price_field
from catalog.models.named import Brand, Category
from catalog.querysets import ProductQuerySet


class Product(models.Model):
    """What a thing is, whoever sells it."""

    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=280, unique=True)
    description = models.TextField(blank=True)
    brand = models.ForeignKey(
        Brand, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    categories = models.ManyToManyField(Category, related_name="products", blank=True)
    attributes = models.JSONField(
        default=dict, blank=True, help_text='Typed facts: {"Screen (inch)": 6.1}.'
    )
    is_active = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Off: nobody can buy it, whatever the shops list.",
    )
    # How price lists of different shops find the same product: SHA-256 of name and
    # model. Null for products that no list may claim.
    match_key = models.CharField(
        max_length=64, unique=True, null=True, blank=True, editable=False
    )
    # Name, brand and models in lower case, for search on both databases.
    search_text = models.TextField(blank=True, editable=False)
    # Summary of the offers, kept by catalog.services.refresh_summaries: the offer a
    # shopper is shown first, and what the lists filter and sort by.
    best_offer = models.ForeignKey(
        "Offer",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    price_from = price_field(null=True, blank=True, editable=False)
    in_stock = models.BooleanField(default=False, editable=False)
    # Summary of the reviews, kept by catalog.services.refresh_ratings: the average,
    # how many, and how many give 1, 2, 3, 4, 5 stars (nothing when there are none).
    rating = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, blank=True, editable=False
    )
    review_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    rating_counts = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), editable=False
    )
    # Units sold within 90 days, counted now and then by orders.services.count_sales.
    popularity = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # The lists show products on sale, in one of these orders.
            models.Index(
                fields=["price_from", "id"],
                name="product_on_sale_by_price",
                condition=Q(best_offer__isnull=False),
            ),
            models.Index(
                fields=["name", "id"],
                name="product_on_sale_by_name",
                condition=Q(best_offer__isnull=False),
            ),
            models.Index(
                fields=["popularity", "id"],
                name="product_on_sale_by_popularity",
                condition=Q(best_offer__isnull=False),
            ),
            models.Index(
                # What filters ask for, so that counting need not look at the rows.
                fields=["id"],
                include=["price_from", "in_stock", "brand"],
                name="product_on_sale_facts",
                condition=Q(best_offer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Photo(models.Model):
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="photos"
    )
    image = models.ImageField(
        upload_to="photos/", width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(max_length=255, blank=True)
    position = models.PositiveIntegerField(default=0)
    sizes = models.JSONField(
        default=dict,
        db_default={},
        editable=False,
        help_text='Made by a task: {"small": {"file", "width", "height"}, …}.',
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "position"], name="photo_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.alt or str(self.image)
