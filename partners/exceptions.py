"""Refusals of the partner desk. `config/problems.py` gives each its status."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partners.price_list import Finding


class PartnerError(Exception):
    """Base of all refusals of this app."""


class PriceListInvalid(PartnerError):
    """The list cannot be applied; nothing was changed. Names every error found."""

    def __init__(self, findings: list[Finding], total: int) -> None:
        super().__init__(findings)
        self.findings = findings
        self.total = total


class PriceListTooLarge(PartnerError):
    """The file has more bytes than a list may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NotAPartner(PartnerError):
    """The account acts for no shop and is not staff."""


class ShopChanged(PartnerError):
    """The shop is not as it was when the list was checked; names the articles."""

    def __init__(self, articles: list[str]) -> None:
        super().__init__(articles)
        self.articles = articles


class CheckNotApplicable(PartnerError):
    """Nothing can be applied: no check, not one that went well, or gone by now."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class UndoNotPossible(PartnerError):
    """The run applied nothing, or it is undone already."""
