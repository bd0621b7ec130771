"""What rows are, as far as a change set is concerned, and how they become others."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from catalog.exceptions import FieldRefused, StockChanged
from catalog.models import Category, Change, ChangeSet, Offer, Product, StockMovement
from catalog.services.batches import chunks
from catalog.services.bulk import write_offers
from catalog.services.changes.deeds import Facts
from catalog.services.goods import check_prices
from catalog.services.stock import check_stock, move_stock
from catalog.services.summaries import refresh_summaries

Kind = ChangeSet.Kind
Link = Product.categories.through
NAMES = {
    Kind.PRICE: ("regular_price", "discount_price"),
    Kind.STOCK: ("stock",),
    Kind.LISTING: ("is_withdrawn",),
    Kind.ACTIVE: ("is_active",),
}


@dataclass(frozen=True)
class Subject:
    """One row as it is now."""

    row: Any
    name: str
    article: str
    facts: Facts


def subjects(
    change_set: ChangeSet, ids: Iterable[int], *, locked: bool = False
) -> dict[int, Subject]:
    """These rows by id; locked in primary-key order, as buyers lock them."""
    read = _products if change_set.is_of_products else _offers
    found: dict[int, Subject] = {}
    for chunk in chunks(sorted(ids)):
        found |= read(Kind(change_set.kind), chunk, locked)
    return found


def _offers(kind: ChangeSet.Kind, ids: list[int], locked: bool) -> dict[int, Subject]:
    if locked:
        rows = Offer.objects.locked(ids)
    else:
        rows = Offer.objects.filter(pk__in=ids).select_related("product")
    return {
        offer.pk: Subject(offer, offer.product.name, offer.article, _facts(kind, offer))
        for offer in rows
    }


def _products(kind: ChangeSet.Kind, ids: list[int], locked: bool) -> dict[int, Subject]:
    rows = Product.objects.filter(pk__in=ids).order_by("pk").only("name", "is_active")
    if locked:
        rows = rows.select_for_update(no_key=True)
    products = {product.pk: product for product in rows}
    if kind != Kind.CATEGORY:
        facts = {pk: _facts(kind, product) for pk, product in products.items()}
    else:
        facts = {pk: {"categories": []} for pk in products}
        links = Link.objects.filter(product__in=products).order_by("category")
        for product, category in links.values_list("product", "category"):
            facts[product]["categories"].append(category)
    return {pk: Subject(row, row.name, "", facts[pk]) for pk, row in products.items()}


def _facts(kind: ChangeSet.Kind, row: Any) -> Facts:
    values = {name: getattr(row, name) for name in NAMES[kind]}
    return {
        name: f"{value:.2f}" if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def edited(row: Any, facts: Facts) -> Any:
    """A copy of an offer or product with these facts in it."""
    other = copy(row)
    for name, value in facts.items():
        setattr(
            other, name, Decimal(value) if name.endswith("price") and value else value
        )
    return other


def refusal(change_set: ChangeSet, subject: Subject, after: Facts) -> str:
    """Why the row cannot become this: one of Change.Refusal, or nothing."""
    try:
        if change_set.kind == Kind.PRICE:
            check_prices(edited(subject.row, after))
        elif change_set.kind == Kind.STOCK:
            check_stock(subject.row, after["stock"] - subject.facts["stock"])
    except StockChanged:
        return Change.Refusal.BELOW_ZERO
    except FieldRefused as refused:
        return Change.Refusal(refused.code)
    return ""


def write(
    change_set: ChangeSet,
    before: Mapping[int, Subject],
    after: Mapping[int, Facts],
    now: datetime,
) -> None:
    """Make locked rows what `after` says: with ledger, log and summaries.

    For callers inside the transaction that holds the locks. Raises StockChanged.
    """
    if change_set.kind == Kind.STOCK:
        _move_stock(change_set, before, after)
    elif change_set.kind == Kind.CATEGORY:
        _link(after, now)
    elif change_set.kind == Kind.ACTIVE:
        for is_active in (True, False):
            some = [
                pk for pk, facts in after.items() if facts["is_active"] is is_active
            ]
            for chunk in chunks(some):
                products = Product.objects.filter(pk__in=chunk)
                products.update(is_active=is_active, updated_at=now)
        refresh_summaries(after)
    else:
        rows = {pk: subject.row for pk, subject in before.items()}
        changed = {pk: edited(rows[pk], facts) for pk, facts in after.items()}
        write_offers(rows, changed, change_set.document)


def _move_stock(
    change_set: ChangeSet, before: Mapping[int, Subject], after: Mapping[int, Facts]
) -> None:
    offers = {pk: before[pk].row for pk in after}
    deltas = {pk: facts["stock"] - offers[pk].stock for pk, facts in after.items()}
    for pk, delta in deltas.items():
        check_stock(offers[pk], delta)
    reason = StockMovement.Reason.MANUAL
    move_stock(offers, deltas, reason, change_set.document, change_set.note)


def _link(after: Mapping[int, Facts], now: datetime) -> None:
    """Put products where they belong, as far as there still is such a category."""
    wanted = {pk for facts in after.values() for pk in facts["categories"]}
    there = set(existing_categories(wanted))
    for chunk in chunks(after):
        Link.objects.filter(product__in=chunk).delete()
        Link.objects.bulk_create(
            Link(product_id=product, category_id=category)
            for product in chunk
            for category in after[product]["categories"]
            if category in there
        )
        Product.objects.filter(pk__in=chunk).update(updated_at=now)


def existing_categories(ids: Collection[int]) -> list[int]:
    """Those of the categories that there are, and that nobody can delete meanwhile."""
    rows = Category.objects.filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
