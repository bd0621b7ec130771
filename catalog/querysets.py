"""Reads with names. Every list that a shopper sees starts from `on_sale()`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.db.models import (
    Exists,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce, Least, Now
from tree_queries.query import TreeQuerySet

if TYPE_CHECKING:
    from catalog.models import (
        Brand,
        Category,
        FormerSlug,
        Offer,
        Photo,
        PriceChange,
        Product,
        Shop,
        StockMovement,
    )

LOWEST_OF = timedelta(days=30)


def _kinds(value: str) -> list[str | int | float | bool]:
    """What a text in a query may mean in typed JSON."""
    kinds: list[str | int | float | bool] = [value]
    if re.fullmatch(r"-?\d{1,15}", value, re.A):
        kinds.append(int(value))
    elif re.fullmatch(r"-?\d{1,15}\.\d{1,10}", value, re.A):
        kinds.append(float(value))
    elif value in {"true", "false"}:
        kinds.append(value == "true")
    return kinds


def _named(key: str) -> dict[str, Any]:
    """Whom an id or a slug means; a slug is never digits alone."""
    if key.isascii() and key.isdigit():
        return {"pk": min(int(key), 2**63 - 1)}
    return {"slug": key}


class CategoryQuerySet(TreeQuerySet["Category"]):
    def addressed(self, key: str) -> CategoryQuerySet:
        return self.filter(**_named(key))

    def active(self) -> CategoryQuerySet:
        return self.filter(is_active=True)


class BrandQuerySet(models.QuerySet["Brand"]):
    def addressed(self, key: str) -> BrandQuerySet:
        return self.filter(**_named(key))


class ShopQuerySet(models.QuerySet["Shop"]):
    def open(self) -> ShopQuerySet:
        """Shops that sell now."""
        return self.filter(accepts_orders=True)

    def addressed(self, key: str) -> ShopQuerySet:
        return self.filter(**_named(key))


class FormerSlugQuerySet(models.QuerySet["FormerSlug"]):
    def successor(self, model: type[models.Model], slug: str) -> str | None:
        """The slug that the thing has now which had this one before."""
        moved = self.filter(kind=model._meta.model_name, slug=slug).values("thing")
        things = model._default_manager.filter(pk__in=moved)
        return things.values_list("slug", flat=True).first()


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> ProductQuerySet:
        """Products that at least one shop sells, sold out ones included."""
        return self.filter(best_offer__isnull=False)

    def addressed(self, key: str) -> ProductQuerySet:
        """The product of an id or a slug."""
        return self.filter(**_named(key))

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

    def discounted(self) -> ProductQuerySet:
        """Products whose best offer costs less than its regular price."""
        return self.filter(best_offer__discount_price__isnull=False)

    def with_attribute(self, name: str, values: Iterable[str]) -> ProductQuerySet:
        """Products whose attribute is one of `values`, which come as text.

        "6.1" finds the number and the text, "true" the truth and the text.
        """
        typed = [kind for value in values for kind in _kinds(value)]
        if connections[self.db].features.supports_json_field_contains:
            any_of = [Q(attributes__contains={name: value}) for value in typed]
            return self.filter(reduce(or_, any_of))
        products, key = self._with_key(name)
        return products.filter(reduce(or_, [Q(**{key: value}) for value in typed]))

    def with_attribute_between(
        self, name: str, low: float | None, high: float | None
    ) -> ProductQuerySet:
        """Products whose attribute is a number within these bounds."""
        # Open ends are closed far out: beyond them JSON sorts texts and truths.
        products, key = self._with_key(name)
        return products.filter(
            **{
                f"{key}__gte": -1e300 if low is None else low,
                f"{key}__lte": 1e300 if high is None else high,
            }
        )

    def _with_key(self, name: str) -> tuple[ProductQuerySet, str]:
        """An alias for an attribute, whatever signs its name is made of."""
        key = f"attribute_{len(self.query.annotations)}"
        return self.alias(**{key: KeyTransform(name, "attributes")}), key

    def with_summary(self) -> ProductQuerySet:
        """All that a list shows of a product, in three queries."""
        related = self.model._meta.get_field
        photos: models.QuerySet[Photo] = models.QuerySet(
            related("photos").related_model
        )
        categories: models.QuerySet[Category] = models.QuerySet(
            related("categories").related_model
        )
        ordered: list[Any] = [
            Prefetch("categories", queryset=categories.order_by("pk")),
            Prefetch("photos", queryset=photos.order_by("position")),
        ]
        return self.select_related("brand", "best_offer__shop").prefetch_related(
            *ordered
        )

    def with_offers(self) -> ProductQuerySet:
        """With `offers` that can be bought, the cheapest first."""
        by_price = self._offers().for_sale().with_price_log().by_price()
        return self.with_summary().prefetch_related(
            Prefetch("offers", queryset=by_price)
        )

    def with_card(self) -> ProductQuerySet:
        """All that staff see of a product, withdrawn offers included."""
        offers = Prefetch("offers", queryset=self._offers().with_card())
        return self.with_summary().prefetch_related(offers)

    def _offers(self) -> OfferQuerySet:
        """All offers; by the relation, because this room knows no model."""
        return OfferQuerySet(self.model._meta.get_field("offers").related_model)


class OfferQuerySet(models.QuerySet["Offer"]):
    def for_sale(self) -> OfferQuerySet:
        """Offers that may be put into a cart; their stock may be 0."""
        return self.filter(
            is_withdrawn=False, shop__accepts_orders=True, product__is_active=True
        ).select_related("shop")

    def with_card(self) -> OfferQuerySet:
        """All that staff see of an offer."""
        return self.select_related("product", "shop").order_by("pk")

    def with_price_log(self) -> OfferQuerySet:
        """With `lowest_price`, the lowest of the last 30 days (as EU law has prices
        told), and `price_reason` and `price_since` of the one in force."""
        changes = self.model._meta.get_field("price_changes").related_model
        log = PriceChangeQuerySet(changes).filter(offer=OuterRef("pk"))
        start = Now() - LOWEST_OF
        recent = log.filter(created_at__gte=start).values("offer")
        lowest = recent.annotate(lowest=Min("price")).values("lowest")
        at_start = log.filter(created_at__lt=start).order_by("-pk").values("price")[:1]
        last = log.order_by("-pk")
        return self.annotate(
            lowest_price=Least(
                Coalesce(Subquery(lowest), "price"),
                Coalesce(Subquery(at_start), "price"),
                "price",
            ),
            price_reason=Subquery(last.values("reason")[:1]),
            price_since=Subquery(last.values("created_at")[:1]),
        )

    def with_photos(self) -> OfferQuerySet:
        """With card, brand, shop and photos."""
        photos: Any = self._of_card("photos").order_by("position")
        return self.select_related("product__brand", "shop").prefetch_related(
            Prefetch("product__photos", photos)
        )

    def with_categories(self) -> OfferQuerySet:
        """With card, shop and categories."""
        categories: Any = self._of_card("categories").order_by("pk")
        return self.select_related("product", "shop").prefetch_related(
            Prefetch("product__categories", categories)
        )

    def of_brand(self, brand: Brand) -> OfferQuerySet:
        return self.filter(product__brand=brand)

    def in_batches(self, size: int = 500) -> Iterator[Offer]:
        """By id, in short queries rather than one long one: memory stays flat."""
        last, rows = 0, list(self.order_by("pk")[:size])
        while rows:
            yield from rows
            last = rows[-1].pk
            rows = list(self.filter(pk__gt=last).order_by("pk")[:size])

    def in_category(self, category: Category) -> OfferQuerySet:
        """Offers of products of the category and of all below it."""
        products = ProductQuerySet(self.model._meta.get_field("product").related_model)
        return self.filter(product__in=products.in_category(category))

    def _of_card(self, name: str) -> models.QuerySet[Any]:
        """Rows that belong to a product; by the relation, as in `_offers`."""
        card: Any = self.model._meta.get_field("product").related_model
        return models.QuerySet(card._meta.get_field(name).related_model)

    def extent(self) -> dict[str, Any]:
        """Lowest and highest regular price, and how many pieces there are in all."""
        return self.aggregate(
            min_price=Min("regular_price"),
            max_price=Max("regular_price"),
            total_stock=Coalesce(Sum("stock"), 0),
        )

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


class StockMovementQuerySet(models.QuerySet["StockMovement"]):
    def of_offer(self, offer: Offer) -> StockMovementQuerySet:
        """The ledger of an offer, the newest line first."""
        return self.filter(offer=offer).order_by("-pk")


class PriceChangeQuerySet(models.QuerySet["PriceChange"]):
    def of_offer(self, offer: Offer) -> PriceChangeQuerySet:
        """The prices of one offer, the newest first."""
        return self.filter(offer=offer).order_by("-pk")

    def of_product(self, product: Product) -> PriceChangeQuerySet:
        """The prices of all offers of a product, the newest first."""
        return self.filter(offer__product=product).order_by("-pk")
