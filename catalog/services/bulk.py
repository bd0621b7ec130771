"""Many offers changed in one call, in a bounded number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from catalog.exceptions import CatalogError, FieldRefused, OfferNotFound, RowsRefused
from catalog.models import Offer, PriceChange, StockMovement
from catalog.services.batches import BATCH
from catalog.services.goods import check_prices, log_prices, prices
from catalog.services.stock import check_stock, move_stock
from catalog.services.summaries import refresh_summaries
from catalog.services.versions import check_version, fill

EDITABLE = ("regular_price", "discount_price", "recommended_price", "is_withdrawn")


@dataclass(frozen=True)
class OfferRow:
    """What one row of a bulk change asks; `error` says why it was not understood.

    `note` says why its stock moves, if that is not the reason of all.
    """

    offer: int | None
    values: Mapping[str, Any] = field(default_factory=dict)
    delta: int = 0
    version: str | None = None
    note: str = ""
    error: Exception | None = None


@dataclass(frozen=True)
class RowResult:
    """What came of a row: changed, unchanged, or refused because of `error`."""

    index: int
    offer: int | None
    status: str
    error: Exception | None = None


@transaction.atomic
def change_offers(
    *, rows: Sequence[OfferRow], all_or_nothing: bool, document: str, note: str = ""
) -> list[RowResult]:
    """Change prices, withdrawal and stock of many offers; one result a row, in order.

    Raises RowsRefused if a row is refused and it was to be all or nothing; otherwise
    the good rows are applied. `note` says why stock moves.
    """
    wanted = {row.offer for row in rows if row.offer and row.error is None}
    # Locked in primary-key order, as for a sale.
    before = {offer.pk: offer for offer in Offer.objects.locked(wanted)}
    after: dict[int, Offer] = {}
    deltas: dict[str, dict[int, int]] = defaultdict(dict)
    results = []
    for index, row in enumerate(rows):
        if row.error is not None:
            results.append(RowResult(index, row.offer, "refused", row.error))
            continue
        try:
            edited = _edited(row, before, after)
        except CatalogError as refusal:
            results.append(RowResult(index, row.offer, "refused", refusal))
            continue
        after[edited.pk] = edited
        deltas[row.note or note][edited.pk] = row.delta
        is_changed = row.delta or _facts(edited) != _facts(before[edited.pk])
        status = "changed" if is_changed else "unchanged"
        results.append(RowResult(index, row.offer, status))
    refused = [result for result in results if result.status == "refused"]
    if all_or_nothing and refused:
        raise RowsRefused(refused)
    write_offers(before, after, document)
    for why, moves in deltas.items():
        move_stock(before, moves, StockMovement.Reason.MANUAL, document, why)
    return results


def _edited(
    row: OfferRow, before: Mapping[int, Offer], after: Mapping[int, Offer]
) -> Offer:
    """The offer as the row wants it; raises what speaks against it."""
    if row.offer in after:
        messages = ["Another row changes this offer already."]
        raise FieldRefused("offer", "twice", messages)
    if row.offer is None or row.offer not in before:
        raise OfferNotFound(row.offer or 0)
    offer = copy(before[row.offer])
    check_version(offer, None if row.version is None else {row.version})
    fill(offer, row.values)
    check_prices(offer)
    check_stock(offer, row.delta)
    return offer


def write_offers(
    before: Mapping[int, Offer], after: Mapping[int, Offer], document: str
) -> None:
    """Prices and withdrawal of locked offers, logged; stock is not among the columns.

    For callers inside the transaction that holds the locks.
    """
    changed = [o for o in after.values() if _facts(o) != _facts(before[o.pk])]
    Offer.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["shop", "article"],
        update_fields=[*EDITABLE, "updated_at"],
    )
    repriced = [o for o in changed if prices(o) != prices(before[o.pk])]
    log_prices(repriced, PriceChange.Reason.MANUAL, document)
    refresh_summaries({offer.product_id for offer in changed})


def _facts(offer: Offer) -> list[Any]:
    return [getattr(offer, name) for name in EDITABLE]
