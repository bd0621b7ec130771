"""A list written anew, with what can be corrected without a guess.

The reader hands over each good before it judges it. Values are put as they are meant:
`1 990,50` is 1990.50, an invisible character is nothing. A category that goods name is
declared. What stays wrong stays in the list as it was, so that it is found again: no
price is made up, and no stock, for 9999999 says that nobody counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from partners.price_list.findings import Findings, shown
from partners.price_list.values import (
    AMOUNT,
    DIGITS,
    QUANTITY_LIMIT,
    SUSPICIOUS,
    Item,
    is_null,
    line_of,
    normal,
)

# Findings that a list loses by being written anew, and those that it keeps whole.
DROPPED = {"unknown-key", "empty-item"}
KEPT = {
    "category-circle",
    "duplicate-id",
    "invalid-discount",
    "invalid-id",
    "invalid-price",
    "invalid-quantity",
    "invalid-text",
    "missing-key",
    "no-goods",
    "no-ids",
    "price-above-recommended",
    "quantity-sentinel",
    "suspicious-characters",
    "undeclared-category",
}
# What tells that a corrected list is worth the trouble.
MENDABLE = DROPPED | {
    "encoding",
    "invalid-price",
    "invalid-quantity",
    "suspicious-characters",
    "undeclared-category",
}
AMOUNTS = ("price", "price_rrc", "discount_price")
TEXTS = ("name", "model", "brand", "description", "category")

_SPACE = "[ '\u00a0\u2009\u202f]"
_GROUPED = re.compile(rf"[0-9]{{1,3}}({_SPACE}[0-9]{{3}})+([.,][0-9]{{1,2}})?")
_COMMA = re.compile(r"[0-9]{1,10},[0-9]{1,2}")
_WHOLE = re.compile(r"[0-9]{1,10}[.,]0+")


class Mending:
    """Corrects goods on their way into the reader, and keeps them in a file."""

    def __init__(self, goods: TextIO) -> None:
        self.shop = ""
        self.corrections: list[str] = []
        # Each as the list has it: its id, its name, the id above it.
        self.declared: list[tuple[str, str, str]] = []
        self.added: dict[str, None] = {}
        self._goods = goods

    def mend(self, item: Item) -> None:
        """Put the values of a good as they are meant, before they are judged."""
        for key, event in item.fields.items():
            if event is None or is_null(event):
                continue
            meant = _meant(key, event.value)
            if meant != event.value:
                self._note(event, f"{item.where}.{key}", event.value, meant)
                event.value = meant

    def declare(self, text: str, event: Any) -> None:
        """A category that a good names and the list does not declare."""
        if text not in self.added:
            self.added[text] = None
            self._note(event, "categories", "", text)

    def keep(self, item: Item) -> None:
        """Write a good as it stands by now."""
        pairs = [
            f"{key}: {_written(key, event.value)}"
            for key, event in item.fields.items()
            if event is not None and not is_null(event)
        ]
        if item.attributes:
            pairs.append(
                f"parameters: {json.dumps(item.attributes, ensure_ascii=False)}"
            )
        self._goods.write("  - " + "\n    ".join(pairs or ["{}"]) + "\n")

    def text(self, found: Findings) -> Iterator[str]:
        """The list anew; nothing if there is nothing to correct, or too much."""
        dropped = found.codes & DROPPED
        if not (self.corrections or dropped) or found.codes - DROPPED - KEPT:
            return
        yield "# Corrected by the store; everything else is as it was.\n"
        for correction in [
            *self.corrections,
            *(f"{code}: left out" for code in dropped),
        ]:
            yield f"# {correction}\n"
        yield f"shop: {_quoted(self.shop)}\n" if self.shop else ""
        declared = [*self.declared, *((t, t, "") for t in self.added)]
        yield "categories:\n" if declared else ""
        for article, name, parent in declared:
            above = f", parent: {_quoted(parent)}" if parent else ""
            yield f"  - {{id: {_quoted(article)}, name: {_quoted(name)}{above}}}\n"
        yield "goods:\n" if self._goods.tell() else "goods: []\n"
        self._goods.seek(0)
        yield from self._goods

    def _note(self, event: Any, path: str, before: str, after: str) -> None:
        change = f"{shown(before)} → {shown(after)}" if before else f"+ {shown(after)}"
        self.corrections.append(f"line {line_of(event)}: {path}: {change}")


def _meant(key: str, text: str) -> str:
    """What a value can only mean; itself where that is not certain."""
    if key in AMOUNTS and not AMOUNT.fullmatch(text):
        return _amount(text)
    if key == "quantity":
        return _quantity(text)
    if key in TEXTS and not text.isprintable():
        plain = re.sub("[\t\r\n]", " ", text) if key != "description" else text
        return SUSPICIOUS.sub(lambda c: c[0] if c[0] in "\t\r\n" else "", plain) or text
    return text


def _amount(text: str) -> str:
    stripped = normal(text)
    if _GROUPED.fullmatch(stripped) or _COMMA.fullmatch(stripped):
        amount = re.sub(_SPACE, "", stripped).replace(",", ".")
        return amount if AMOUNT.fullmatch(amount) else text
    return text


def _quantity(text: str) -> str:
    stripped = normal(text)
    if _WHOLE.fullmatch(stripped):
        stripped = re.split("[.,]", stripped)[0]
    elif _GROUPED.fullmatch(stripped) and not re.search("[.,]", stripped):
        stripped = re.sub(_SPACE, "", stripped)
    if not DIGITS.fullmatch(stripped):
        return text
    return stripped if int(stripped) <= QUANTITY_LIMIT else text


def _written(key: str, text: str) -> str:
    is_number = key in AMOUNTS or key == "quantity"
    is_plain = is_number and (AMOUNT.fullmatch(text) or DIGITS.fullmatch(text))
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
