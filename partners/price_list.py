"""Reads a partner's price list: bytes in, a `PriceList` or `PriceListInvalid` out.

One pass over the events of the C parser, the only safe door to hostile YAML: nothing
is composed or constructed, and one good at a time is in the making.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any, Literal, NamedTuple, NoReturn
from unicodedata import normalize

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from partners.exceptions import PriceListInvalid

Attribute = str | int | float | bool

FINDINGS_LIMIT = 100
DEPTH_LIMIT = 8
NAME_LIMIT = 255
TEXT_LIMIT = 100_000
ATTRIBUTES_LIMIT = 200
QUANTITY_LIMIT = 1_000_000
ID_LIMIT = 2**50
INTEGER_LIMIT = 2**53  # beyond it JSON clients round
CACHE_LIMIT = 10_000
WARNINGS = {"unknown-key", "no-ids", "no-goods", "price-above-recommended"}

TOP_KEYS = frozenset({"shop"})
CATEGORY_KEYS = frozenset({"id", "name", "parent"})
PARAMETER_KEYS = frozenset({"name", "value"})
GOOD_KEYS = CATEGORY_KEYS - {"parent"} | {
    *("category", "model", "brand", "description", "quantity"),
    *("price", "price_rrc", "discount_price"),
}
OPENINGS = {MappingStartEvent, SequenceStartEvent}
CLOSINGS = {MappingEndEvent, SequenceEndEvent}
NULLS = {"", "~", "null", "Null", "NULL"}

_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
_DIGITS = re.compile(r"[0-9]{1,20}")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_NEGATIVE = re.compile(r"[-\u2212]\d+(\.\d*)?([eE][-+]?\d+)?")
_NUMERIC = re.compile(r"[-+]?\d+([.,]\d+)?")
# What the YAML standard forbids in a file, NUL first of all.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
# Control, bidi-control and zero-width characters, lone surrogates.
_SUSPICIOUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about one place of the file; lines and columns count from 1.

    `field` is a path like `goods[0].price`, in which list positions count from 0.
    """

    line: int | None
    column: int | None
    field: str
    severity: Literal["error", "warning", "info"]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ListedCategory:
    """A category the list declares or names; `parent` is the name of another."""

    name: str
    parent: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Good:
    """One good of the list, every value checked; `category` is a name."""

    article: str
    name: str
    category: str
    price: Decimal
    quantity: int
    line: int
    model: str = ""
    brand: str = ""
    description: str = ""
    discount_price: Decimal | None = None
    recommended_price: Decimal | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)


@dataclass
class PriceList:
    """A list without errors; articles and category names in it are unique.

    `findings` are the first 100 warnings of `findings_total`.
    """

    shop: str
    categories: list[ListedCategory]
    goods: list[Good]
    findings: list[Finding]
    findings_total: int


def read_price_list(
    content: bytes, *, bytes_limit: int = 5_000_000, goods_limit: int = 1_000_000
) -> PriceList:
    """Read the whole list.

    Raises PriceListInvalid with the errors found, and nothing else on any bytes.
    """
    findings = _Findings()
    if len(content) > bytes_limit:
        problem = f"The file has {len(content)} bytes, more than {bytes_limit}."
        findings.stop(None, "too-large", problem)
    events = _Events(_utf8(content, findings), findings)
    return _Reader(events, findings, goods_limit).read()


def _utf8(content: bytes, findings: _Findings) -> bytes:
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        findings.stop(None, "encoding", "The file is UTF-32; save it as UTF-8.")
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "utf-8")
    except UnicodeDecodeError as error:
        mark = None if is_utf16 else _mark_after(content[: error.start].decode())
        is_text = not re.search(b"[\x00\x98]", content)  # undefined in cp1251
        is_russian = is_text and re.search("[а-яё]", content.decode("cp1251"), re.I)
        found = "looks like Windows-1251 (cp1251)" if is_russian else "is not UTF-8"
        found = "is broken UTF-16" if is_utf16 else found
        findings.stop(mark, "encoding", f"The file {found}; save it as UTF-8.")
    if match := _FORBIDDEN.search(text):
        mark = _mark_after(text[: match.start()])
        found = f"U+{ord(match[0]):04X} at line {mark.line + 1}"
        message = f"The file contains the control character {found}."
        findings.stop(mark, "control-character", message)
    return text.encode() if is_utf16 else content


