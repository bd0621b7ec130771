"""Query parameters of the lists. What is not declared here is refused."""

from catalog.filters.cards import CardFilter, OfferFilter
from catalog.filters.products import ProductFilter
from catalog.filters.strict import AmountFilter, SlugChoice, StrictFilterSet, YesNo

__all__ = [
    "AmountFilter",
    "CardFilter",
    "OfferFilter",
    "ProductFilter",
    "SlugChoice",
    "StrictFilterSet",
    "YesNo",
]
