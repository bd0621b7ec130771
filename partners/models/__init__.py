"""Selling: who acts for a shop, and what their price lists did; import from here."""

from partners.models.changes import OfferChange, StagedGood
from partners.models.lists import PriceList, PriceListPart
from partners.models.runs import PriceListRun
from partners.models.shops import Membership, PriceListSource

__all__ = [
    "Membership",
    "OfferChange",
    "PriceList",
    "PriceListPart",
    "PriceListRun",
    "PriceListSource",
    "StagedGood",
]
