"""Every write to the catalogue that has a rule, by noun; import from here."""

from catalog.services.goods import log_prices, save_brand, save_offer, save_product
from catalog.services.names import (
    BATCH,
    brands_by_name,
    categories_by_name,
    chunks,
    free_slugs,
    house_shop,
    make_shop,
)
from catalog.services.popularity import refresh_popularity
from catalog.services.ratings import refresh_ratings
from catalog.services.stock import (
    audit_stock,
    available,
    correct_stock,
    move_stock,
    return_stock,
    take_stock,
    write_ledger,
)
from catalog.services.summaries import refresh_summaries, switch_shop

__all__ = [
    "BATCH",
    "audit_stock",
    "available",
    "brands_by_name",
    "categories_by_name",
    "chunks",
    "correct_stock",
    "free_slugs",
    "house_shop",
    "log_prices",
    "make_shop",
    "move_stock",
    "refresh_popularity",
    "refresh_ratings",
    "refresh_summaries",
    "return_stock",
    "save_brand",
    "save_offer",
    "save_product",
    "switch_shop",
    "take_stock",
    "write_ledger",
]
