"""Refusals of the catalogue. `config/problems.py` gives each its status and words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shortage:
    """Less of an offer is there than was asked; `available` is 0 when withdrawn."""

    offer: int
    name: str
    requested: int
    available: int


class CatalogError(Exception):
    """Base of all refusals of this app."""


class OutOfStock(CatalogError):
    """Some offers are short or withdrawn; nothing was taken. Names every shortage."""

    def __init__(self, shortages: list[Shortage]) -> None:
        super().__init__(shortages)
        self.shortages = shortages


class OfferNotFound(CatalogError):
    """No offer on sale has this id."""

    def __init__(self, offer: int) -> None:
        super().__init__(offer)
        self.offer = offer


class StockChanged(CatalogError):
    """A correction would take stock below zero; nothing was changed."""

    def __init__(self, available: int) -> None:
        super().__init__(available)
        self.available = available
