"""Reads with names. Every list that a shopper sees starts from `on_sale()`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch
from tree_queries.query import TreeQuerySet

if TYPE_CHECKING:
    from catalog.models import Category, Offer, Product, Shop


class CategoryQuerySet(TreeQuerySet["Category"]):
    def active(self) -> CategoryQuerySet:
        return self.filter(is_active=True)


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> ProductQuerySet:
        """Products that at least one shop sells, sold out ones included."""
        return self.filter(best_offer__isnull=False)

    def addressed(self, key: str) -> ProductQuerySet:
        """The product of an id or a slug; a slug is never digits alone."""
        if key.isascii() and key.isdigit():
            return self.filter(pk=min(int(key), 2**63 - 1))
        return self.filter(slug=key)

    def in_category(self, category: Category) -> ProductQuerySet:
        """Products of the category and of all below it, each once."""
        below = [node.pk for node in category.descendants(include_self=True)]
        links = self.model.categories.through.objects.filter(
            product=OuterRef("pk"), category__in=below
        )
        return self.filter(Exists(links))

    def sold_by(self, shop: Shop) -> ProductQuerySet:
        """Products that this shop sells now."""
        here = self._offers().for_sale().filter(product=OuterRef("pk"), shop=shop)
        return self.filter(Exists(here))

    def with_summary(self) -> ProductQuerySet:
        """All that a list shows of a product, in three queries."""
        return self.select_related("brand", "best_offer__shop").prefetch_related(
            "categories", "photos"
        )

    def with_offers(self) -> ProductQuerySet:
        """With `offers` that can be bought, the cheapest first."""
        by_price = self._offers().for_sale().by_price()
        return self.with_summary().prefetch_related(
            Prefetch("offers", queryset=by_price)
        )

    def _offers(self) -> OfferQuerySet:
        """All offers; by the relation, because this room knows no model."""
        return OfferQuerySet(self.model._meta.get_field("offers").related_model)


class OfferQuerySet(models.QuerySet["Offer"]):
    def for_sale(self) -> OfferQuerySet:
        """Offers that may be put into a cart; their stock may be 0."""
        return self.filter(
            is_withdrawn=False, shop__accepts_orders=True
        ).select_related("shop")

    def by_price(self) -> OfferQuerySet:
        return self.order_by("price", "pk")

    def locked(self, offers: Iterable[int]) -> OfferQuerySet:
        """These offers, locked in primary-key order so that no two buyers deadlock."""
        return (
            self.filter(pk__in=list(offers))
            .select_related("product", "shop")
            .select_for_update(of=("self",), no_key=True)
            .order_by("pk")
        )
