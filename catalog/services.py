"""Every write to the catalogue that has a rule. Stock changes in `move_stock` only."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Subquery, Value, When
from slugify import slugify

from catalog.exceptions import OutOfStock, Shortage, StockChanged
from catalog.models import Brand, Category, Offer, Product, Shop, StockMovement
from catalog.search import search_text

BATCH = 1000

T = TypeVar("T")


@transaction.atomic
def take_stock(*, quantities: Mapping[int, int], document: str) -> dict[int, Offer]:
    """Subtract `quantities` (by offer id) from stock, all or nothing.

    Returns the offers as they were when locked, with product and shop, so that the
    caller sells at the price of this very moment. Raises OutOfStock with every
    shortage found; an unknown or withdrawn offer counts as 0 available.
    """
    # Lock in primary-key order: two buyers with the same goods must not deadlock.
    offers = {offer.pk: offer for offer in Offer.objects.locked(quantities)}
    shortages = [
        Shortage(
            pk,
            offers[pk].product.name if pk in offers else "",
            quantity,
            available(offers.get(pk)),
        )
        for pk, quantity in quantities.items()
        if available(offers.get(pk)) < quantity
    ]
    if shortages:
        raise OutOfStock(shortages)
    deltas = {pk: -quantity for pk, quantity in quantities.items()}
    move_stock(offers, deltas, StockMovement.Reason.ORDER, document)
    return offers


@transaction.atomic
def return_stock(*, quantities: Mapping[int, int], document: str) -> None:
    """Add `quantities` (by offer id) back to stock, withdrawn offers included."""
    offers = {offer.pk: offer for offer in Offer.objects.locked(quantities)}
    move_stock(offers, quantities, StockMovement.Reason.CANCEL, document)


@transaction.atomic
def correct_stock(*, offer_id: int, delta: int, document: str) -> None:
    """Change stock by a difference, as staff do; raises StockChanged below zero."""
    offers = {offer.pk: offer for offer in Offer.objects.locked([offer_id])}
    if offers[offer_id].stock + delta < 0:
        raise StockChanged(offers[offer_id].stock)
    move_stock(offers, {offer_id: delta}, StockMovement.Reason.MANUAL, document)


def available(offer: Offer | None) -> int:
    """How many of an offer can be ordered now; needs its shop loaded."""
    if offer is None or offer.is_withdrawn or not offer.shop.accepts_orders:
        return 0
    return offer.stock


def move_stock(
    offers: Mapping[int, Offer],
    deltas: Mapping[int, int],
    reason: StockMovement.Reason,
    document: str,
) -> None:
    """Apply deltas to locked offers and write the ledger.

    For callers inside a transaction that hold the locks. `offers` keep their old
    `stock`; the database refuses to go below zero.
    """
    deltas = {pk: delta for pk, delta in deltas.items() if delta}
    for chunk in chunks(deltas.items()):
        Offer.objects.filter(pk__in=[pk for pk, _ in chunk]).update(
            stock=F("stock")
            + Case(
                *(When(pk=pk, then=Value(delta)) for pk, delta in chunk),
                output_field=models.IntegerField(),
            )
        )
    write_ledger(
        ((pk, delta, offers[pk].stock + delta) for pk, delta in sorted(deltas.items())),
        reason,
        document,
    )
    # What lists show changes only when something sells out or comes back.
    refresh_summaries(
        {
            offers[pk].product_id
            for pk, delta in deltas.items()
            if (offers[pk].stock > 0) != (offers[pk].stock + delta > 0)
        }
    )


def write_ledger(
    moves: Iterable[tuple[int, int, int]], reason: StockMovement.Reason, document: str
) -> None:
    """Ledger rows from (offer id, delta, balance), with the change they record."""
    StockMovement.objects.bulk_create(
        (
            StockMovement(
                offer_id=offer,
                delta=delta,
                balance=balance,
                reason=reason,
                document=document,
            )
            for offer, delta, balance in moves
        ),
        batch_size=BATCH,
    )


def refresh_summaries(products: Iterable[int]) -> None:
    """Write anew what lists show of these products: best offer, price, in stock.

    The best offer is the cheapest in stock, else the cheapest. Call it in the
    transaction that changed an offer, after offers are locked.
    """
    for_sale = Offer.objects.filter(
        product=OuterRef("pk"), is_withdrawn=False, shop__accepts_orders=True
    )
    best = for_sale.order_by(Case(When(stock__gt=0, then=0), default=1), "price", "pk")
    for chunk in chunks(sorted(products)):
        rows = Product.objects.filter(pk__in=chunk)
        # Lock in primary-key order first; one UPDATE would lock in any order.
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        rows.update(
            best_offer=Subquery(best.values("pk")[:1]),
            price_from=Subquery(best.values("price")[:1]),
            in_stock=Exists(for_sale.filter(stock__gt=0)),
        )


@transaction.atomic
def save_offer(*, offer: Offer) -> None:
    """Save an offer as staff edited it; never its stock, which moves by differences."""
    touched = {offer.product_id}
    if offer.pk is None:
        offer.save()
    else:
        kept = {"id", "stock", "price", "created_at"}
        fields = [f.name for f in Offer._meta.concrete_fields if f.name not in kept]
        touched |= set(
            Offer.objects.filter(pk=offer.pk).values_list("product", flat=True)
        )
        offer.save(update_fields=fields)
    refresh_summaries(touched)


@transaction.atomic
def save_product(*, product: Product) -> None:
    """Save a card as staff edited it: slug on the first time, text for search."""
    product.slug = product.slug or free_slugs(Product, [product.name])[0]
    brand = product.brand.name if product.brand else ""
    models_of = product.offers.values_list("model", flat=True) if product.pk else []
    words = " ".join(sorted(set(models_of)))
    product.search_text = search_text(product.name, brand, words)
    kept = {"id", "best_offer", "price_from", "in_stock", "created_at"}
    names = [f.name for f in Product._meta.concrete_fields if f.name not in kept]
    product.save(update_fields=names if product.pk else None)


@transaction.atomic
def switch_shop(*, shop: Shop, accepts_orders: bool) -> None:
    """Open or close a shop: its offers appear or disappear everywhere at once."""
    Shop.objects.filter(pk=shop.pk).update(accepts_orders=accepts_orders)
    offers = Offer.objects.filter(shop=shop)
    refresh_summaries(set(offers.values_list("product_id", flat=True)))


def house_shop() -> Shop:
    """The store itself as a seller, made on first use."""
    shop = Shop.objects.filter(is_house=True).first()
    if shop is None:
        shop = make_shop(name=settings.STORE_NAME, is_house=True)
    return shop


def make_shop(*, name: str, email: str = "", is_house: bool = False) -> Shop:
    """A new shop with a free slug; several shops may share a name."""
    slug = free_slugs(Shop, [name])[0]
    return Shop.objects.create(name=name, slug=slug, email=email, is_house=is_house)


def categories_by_name(listed: Mapping[str, str | None]) -> dict[str, Category]:
    """The categories of these names; missing ones are made below their parents.

    `listed` maps a name to its parent's name or None, parents first. A category that
    exists keeps its place: a supplier's list does not move it.
    """
    found = {c.name: c for c in Category.objects.filter(name__in=listed)}
    missing = [name for name in listed if name not in found]
    for name, slug in zip(missing, free_slugs(Category, missing), strict=True):
        parent = found.get(listed[name] or "")
        found[name] = Category.objects.create(name=name, slug=slug, parent=parent)
    return found


def brands_by_name(names: set[str]) -> dict[str, Brand]:
    """The brands of these names; missing ones are made."""
    found = {brand.name: brand for brand in Brand.objects.filter(name__in=names)}
    missing = sorted(names - found.keys())
    for name, slug in zip(missing, free_slugs(Brand, missing), strict=True):
        found[name] = Brand.objects.create(name=name, slug=slug)
    return found


def free_slugs(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """A slug for each name that no row of `model` has: tea, tea-2, tea-3 …

    Never digits alone, so that a slug is never taken for an id. The unique
    constraint decides a race; the caller's transaction then fails and is retried.
    """
    bases = [_slug(name) for name in names]
    taken = set()
    rows = model._default_manager
    for chunk in chunks(set(bases)):
        taken |= set(rows.filter(slug__in=chunk).values_list("slug", flat=True))
    for base in sorted(taken):
        numbered = rows.filter(slug__startswith=f"{base}-")
        taken |= set(numbered.values_list("slug", flat=True))
    slugs = []
    next_number: dict[str, int] = {}
    for base in bases:
        slug, number = base, next_number.get(base, 2)
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        next_number[base] = number
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _slug(name: str) -> str:
    slug = slugify(name, max_length=120, word_boundary=True) or "item"
    return f"no-{slug}" if re.fullmatch(r"\d+", slug) else slug


def chunks(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items in lists of at most `size`: one statement a list."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
