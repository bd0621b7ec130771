"""Offers as staff edit them, one at a time."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from catalog.exceptions import StockMoved
from catalog.models import Offer, Product, StockMovement
from catalog.services.goods import save_offer
from catalog.services.names import house_shop
from catalog.services.stock import correct_stock, move_stock
from catalog.services.versions import Versions, fill, locked


@transaction.atomic
def add_offer(*, product: Product, values: Mapping[str, Any], document: str) -> Offer:
    """Offer a product in a shop, the house's if `values` names none.

    `stock` in `values` is the first movement of its ledger. Raises FieldRefused.
    """
    facts = {"shop": None} | dict(values)
    stock = facts.pop("stock", 0)
    offer = Offer(product=product, **facts | {"shop": facts["shop"] or house_shop()})
    save_offer(offer=offer, document=document)
    moves = {offer.pk: stock}
    move_stock({offer.pk: offer}, moves, StockMovement.Reason.MANUAL, document)
    return _as_saved(offer)


@transaction.atomic
def change_offer(
    *, pk: int, values: Mapping[str, Any], document: str, expected: Versions = None
) -> Offer:
    """Edit an offer that is still what the editor saw; else EditedMeanwhile."""
    offer = locked(Offer, pk, expected)
    fill(offer, values)
    save_offer(offer=offer, document=document)
    return _as_saved(offer)


@transaction.atomic
def move_by_hand(
    *, pk: int, move: Mapping[str, Any], document: str, expected: Versions = None
) -> Offer:
    """Correct stock: by `delta`, or to `stock` while it is still `expected`.

    `note` says why. Raises StockMoved, StockChanged, EditedMeanwhile.
    """
    offer = locked(Offer, pk, expected)
    delta = move.get("delta")
    if delta is None:
        if offer.stock != move["expected"]:
            raise StockMoved(offer.stock)
        delta = move["stock"] - offer.stock
    correct_stock(offer_id=pk, delta=delta, document=document, note=move["note"])
    return _as_saved(offer)


def _as_saved(offer: Offer) -> Offer:
    """With the price that the database makes of it."""
    return Offer.objects.with_card().get(pk=offer.pk)
