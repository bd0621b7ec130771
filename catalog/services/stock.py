"""Stock leaves and comes back, in `move_stock` only, and the ledger knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.exceptions import (
    FieldRefused,
    OutOfStock,
    Shortage,
    StockChanged,
)
from catalog.models import Offer, StockMovement
from catalog.prepared import Mark, Prepared, Statement
from catalog.rows import insert
from catalog.services.batches import chunks
from catalog.services.summaries import refresh_summaries
from catalog.services.versions import locked

MOST_STOCK = 1_000_000
LOCKED = Prepared(lambda *offers: Offer.objects.locked(offers))
ADD = {
    "postgresql": Statement(
        """UPDATE catalog_offer SET stock = stock + moved.delta
        FROM unnest(%s::bigint[], %s::integer[]) AS moved (id, delta)
        WHERE catalog_offer.id = moved.id""",
        [Mark(0), Mark(1)],
    ),
    "sqlite": Statement(
        """WITH moved (id, delta) AS (
            SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')
            FROM json_each(%s)
        )
        UPDATE catalog_offer
        SET stock = stock + (SELECT delta FROM moved WHERE moved.id = catalog_offer.id)
        WHERE id IN (SELECT id FROM moved)""",
        [Mark(0)],
    ),
}


def take_stock(*, quantities: Mapping[int, int], document: str) -> dict[int, Offer]:
    """Subtract `quantities` (by offer id) from stock, all or nothing.

    For callers inside a transaction, which a refusal must end. Returns the offers as
    they were when locked, with product and shop, so that the caller sells at the price
    of this very moment. Raises OutOfStock with every shortage found; an unknown or
    withdrawn offer counts as 0 available.
    """
    # Lock in primary-key order: two buyers with the same goods must not deadlock.
    offers = {offer.pk: offer for offer in LOCKED(*quantities)}
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
def correct_stock(*, offer_id: int, delta: int, document: str, note: str = "") -> None:
    """Change stock by a difference, as staff do; `note` says why.

    Raises StockChanged below zero, FieldRefused above MOST_STOCK.
    """
    offer = locked(Offer, offer_id, None)
    check_stock(offer, delta)
    moves = {offer_id: delta}
    move_stock({offer_id: offer}, moves, StockMovement.Reason.MANUAL, document, note)


def check_stock(offer: Offer, delta: int) -> None:
    """Raises StockChanged or FieldRefused when the difference cannot be applied."""
    if offer.stock + delta < 0:
        raise StockChanged(offer.stock)
    if offer.stock + delta > MOST_STOCK:
        messages = [f"Stock is at most {MOST_STOCK}."]
        raise FieldRefused("delta", "max_value", messages)


def available(offer: Offer | None) -> int:
    """How many of an offer can be ordered now; needs its shop and product loaded."""
    return offer.stock if offer is not None and is_for_sale(offer) else 0


def is_for_sale(offer: Offer) -> bool:
    """Whether it may be put into a cart, whatever its stock; needs both loaded."""
    is_sold = offer.shop.accepts_orders and offer.product.is_active
    return is_sold and not offer.is_withdrawn


def move_stock(
    offers: Mapping[int, Offer],
    deltas: Mapping[int, int],
    reason: StockMovement.Reason,
    document: str,
    note: str = "",
) -> None:
    """Apply deltas to locked offers and write the ledger.

    For callers inside a transaction that hold the locks. `offers` keep their old
    `stock`; the database refuses to go below zero.
    """
    deltas = {pk: delta for pk, delta in deltas.items() if delta}
    for chunk in chunks(deltas.items()):
        _add(dict(chunk))
    write_ledger(
        ((pk, delta, offers[pk].stock + delta) for pk, delta in sorted(deltas.items())),
        reason,
        document,
        note,
    )
    # What lists show changes only when something sells out or comes back.
    turned = {
        offers[pk].product_id
        for pk, delta in deltas.items()
        if (offers[pk].stock > 0) != (offers[pk].stock + delta > 0)
    }
    if turned:
        refresh_summaries(turned)


def _add(deltas: Mapping[int, int]) -> None:
    """Add to each offer's stock, in one statement."""
    keys: list[Any] = [list(deltas), list(deltas.values())]
    if connection.vendor == "sqlite":
        keys = [orjson.dumps(list(deltas.items())).decode()]
    with connection.cursor() as cursor:
        cursor.execute(*ADD[connection.vendor].bound(connection, keys))


def write_ledger(
    moves: Iterable[tuple[int, int, int]],
    reason: StockMovement.Reason,
    document: str,
    note: str = "",
) -> None:
    """Ledger rows from (offer id, delta, balance), with the change they record."""
    rows = [
        StockMovement(
            offer_id=offer,
            delta=delta,
            balance=balance,
            reason=reason,
            document=document,
            note=note,
        )
        for offer, delta, balance in moves
    ]
    for row in rows:
        row.is_told = not row.turn  # most are no news: the feed need not look at them
    for batch in chunks(rows):
        insert(*batch)


@dataclass(frozen=True)
class Difference:
    """An offer whose stock is not what its ledger says."""

    offer: int
    name: str
    stock: int
    ledger: int
    balance: int


def audit_stock() -> tuple[int, list[Difference]]:
    """Recompute every balance from the ledger: how many offers, and what differs.

    One statement, so that sales meanwhile are seen whole or not at all.
    """
    movements = StockMovement.objects.filter(offer=OuterRef("pk"))
    total = movements.order_by().values("offer").annotate(sum=Sum("delta"))
    last = movements.order_by("-pk").values("balance")[:1]
    offers = Offer.objects.annotate(
        ledger=Coalesce(Subquery(total.values("sum")), 0),
        balance=Coalesce(Subquery(last), 0),
    )
    wrong = offers.exclude(stock=F("ledger"), balance=F("stock")).select_related(
        "product"
    )
    differences = [
        Difference(row.pk, row.product.name, row.stock, row.ledger, row.balance)
        for row in wrong.order_by("pk")
    ]
    return Offer.objects.count(), differences
