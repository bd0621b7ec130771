"""Refusals of the catalogue. `config/problems.py` gives each its status and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shortage:
    """Less of an offer is there than was asked; `available` is 0 when withdrawn."""

    offer: int
    name: str
    requested: int
    available: int


class CatalogError(Exception):
    """Base of all refusals of this app."""


class FieldRefused(CatalogError):
    """A value was not accepted for `field`; nothing was changed."""

    def __init__(self, field: str, code: str, messages: list[str]) -> None:
        super().__init__(field, code, messages)
        self.field = field
        self.code = code
        self.messages = messages

    def below(self, name: str) -> "FieldRefused":
        """The same refusal, of a value inside `name`."""
        return FieldRefused(f"{name}/{self.field}", self.code, self.messages)


class EditedMeanwhile(CatalogError):
    """The row is not what the editor saw; `version` names it as it is now."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


class DeletedMeanwhile(CatalogError):
    """The row was there when it was looked up, and is gone."""


class InUse(CatalogError):
    """It cannot be deleted: so many things of each kind use it."""

    def __init__(self, used_by: dict[str, int]) -> None:
        super().__init__(used_by)
        self.used_by = used_by


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


class StockMoved(CatalogError):
    """Stock is not what the counter had before; nothing was changed."""

    def __init__(self, current: int) -> None:
        super().__init__(current)
        self.current = current


class PhotoTooLarge(CatalogError):
    """The file has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class PhotosFull(CatalogError):
    """A product has at most `limit` photos."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class RowsRefused(CatalogError):
    """Rows of a change that was to be all or nothing; nothing was changed.

    Each of `rows` has index, offer and error.
    """

    def __init__(self, rows: Sequence[Any]) -> None:
        super().__init__(rows)
        self.rows = rows


class TooManyRows(CatalogError):
    """A change set has at most `limit` rows."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class RowsMoved(CatalogError):
    """Rows are not what the preview showed; nothing was changed.

    Each of `rows` has name, article, shown and current: its facts then and now.
    """

    def __init__(self, rows: Sequence[Any]) -> None:
        super().__init__(rows)
        self.rows = rows


class NothingToUndo(CatalogError):
    """The change set was never applied, or all of it is undone already."""
