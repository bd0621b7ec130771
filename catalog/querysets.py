"""Reads with names. Every list that a shopper sees starts from `on_sale()`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce
from tree_queries.query import TreeQuerySet

if TYPE_CHECKING:
    from catalog.models import (
        Brand,
        Category,
        Change,
        ChangeSet,
        FormerSlug,
        Offer,
        Photo,
        PriceChange,
        Product,
        Shop,
        StockMovement,
    )


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

    def running_out(self, limit: int) -> OfferQuerySet:
        """Offers of which at most so many are left, sold out ones included."""
        return self.filter(is_withdrawn=False, stock__lte=limit)

    def with_card(self) -> OfferQuerySet:
        """All that staff see of an offer."""
        return self.select_related("product", "shop").order_by("pk")

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

    def filed_by(self, shop: Shop) -> OfferQuerySet:
        """All offers of a shop, withdrawn ones included."""
        return self.filter(shop=shop).select_related("product").order_by("pk")

    def with_place(self) -> OfferQuerySet:
        """With `sellers`, how many shops offer the product, and `place` by price."""
        rivals = OfferQuerySet(self.model).for_sale().order_by()
        rivals = rivals.filter(product=OuterRef("product"))
        cheaper = rivals.filter(price__lt=OuterRef("price"))

        def count(offers: OfferQuerySet) -> Any:
            many = offers.values("product").annotate(n=Count("pk")).values("n")
            return Coalesce(Subquery(many), 0)

        return self.annotate(sellers=count(rivals), place=count(cheaper) + 1)

    def with_list_facts(self) -> OfferQuerySet:
        """All that a price list says of an offer."""
        categories: Any = self._of_card("categories").order_by("pk")
        return self.select_related("product__brand").prefetch_related(
            Prefetch("product__categories", categories)
        )

    def of_brand(self, brand: Brand) -> OfferQuerySet:
        return self.filter(product__brand=brand)

    def as_rows(self) -> OfferQuerySet:
        """pk, name, description, price, stock and first photo as plain named tuples.

        Model instances with prefetched photos are cycles, garbage that piles up
        while a long list is streamed.
        """
        photos = self._of_card("photos").filter(product=OuterRef("product"))
        first = Subquery(photos.order_by("position").values("image")[:1])
        rows: Any = self.annotate(
            name=F("product__name"), description=F("product__description"), photo=first
        ).values_list(
            "pk", "name", "description", "price", "stock", "photo", named=True
        )
        return rows

    def in_batches(self, size: int = 500) -> Iterator[Any]:
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


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def forgotten(self, before: datetime) -> ChangeSetQuerySet:
        """Previews of old that nobody applied."""
        return self.filter(state="preview", created_at__lt=before)


class ChangeQuerySet(models.QuerySet["Change"]):
    def good(self) -> ChangeQuerySet:
        """What was not refused, in the order in which rows are locked."""
        return self.filter(refusal="").order_by("offer", "product", "pk")

    def refused_first(self) -> ChangeQuerySet:
        """For people: what needs a look stands on top."""
        return self.order_by(Case(When(refusal="", then=1), default=0), "pk")