class _Mark(NamedTuple):
    """A place as the parser counts, from 0."""

    line: int
    column: int


def _mark_after(text: str) -> _Mark:
    lines = f"{text.removeprefix(chr(0xFEFF))}?".splitlines()
    return _Mark(len(lines) - 1, len(lines[-1]) - 1)


def _shown(text: str) -> str:
    """Partner's text for a message: short, and harmless to terminals and databases."""
    return repr(text[:60])[1:-1] + "…" * (len(text) > 60)


def _title(where: str, name: str) -> str:
    return f"{where} '{_shown(name)}'" if name else where


def _is_null(event: Any) -> bool:
    return type(event) is ScalarEvent and not event.style and event.value in NULLS


def _normal(text: str) -> str:
    return (text if text.isascii() else normalize("NFC", text)).strip()


def _typed(text: str) -> Attribute:
    """The value of unquoted text by our own rules, not by those of YAML 1.1."""
    if _INTEGER.fullmatch(text) and abs(int(text)) <= INTEGER_LIMIT:
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)


class _Findings:
    """Counts all findings and keeps the first 100, errors before warnings."""

    def __init__(self) -> None:
        self.total = 0
        self.errors = 0
        self._kept: list[Finding] = []

    def add(self, mark: Any, path: str, code: str, message: str) -> None:
        is_error = code not in WARNINGS
        self.total += 1
        self.errors += is_error
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        severity: Literal["error", "warning"] = "error" if is_error else "warning"
        self._kept.append(Finding(line, column, path, severity, code, message))
        if len(self._kept) >= 10 * FINDINGS_LIMIT:
            self._kept = self.first()

    def first(self) -> list[Finding]:
        self._kept.sort(key=lambda f: (f.severity, f.line or 0, f.column or 0))
        return self._kept[:FINDINGS_LIMIT]

    def refuse(self) -> NoReturn:
        raise PriceListInvalid(self.first(), self.total)

    def stop(self, mark: Any, code: str, message: str) -> NoReturn:
        """Refuse at once, because the rest of the file cannot be read."""
        self.add(mark, "", code, message)
        self.refuse()


class _Events:
    """The parser's events; what no price list may contain is refused on the way."""

    def __init__(self, content: bytes, findings: _Findings) -> None:
        self._get_event: Callable[[], Any] = yaml.CSafeLoader(content).get_event
        self._findings = findings
        self._depth = 0

    def next(self) -> Any:
        try:
            event = self._get_event()
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self._stop_at_syntax(error)
        kind = type(event)
        if kind is ScalarEvent:
            if event.anchor is None and event.tag is None:
                return event
        elif kind in CLOSINGS:
            self._depth -= 1
            return event
        elif kind in OPENINGS:
            self._depth += 1
            if self._depth > DEPTH_LIMIT:
                problem = f"Values are nested deeper than {DEPTH_LIMIT} levels."
                self._findings.stop(event.start_mark, "too-deep", problem)
        if anchor := getattr(event, "anchor", None):
            self._forbid(event, "alias", f"anchor or alias '{_shown(anchor)}'")
        if tag := getattr(event, "tag", None):
            self._forbid(event, "tag", f"tag '{_shown(tag)}'")
        return event

    def skip(self, event: Any) -> None:
        """Read to the end of the value that `event` begins."""
        outside = self._depth - (type(event) in OPENINGS)
        while self._depth > outside:
            self.next()

    def pairs(self, item: _Item) -> Iterator[tuple[Any, Any]]:
        """Each key of a mapping with the event that begins its value.

        The caller reads or skips the value before it asks for the next pair.
        """
        keys: dict[str, Any] = {}
        while type(key := self.next()) is not MappingEndEvent:
            if type(key) is not ScalarEvent:
                item.refuse_type(key, "", "plain text as a key")
                self.skip(key)
            elif first := keys.get(key.value):
                item.refuse_repeated(key, key.value, first)
            else:
                keys[key.value] = key
                yield key, self.next()
                continue
            self.skip(self.next())

    def items(self, event: Any, path: str, owner: _Item) -> Iterator[_Item]:
        """Each mapping of a list, unread; whatever else is there is refused."""
        if type(event) is not SequenceStartEvent:
            owner.refuse_type(event, path.rpartition(".")[2], "a list")
            self.skip(event)
            return
        for index in count():
            if type(event := self.next()) is SequenceEndEvent:
                return
            item = _Item(event, f"{path}[{index}]", self._findings)
            if type(event) is MappingStartEvent:
                yield item
            elif _is_null(event):
                item.refuse(event, "", "empty-item", "the item is empty")
            else:
                item.refuse_type(event, "", "a mapping of keys and values")
                self.skip(event)

    def _forbid(self, event: Any, kind: str, found: str) -> None:
        line = event.start_mark.line + 1
        message = f"Line {line}: the {found} is not allowed."
        self._findings.add(event.start_mark, "", f"{kind}-not-allowed", message)

    def _stop_at_syntax(self, error: Exception) -> NoReturn:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        parts = (getattr(error, "context", None), getattr(error, "problem", None))
        problem = ", ".join(filter(None, parts)) or "the parser gave up"
        message = f"The file is not YAML{where}: {problem}."
        self._findings.stop(mark, "yaml-syntax", message)


