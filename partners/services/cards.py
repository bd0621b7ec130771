"""The product card of each good: found, made, or brought up to date."""

import hashlib
from typing import Any

from catalog.models import Offer, Product, Shop
from catalog.search import search_text
from catalog.services import (
    BATCH,
    brands_by_name,
    categories_by_name,
    chunks,
    free_slugs,
)
from partners.price_list import Good, PriceList


def match_key(name: str, model: str) -> str:
    """How lists of different shops name the same product: its name and model."""
    facts = "\n".join(" ".join(text.casefold().split()) for text in (name, model))
    return hashlib.sha256(facts.encode()).hexdigest()


class Cards:
    """Finds or makes the product card of each good.

    A shop changes a card only while it is the only one that sells the product;
    renaming a good that others sell too moves the shop's offer to another card.
    """

    def __init__(self, shop: Shop, listed: PriceList, before: dict[str, Offer]) -> None:
        self.goods = listed.goods
        self.before = before
        self.keys = {
            good.article: match_key(good.name, good.model) for good in self.goods
        }
        self.categories = categories_by_name(
            {category.name: category.parent for category in listed.categories}
        )
        self.brands = brands_by_name({good.brand for good in self.goods if good.brand})
        self.by_key: dict[str, Product] = {}
        for chunk in chunks(set(self.keys.values())):
            found = Product.objects.filter(match_key__in=chunk)
            self.by_key |= {product.match_key or "": product for product in found}
        ids = {product.pk for product in self.by_key.values()}
        ids |= {offer.product_id for offer in before.values()}
        self.renamed: set[int] = set()
        self.shared: set[int] = set()
        for some in chunks(ids):
            others = Offer.objects.filter(product__in=some, is_withdrawn=False)
            others = others.exclude(shop=shop)
            self.shared |= set(others.values_list("product_id", flat=True))

    def products(self) -> dict[str, Product]:
        """The product of each article, with its card brought up to date."""
        cards: dict[str, Product] = {}
        made: dict[str, Good] = {}
        changed: dict[int, Good] = {}
        for good in self.goods:
            product = self._find(good)
            if product is None:
                made.setdefault(self.keys[good.article], good)
                continue
            cards[good.article] = product
            if product.pk not in self.shared:
                changed.setdefault(product.pk, good)
        self._make(made)
        self._change({card.pk: card for card in cards.values()}, changed)
        for good in self.goods:
            cards.setdefault(good.article, self.by_key[self.keys[good.article]])
        return cards

    def _find(self, good: Good) -> Product | None:
        key = self.keys[good.article]
        if key in self.by_key:
            return self.by_key[key]
        offer = self.before.get(good.article)
        if offer is None or offer.product_id in self.shared:
            return None
        if offer.product.match_key in self.by_key or offer.product_id in self.renamed:
            return None  # another good of the list has the old card now
        # Renamed by its only seller: the same card under its new name.
        self.renamed.add(offer.product_id)
        self.by_key[key] = offer.product
        return offer.product

    def _make(self, made: dict[str, Good]) -> None:
        slugs = free_slugs(Product, [good.name for good in made.values()])
        fresh = [
            self._fill(Product(match_key=key, slug=slug), good)
            for (key, good), slug in zip(made.items(), slugs, strict=True)
        ]
        Product.objects.bulk_create(fresh, batch_size=BATCH)
        self._link([(p, made[p.match_key or ""]) for p in fresh])
        self.by_key |= {product.match_key or "": product for product in fresh}

    def _change(self, cards: dict[int, Product], goods: dict[int, Good]) -> None:
        changed = []
        for pk, good in goods.items():
            was = _card(cards[pk])
            now = _card(self._fill(cards[pk], good))
            if was != now:
                cards[pk].match_key = self.keys[good.article]
                changed.append(cards[pk])
        Product.objects.bulk_update(
            changed,
            ["name", "description", "brand", "attributes", "search_text", "match_key"],
            batch_size=200,
        )
        self._link([(cards[pk], good) for pk, good in goods.items()])

    def _fill(self, product: Product, good: Good) -> Product:
        product.name = good.name
        product.description = good.description
        product.brand = self.brands.get(good.brand)
        product.attributes = good.attributes
        product.search_text = search_text(good.name, good.brand, good.model)
        return product

    def _link(self, pairs: list[tuple[Product, Good]]) -> None:
        """Each product into its good's category, and into no other."""
        through = Product.categories.through
        wanted = {
            product.pk: self.categories[good.category].pk for product, good in pairs
        }
        for chunk in chunks(wanted):
            present = through.objects.filter(product__in=chunk)
            kept, stale = set(), []
            for pk, product, category in present.values_list(
                "pk", "product_id", "category_id"
            ):
                if category == wanted[product]:
                    kept.add(product)
                else:
                    stale.append(pk)
            through.objects.filter(pk__in=stale).delete()
            through.objects.bulk_create(
                through(product_id=pk, category_id=wanted[pk])
                for pk in chunk
                if pk not in kept
            )


def _card(product: Product) -> tuple[Any, ...]:
    return (
        product.name,
        product.description,
        product.brand_id,
        product.attributes,
        product.search_text,
    )
