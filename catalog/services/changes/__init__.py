"""Change sets: many rows changed by one deed, shown before and undone after."""

from catalog.services.changes.applying import apply_change
from catalog.services.changes.deeds import (
    ROUNDINGS,
    ActiveDeed,
    CategoryDeed,
    Deed,
    ListingDeed,
    PriceDeed,
    StockDeed,
    deed_of,
)
from catalog.services.changes.previewing import MOST_CHANGES, preview_change
from catalog.services.changes.undoing import preview_again, preview_undo, undo_change

__all__ = [
    "MOST_CHANGES",
    "ROUNDINGS",
    "ActiveDeed",
    "CategoryDeed",
    "Deed",
    "ListingDeed",
    "PriceDeed",
    "StockDeed",
    "apply_change",
    "deed_of",
    "preview_again",
    "preview_change",
    "preview_undo",
    "undo_change",
]