class _Item:
    """One mapping of the file: its scalars, and the way to complain about them."""

    __slots__ = ("attributes", "fields", "findings", "opening", "where")

    def __init__(self, opening: Any, where: str, findings: _Findings) -> None:
        self.opening = opening
        self.where = where
        self.findings = findings
        self.fields: dict[str, Any] = {}
        self.attributes: dict[str, Attribute] = {}

    def refuse(self, event: Any, key: str, code: str, problem: str) -> None:
        key = _shown(key)
        path = f"{self.where}.{key}".strip(".")
        name = self.fields.get("name")
        title = _title(self.where, name.value if name else "")
        message = f"{title}: {key} {problem}" if key else f"{title}: {problem}"
        self.findings.add(event.start_mark, path, code, message.removeprefix(": "))

    def refuse_type(self, event: Any, key: str, wanted: str) -> None:
        if type(event) is not AliasEvent:  # which was refused as such
            verb = "must be" if key else "expected"
            problem = f"{verb} {wanted} (line {event.start_mark.line + 1})"
            self.refuse(event, key, "wrong-type", problem)

    def refuse_repeated(self, event: Any, key: str, first: Any) -> None:
        lines = f"lines {first.start_mark.line + 1} and {event.start_mark.line + 1}"
        self.refuse(event, key, "duplicate-key", f"is written twice, at {lines}")

    def scalar(self, key: str, *, required: bool = False) -> Any:
        """The event of a value that is there and not null, else None."""
        event = self.fields.get(key)
        if event is not None and not _is_null(event):
            return event
        if required and (event is not None or key not in self.fields):
            problem = "is empty" if event else "is missing"
            self.refuse(event or self.opening, key, "missing-key", problem)
        return None

    def text(self, key: str, *, required: bool = False, limit: int = NAME_LIMIT) -> str:
        event = self.scalar(key, required=required)
        return self.clean(event, key, required, limit) if event else ""

    def clean(self, event: Any, key: str, required: bool, limit: int) -> str:
        """The text in its normal form; only long texts may have several lines."""
        text = _normal(event.value)
        if required and not text:
            self.refuse(event, key, "invalid-text", "is empty")
        if len(text) > limit:
            problem = f"has {len(text)} characters, more than {limit}"
            self.refuse(event, key, "invalid-text", problem)
        if not text.isprintable():
            line = re.sub("[\t\r\n]", " ", text) if limit > NAME_LIMIT else text
            if match := _SUSPICIOUS.search(line):
                problem = f"contains the invisible character U+{ord(match[0]):04X}"
                self.refuse(event, key, "suspicious-characters", problem)
        return text

    def amount(self, key: str, *, required: bool = False) -> Decimal | None:
        event = self.scalar(key, required=required)
        if not event:
            return None
        if _AMOUNT.fullmatch(event.value) and (amount := Decimal(event.value)):
            return amount
        problem = f"'{_shown(event.value)}' is not an amount like 1990 or 1990.50"
        self.refuse(event, key, "invalid-price", problem)
        return None

    def quantity(self) -> int:
        event = self.scalar("quantity", required=True)
        if not event:
            return 0
        if not _DIGITS.fullmatch(event.value):
            problem = f"'{_shown(event.value)}' is not a whole number like 0 or 14"
            self.refuse(event, "quantity", "invalid-quantity", problem)
            return 0
        if (quantity := int(event.value)) > QUANTITY_LIMIT:
            problem = f"{quantity} looks like a placeholder"
            self.refuse(event, "quantity", "quantity-sentinel", problem)
        return quantity

    def article(self, key: str, *, required: bool = False) -> str:
        """An id as text: 12 and '12' are the same id."""
        event = self.scalar(key, required=required)
        if not event:
            return ""
        text = self.clean(event, key, True, NAME_LIMIT)
        is_outside = text.isnumeric() and (
            not text.isascii() or int(text[:NAME_LIMIT]) > ID_LIMIT
        )
        if is_outside or _NEGATIVE.fullmatch(text):
            problem = f"'{_shown(text)}' is not a number from 0 to {ID_LIMIT}"
            self.refuse(event, key, "invalid-id", problem)
        return text


