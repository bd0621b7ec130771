"""Every write to the catalogue that has a rule, by noun; import from here."""

from catalog.services.batches import BATCH, chunks
from catalog.services.brands import change_brand, delete_brand, save_brand
from catalog.services.bulk import OfferRow, RowResult, change_offers
from catalog.services.categories import (
    change_category,
    delete_category,
    dissolve_category,
    move_categories,
    save_category,
)
from catalog.services.changes import (
    MOST_CHANGES,
    ROUNDINGS,
    ActiveDeed,
    CategoryDeed,
    Deed,
    ListingDeed,
    PriceDeed,
    StockDeed,
    apply_change,
    deed_of,
    preview_again,
    preview_change,
    preview_undo,
    undo_change,
)
from catalog.services.goods import check_prices, log_prices, save_offer, save_product
from catalog.services.items import add_item, change_item, withdraw_item
from catalog.services.names import (
    brands_by_name,
    categories_by_name,
    house_shop,
    make_shop,
)
from catalog.services.offers import add_offer, change_offer, move_by_hand
from catalog.services.photos import (
    add_photo,
    change_photo,
    keep_photo,
    order_photos,
    remove_photo,
)
from catalog.services.popularity import refresh_popularity
from catalog.services.products import add_product, change_product, retire_product
from catalog.services.ratings import refresh_ratings
from catalog.services.shops import change_shop, delete_shop, save_shop, switch_shop
from catalog.services.slugs import free_slugs, keep_slug
from catalog.services.stock import (
    MOST_STOCK,
    audit_stock,
    available,
    correct_stock,
    is_for_sale,
    move_stock,
    return_stock,
    take_stock,
    write_ledger,
)
from catalog.services.summaries import refresh_summaries
from catalog.services.versions import Versions, version_of, version_of_page

__all__ = [
    "BATCH",
    "MOST_CHANGES",
    "MOST_STOCK",
    "ROUNDINGS",
    "ActiveDeed",
    "CategoryDeed",
    "Deed",
    "ListingDeed",
    "OfferRow",
    "PriceDeed",
    "RowResult",
    "StockDeed",
    "Versions",
    "add_item",
    "add_offer",
    "add_photo",
    "add_product",
    "apply_change",
    "audit_stock",
    "available",
    "brands_by_name",
    "categories_by_name",
    "change_brand",
    "change_category",
    "change_item",
    "change_offer",
    "change_offers",
    "change_photo",
    "change_product",
    "change_shop",
    "check_prices",
    "chunks",
    "correct_stock",
    "deed_of",
    "delete_brand",
    "delete_category",
    "delete_shop",
    "dissolve_category",
    "free_slugs",
    "house_shop",
    "is_for_sale",
    "keep_photo",
    "keep_slug",
    "log_prices",
    "make_shop",
    "move_by_hand",
    "move_categories",
    "move_stock",
    "order_photos",
    "preview_again",
    "preview_change",
    "preview_undo",
    "refresh_popularity",
    "refresh_ratings",
    "refresh_summaries",
    "remove_photo",
    "retire_product",
    "return_stock",
    "save_brand",
    "save_category",
    "save_offer",
    "save_product",
    "save_shop",
    "switch_shop",
    "take_stock",
    "undo_change",
    "version_of",
    "version_of_page",
    "withdraw_item",
    "write_ledger",
]
