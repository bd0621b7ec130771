"""What is for sale, by whom: facts and constraints, by noun; import from here."""

from catalog.models.changes import Change, ChangeSet
from catalog.models.money import price_field
from catalog.models.named import Brand, Category, FormerSlug, Shop
from catalog.models.offers import Offer, PriceChange, StockMovement
from catalog.models.products import Photo, Product
from catalog.models.versions import CatalogVersion

__all__ = [
    "Brand",
    "CatalogVersion",
    "Category",
    "Change",
    "ChangeSet",
    "FormerSlug",
    "Offer",
    "Photo",
    "PriceChange",
    "Product",
    "Shop",
    "StockMovement",
    "price_field",
]
