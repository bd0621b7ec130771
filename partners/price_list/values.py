"""The values of one mapping of the file, each checked by our own rules."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from yaml.events import AliasEvent, ScalarEvent

from partners.price_list.findings import Findings, shown, titled

Attribute = str | int | float | bool

NAME_LIMIT = 255
TEXT_LIMIT = 100_000
QUANTITY_LIMIT = 1_000_000
ID_LIMIT = 2**50
INTEGER_LIMIT = 2**53  # beyond it JSON clients round
NULLS = {"", "~", "null", "Null", "NULL"}

AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
DIGITS = re.compile(r"[0-9]{1,20}")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_NEGATIVE = re.compile(r"[-\u2212]\d+(\.\d*)?([eE][-+]?\d+)?")
# Control, bidi-control and zero-width characters, lone surrogates.
SUSPICIOUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Item:
    """One mapping of the file: its scalars, and the way to complain about them."""

    __slots__ = (
        "attributes",
        "fields",
        "findings",
        "opening",
        "parameters",
        "where",
    )

    def __init__(self, opening: Any, where: str, findings: Findings) -> None:
        self.opening = opening
        self.where = where
        self.findings = findings
        self.fields: dict[str, Any] = {}
        self.attributes: dict[str, Attribute] = {}
        self.parameters: dict[str, Any] = {}  # of a table, unread

    def refuse(self, event: Any, key: str, text: str, **gaps: str | int) -> None:
        """Note what is wrong with a value; `value` is the partner's own words."""
        key = shown(key)
        path = f"{self.where}.{key}".strip(".")
        name = self.fields.get("name")
        gaps |= {"title": titled(self.where, name.value if name else ""), "key": key}
        self.findings.add(event.start_mark, path, text, **gaps)

    def refuse_type(self, event: Any, key: str, wanted: str) -> None:
        if type(event) is not AliasEvent:  # which was refused as such
            self.refuse(event, key, f"wrong-type/{wanted}", line=line_of(event))

    def refuse_repeated(self, event: Any, key: str, first: Any) -> None:
        lines = {"first": line_of(first), "line": line_of(event)}
        self.refuse(event, key, "duplicate-key", **lines)

    def require(self, key: str) -> None:
        if key not in self.fields:
            self.refuse(self.opening, key, "missing-key")

    def scalar(self, key: str, *, required: bool = False) -> Any:
        """The event of a value that is there and not null, else None."""
        event = self.fields.get(key)
        if event and not is_null(event):
            return event
        if required and event:
            self.refuse(event, key, "missing-key/empty")
        elif required:
            self.require(key)
        return None

    def text(self, key: str, *, required: bool = False, limit: int = NAME_LIMIT) -> str:
        event = self.scalar(key, required=required)
        return self.clean(event, key, required=required, limit=limit) if event else ""

    def clean(
        self, event: Any, key: str, *, required: bool = True, limit: int = NAME_LIMIT
    ) -> str:
        """The text in its normal form; only long texts may have several lines."""
        text = normal(event.value)
        if required and not text:
            self.refuse(event, key, "invalid-text/empty")
        if len(text) > limit:
            sizes = {"length": len(text), "limit": limit}
            self.refuse(event, key, "invalid-text/long", **sizes)
        if not text.isprintable():
            line = re.sub("[\t\r\n]", " ", text) if limit > NAME_LIMIT else text
            if match := SUSPICIOUS.search(line):
                found = f"U+{ord(match[0]):04X}"
                self.refuse(event, key, "suspicious-characters", found=found)
        return text

    def amount(self, key: str, *, required: bool = False) -> Decimal | None:
        event = self.scalar(key, required=required)
        if not event:
            return None
        if AMOUNT.fullmatch(event.value) and (amount := Decimal(event.value)):
            return amount
        self.refuse(event, key, "invalid-price", value=shown(event.value))
        return None

    def quantity(self) -> int:
        event = self.scalar("quantity", required=True)
        if not event:
            return 0
        if not DIGITS.fullmatch(event.value):
            value = shown(event.value)
            self.refuse(event, "quantity", "invalid-quantity", value=value)
            return 0
        if (quantity := int(event.value)) > QUANTITY_LIMIT:
            self.refuse(event, "quantity", "quantity-sentinel", value=quantity)
        return quantity

    def article(self, key: str, *, required: bool = False) -> str:
        """An id as text: 12 and '12' are the same id."""
        event = self.scalar(key, required=required)
        if not event:
            return ""
        text = self.clean(event, key)
        is_outside = text.isnumeric() and (
            not text.isascii() or int(text[:NAME_LIMIT]) > ID_LIMIT
        )
        if is_outside or _NEGATIVE.fullmatch(text):
            value = shown(text)
            self.refuse(event, key, "invalid-id", value=value, limit=ID_LIMIT)
        return text


def line_of(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def is_null(event: Any) -> bool:
    return type(event) is ScalarEvent and not event.style and event.value in NULLS


def normal(text: str) -> str:
    return (text if text.isascii() else normalize("NFC", text)).strip()


def typed(text: str) -> Attribute:
    """The value of unquoted text by our own rules, not by those of YAML 1.1."""
    if _INTEGER.fullmatch(text) and abs(int(text)) <= INTEGER_LIMIT:
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)
