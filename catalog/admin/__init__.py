"""The admin's desk: what is for sale."""

from catalog.admin.changes import ChangeSetAdmin
from catalog.admin.logs import PriceChangeAdmin, StockMovementAdmin
from catalog.admin.named import BrandAdmin, CategoryAdmin, ShopAdmin
from catalog.admin.offers import OfferAdmin
from catalog.admin.products import ProductAdmin

__all__ = [
    "BrandAdmin",
    "CategoryAdmin",
    "ChangeSetAdmin",
    "OfferAdmin",
    "PriceChangeAdmin",
    "ProductAdmin",
    "ShopAdmin",
    "StockMovementAdmin",
]