_Readers = Mapping[str, Callable[[_Item, Any], None]]


class _Late(NamedTuple):
    """What one good says and only the end of the file can judge."""

    mark: Any
    where: str
    name: str
    text: str


class _Reader:
    """Reads one list; call `read` once."""

    def __init__(self, events: _Events, findings: _Findings, goods_limit: int) -> None:
        self._events = events
        self._findings = findings
        self._goods_limit = goods_limit
        self._goods: list[Good] = []
        self._categories: dict[str, ListedCategory] = {}
        self._category_names: dict[str, str] | None = None  # by id and by name
        self._id_lines: dict[str, int] = {}
        self._goods_without_id: list[_Late] = []
        self._goods_before_categories: list[_Late] = []
        self._unknown_keys: dict[str, tuple[Any, int]] = {}
        self._attribute_names: dict[str, str] = {}
        self._attribute_values: dict[str, Attribute] = {}

    def read(self) -> PriceList:
        top = self._open_document()
        readers = {"categories": self._read_categories, "goods": self._read_goods}
        self._fill(top, TOP_KEYS, readers)
        self._close_document()
        shop = top.text("shop", required=True)
        if "goods" not in top.fields:
            top.refuse(top.opening, "goods", "missing-key", "is missing")
        self._settle_ids()
        self._settle_categories(are_declared="categories" in top.fields)
        for path, (mark, times) in self._unknown_keys.items():
            message = f"Key {path} is unknown and was ignored ({times} in all)."
            self._findings.add(mark, path, "unknown-key", message)
        if self._findings.errors:
            self._findings.refuse()
        if not self._goods:
            message = "The list has no goods: all goods of the shop would be withdrawn."
            self._findings.add(top.opening.start_mark, "goods", "no-goods", message)
        categories, findings = [*self._categories.values()], self._findings
        total = findings.total
        return PriceList(shop, categories, self._goods, findings.first(), total)

    def _open_document(self) -> _Item:
        self._events.next()
        opening = self._events.next()
        root = opening if type(opening) is StreamEndEvent else self._events.next()
        if root is opening or _is_null(root):
            self._findings.stop(None, "empty-file", "The file is empty.")
        if type(root) is not MappingStartEvent:
            problem = "The file must be a mapping with the keys shop and goods."
            self._findings.stop(root.start_mark, "wrong-type", problem)
        return _Item(root, "", self._findings)

    def _close_document(self) -> None:
        self._events.next()
        if type(event := self._events.next()) is not StreamEndEvent:
            mark = event.start_mark
            problem = f"A second document begins at line {mark.line + 1}."
            self._findings.add(mark, "", "several-documents", problem)

    def _fill(self, item: _Item, keys: frozenset[str], readers: _Readers) -> None:
        """Read a mapping: scalars of these keys into `fields`, the rest by readers."""
        for key, value in self._events.pairs(item):
            name = key.value
            if name in readers:
                item.fields[name] = None
                readers[name](item, value)
                continue
            if name not in keys:
                level = re.sub(r"\d+", "", item.where)
                path = f"{level}.{_shown(name)}".lstrip(".")
                mark, times = self._unknown_keys.get(path, (key.start_mark, 0))
                self._unknown_keys[path] = (mark, times + 1)
            elif type(value) is ScalarEvent:
                item.fields[name] = value
                continue
            else:
                item.fields[name] = None
                item.refuse_type(value, name, "a single value")
            self._events.skip(value)

    def _read_categories(self, top: _Item, event: Any) -> None:
        is_list = type(event) is SequenceStartEvent
        lines: dict[str, int] = {}
        names: dict[str, str] = {}
        parents: list[tuple[_Item, str, str]] = []
        for item in self._events.items(event, "categories", top):
            self._fill(item, CATEGORY_KEYS, {})
            article = item.article("id", required=True)
            name = item.text("name", required=True)
            self._refuse_used(item, article, lines)
            names.setdefault(article, name)
            parents.append((item, name, item.article("parent")))
        for item, name, parent in parents:
            if parent and parent not in names:
                problem = f"'{_shown(parent)}' is not declared"
                event = item.fields["parent"]
                item.refuse(event, "parent", "undeclared-category", problem)
            line = item.opening.start_mark.line + 1
            listed = ListedCategory(name, names.get(parent) if parent else None, line)
            self._categories.setdefault(name, listed)
        self._refuse_circles()
        if is_list:
            self._category_names = {name: name for name in self._categories} | names

    def _refuse_circles(self) -> None:
        seen: dict[str, int] = {}  # by which walk upwards
        for walk, listed in enumerate(self._categories.values()):
            step: ListedCategory | None = listed
            while step and step.name not in seen:
                seen[step.name] = walk
                step = self._categories.get(step.parent) if step.parent else None
            if step and seen[step.name] == walk:
                problem = f"Category '{_shown(step.name)}' is its own ancestor."
                mark = _Mark(step.line - 1, 0)
                self._findings.add(mark, "categories", "category-circle", problem)

    def _refuse_used(self, item: _Item, article: str, lines: dict[str, int]) -> None:
        if not article:
            return
        event = item.fields["id"]
        line = event.start_mark.line + 1
        if article in lines:
            used = f"is already used at line {lines[article]}"
            problem = f"'{_shown(article)}' at line {line} {used}"
            item.refuse(event, "id", "duplicate-id", problem)
        else:
            lines[article] = line

    def _read_goods(self, top: _Item, event: Any) -> None:
        self._goods.extend(self._each_good(top, event))

    def _each_good(self, top: _Item, event: Any) -> Iterator[Good]:
        """The goods as they are read, without those that were refused."""
        for position, item in enumerate(self._events.items(event, "goods", top)):
            if position >= self._goods_limit:
                problem = f"The list has more than {self._goods_limit} goods."
                self._findings.stop(item.opening.start_mark, "too-many-goods", problem)
            errors = self._findings.errors
            self._fill(item, GOOD_KEYS, {"parameters": self._read_parameters})
            good = self._good(item)
            if good and self._findings.errors == errors:
                yield good

    def _good(self, item: _Item) -> Good | None:
        name = item.text("name", required=True)
        model = item.text("model")
        maker = model.split("/", 1)[0].strip() if "/" in model else ""
        price = item.amount("price", required=True)
        good = Good(
            article=self._good_article(item, name),
            name=name,
            category=self._good_category(item, name),
            price=price or Decimal(0),
            quantity=item.quantity(),
            line=item.opening.start_mark.line + 1,
            model=model,
            brand=item.text("brand") or maker,
            description=item.text("description", limit=TEXT_LIMIT),
            discount_price=item.amount("discount_price"),
            recommended_price=item.amount("price_rrc"),
            attributes=item.attributes,
        )
        if not price:
            return None
        if good.discount_price and good.discount_price >= price:
            problem = f"{good.discount_price} is not below price {price}"
            event = item.fields["discount_price"]
            item.refuse(event, "discount_price", "invalid-discount", problem)
        if good.recommended_price and good.recommended_price < price:
            problem = f"{price} is above price_rrc {good.recommended_price}"
            event = item.fields["price"]
            item.refuse(event, "price", "price-above-recommended", problem)
        return good

    def _good_article(self, item: _Item, name: str) -> str:
        article = item.article("id")
        if article:
            self._refuse_used(item, article, self._id_lines)
        elif "id" not in item.fields or _is_null(item.fields["id"]):
            late = _Late(item.opening.start_mark, item.where, name, name)
            self._goods_without_id.append(late)
        return article or name

    def _good_category(self, item: _Item, name: str) -> str:
        event = item.scalar("category", required=True)
        if not event:
            return ""
        if self._category_names is None:
            text = item.clean(event, "category", True, NAME_LIMIT)
            late = _Late(event.start_mark, item.where, name, text)
            self._goods_before_categories.append(late)
            return text
        text = _normal(event.value)
        if text not in self._category_names:
            problem = f"'{_shown(text)}' is not declared"
            item.refuse(event, "category", "undeclared-category", problem)
        return self._category_names.get(text, "")

    def _read_parameters(self, item: _Item, event: Any) -> None:
        inner = _Item(event, f"{item.where}.parameters", self._findings)
        inner.fields = item.fields  # for the good's name in messages
        lines: dict[str, Any] = {}
        for key, value in self._parameters(item, inner, event):
            if type(value) is not ScalarEvent:
                inner.refuse_type(value, key.value, "a single value")
                self._events.skip(value)
                continue
            name = self._attribute_names.get(key.value)
            if name is None:
                errors = self._findings.errors
                name = inner.clean(key, key.value, True, NAME_LIMIT)
                if self._findings.errors == errors:
                    self._remember(self._attribute_names, key.value, name)
            if name in item.attributes:
                inner.refuse_repeated(key, name, lines[name])
            lines[name] = key
            item.attributes[name] = self._attribute(inner, name, value)
        if len(item.attributes) > ATTRIBUTES_LIMIT:
            problem = f"are more than {ATTRIBUTES_LIMIT}"
            item.refuse(event, "parameters", "too-many-parameters", problem)

    def _parameters(
        self, item: _Item, inner: _Item, event: Any
    ) -> Iterator[tuple[Any, Any]]:
        if type(event) is MappingStartEvent:
            yield from self._events.pairs(inner)
        elif type(event) is not SequenceStartEvent:
            if not _is_null(event):
                item.refuse_type(event, "parameters", "a mapping or a list")
        else:
            for entry in self._events.items(event, inner.where, item):
                self._fill(entry, PARAMETER_KEYS, {})
                name = entry.scalar("name", required=True)
                if "value" not in entry.fields:
                    entry.refuse(entry.opening, "value", "missing-key", "is missing")
                elif name and entry.fields["value"]:
                    yield name, entry.fields["value"]

    def _attribute(self, inner: _Item, key: str, event: Any) -> Attribute:
        text = event.value
        if event.style:
            return inner.clean(event, key, False, TEXT_LIMIT)
        value = self._attribute_values.get(text)
        if value is None:
            errors = self._findings.errors
            value = _typed(inner.clean(event, key, False, TEXT_LIMIT))
            if self._findings.errors == errors:
                self._remember(self._attribute_values, text, value)
        return value

    def _remember(self, cache: dict[str, Any], text: str, value: Attribute) -> None:
        """Goods share equal texts, which saves most of the memory of parameters."""
        if len(cache) < CACHE_LIMIT and len(text) <= NAME_LIMIT:
            cache[text] = value

    def _settle_ids(self) -> None:
        """Names stand for ids only where no good has an id."""
        lines: dict[str, int] = {}
        for mark, where, name, _ in self._goods_without_id:
            path, title = f"{where}.id", _title(where, name)
            if self._id_lines:
                message = f"{title}: id is missing, though other goods have one"
                self._findings.add(mark, path, "missing-key", message)
            elif name in lines:
                used = f"at line {mark.line + 1} is already used at line {lines[name]}"
                message = f"{title}: without ids, the name {used}"
                self._findings.add(mark, path, "duplicate-id", message)
            elif name:
                lines[name] = mark.line + 1
        if lines:
            mark = self._goods_without_id[0].mark
            message = "No good has an id; names are used, so keep them unchanged."
            self._findings.add(mark, "goods[].id", "no-ids", message)

    def _settle_categories(self, *, are_declared: bool) -> None:
        """Judge the categories of goods that were read before any were declared."""
        names = self._category_names
        if are_declared and names is None:  # what was there is refused
            return
        for mark, where, name, text in self._goods_before_categories:
            reason = "" if names is None or text in names else "is not declared"
            if names is None and _NUMERIC.fullmatch(text):
                reason = "is a number, and no categories are declared"
            if reason:
                message = f"{_title(where, name)}: category '{_shown(text)}' {reason}"
                path = f"{where}.category"
                self._findings.add(mark, path, "undeclared-category", message)
            elif names is None:
                listed = ListedCategory(text, None, mark.line + 1)
                self._categories.setdefault(text, listed)
        if names and self._goods_before_categories and not self._findings.errors:
            goods = self._goods
            self._goods = [replace(g, category=names[g.category]) for g in goods]
