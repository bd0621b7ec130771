"""What has a name and a slug, and little else: categories, brands, shops."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from tree_queries.models import TreeNode

from catalog.querysets import (
    BrandQuerySet,
    CategoryQuerySet,
    FormerSlugQuerySet,
    ShopQuerySet,
)


class Category(TreeNode):
    """A node of the category tree; a supplier's list finds it by its name."""

    name = models.CharField(max_length=255, unique=True)
    slug = models.SlugField(max_length=280, unique=True)
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    name = models.CharField(max_length=255, unique=True)
    slug = models.SlugField(max_length=280, unique=True)

    objects = BrandQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Shop(models.Model):
    """Who sells. The house shop is the store itself; the others belong to partners."""

    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=280, unique=True)
    is_house = models.BooleanField(default=False)
    accepts_orders = models.BooleanField(default=True)
    email = models.EmailField(
        "e-mail", max_length=254, blank=True, help_text="Gets a letter for each order."
    )

    objects = ShopQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_house"], condition=Q(is_house=True), name="one_house_shop"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormerSlug(models.Model):
    """A slug that a thing had before: its old address leads to the new one.

    No other thing of the kind ever gets it. `kind` is a model's name.
    """

    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=280)
    thing = models.PositiveBigIntegerField(help_text="Id of what has moved.")

    objects = FormerSlugQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "slug"], name="former_slug_unique_in_kind"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "thing"], name="former_slug_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"
