"""The goods of a list, with their parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yaml.events import MappingStartEvent, ScalarEvent, SequenceStartEvent

from partners.price_list.categories import Categories
from partners.price_list.events import Events
from partners.price_list.findings import Findings
from partners.price_list.mending import Mending
from partners.price_list.values import (
    NAME_LIMIT,
    TEXT_LIMIT,
    Attribute,
    Item,
    is_null,
    typed,
)

ATTRIBUTES_LIMIT = 200
CACHE_LIMIT = 10_000
GOOD_KEYS = frozenset(
    "id name category model brand description quantity price price_rrc "
    "discount_price".split()
)
PARAMETER_KEYS = frozenset({"name", "value"})


@dataclass(frozen=True, slots=True)
class Good:
    """One good of the list; `category` is a name, or what the file has in its place.

    Every value is checked. A refused good has its place and article only; a good
    without an id has the article "". Its place is that of its id, if it has one.
    """

    position: int
    line: int
    col: int
    article: str
    name: str = ""
    category: str = ""
    regular_price: Decimal = Decimal(0)
    stock: int = 0
    model: str = ""
    brand: str = ""
    description: str = ""
    discount_price: Decimal | None = None
    recommended_price: Decimal | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True)
class Sink:
    """Where goods go, how many may come, and what corrects them on the way."""

    emit: Callable[[Good], None]
    goods_limit: int
    mending: Mending | None = None


class Goods:
    """The goods of one list, handed on one by one."""

    def __init__(
        self,
        events: Events,
        findings: Findings,
        categories: Categories,
        sink: Sink,
    ) -> None:
        self.count = 0
        self.errors = 0
        self._events = events
        self._findings = findings
        self._categories = categories
        self._emit = sink.emit
        self._limit = sink.goods_limit
        self._mending = sink.mending
        self._attribute_names: dict[str, str] = {}
        self._attribute_values: dict[str, Attribute] = {}

    def read(self, top: Item, event: Any) -> None:
        readers = {"parameters": self._read_parameters}
        before = self._findings.errors
        for position, item in enumerate(self._events.items(event, "goods", top)):
            errors = self._findings.errors
            self._events.fill(item, GOOD_KEYS, readers)
            self._take(position, item, errors)
        self.errors = self._findings.errors - before

    def take(self, position: int, item: Item) -> None:
        """The good of one row of a table, whose parameters are still unread."""
        errors = self._findings.errors
        for key, event in item.parameters.items():
            item.attributes[key] = self._attribute(item, key, event)
        self._take(position, item, errors)
        self.errors += self._findings.errors - errors

    def _take(self, position: int, item: Item, errors: int) -> None:
        """Hand the good on; as refused if there are more than `errors` by now."""
        if position >= self._limit:
            mark = item.opening.start_mark
            self._findings.stop(mark, "too-many-goods", limit=self._limit)
        if self._mending:
            self._mending.mend(item)
        good = self._good(item, position)
        if self._mending:
            self._mending.keep(item)
        if self._findings.errors > errors:
            # Nothing of it is believed; its article may name today's offer.
            known = good.article if good.article.isprintable() else ""
            good = Good(position, good.line, good.col, known[:NAME_LIMIT])
        self.count += 1
        self._emit(good)

    def _good(self, item: Item, position: int) -> Good:
        name = item.text("name", required=True)
        model = item.text("model")
        maker = model.split("/", 1)[0].strip() if "/" in model else ""
        price = item.amount("price", required=True)
        mark = (item.fields.get("id") or item.opening).start_mark
        good = Good(
            position=position,
            line=mark.line + 1,
            col=mark.column + 1,
            article=item.article("id"),
            name=name,
            category=self._categories.of_good(item, name),
            regular_price=price or Decimal(0),
            stock=item.quantity(),
            model=model,
            brand=item.text("brand") or maker,
            description=item.text("description", limit=TEXT_LIMIT),
            discount_price=item.amount("discount_price"),
            recommended_price=item.amount("price_rrc"),
            attributes=item.attributes,
        )
        if not price:
            return good
        if good.discount_price and good.discount_price >= price:
            gaps = {"value": str(good.discount_price), "price": str(price)}
            event = item.fields["discount_price"]
            item.refuse(event, "discount_price", "invalid-discount", **gaps)
        if good.recommended_price and good.recommended_price < price:
            gaps = {"value": str(price), "recommended": str(good.recommended_price)}
            event = item.fields["price"]
            item.refuse(event, "price", "price-above-recommended", **gaps)
        return good

    def _read_parameters(self, item: Item, event: Any) -> None:
        inner = Item(event, f"{item.where}.parameters", self._findings)
        inner.fields = item.fields  # for the good's name in messages
        lines: dict[str, Any] = {}
        for key, value in self._parameters(item, inner, event):
            if type(value) is not ScalarEvent:
                inner.refuse_type(value, key.value, "value")
                self._events.skip(value)
                continue
            name = self._attribute_names.get(key.value)
            if name is None:
                errors = self._findings.errors
                name = inner.clean(key, key.value)
                if self._findings.errors == errors:
                    _remember(self._attribute_names, key.value, name)
            if name in item.attributes:
                inner.refuse_repeated(key, name, lines[name])
            lines[name] = key
            item.attributes[name] = self._attribute(inner, name, value)
        if len(item.attributes) > ATTRIBUTES_LIMIT:
            limit = ATTRIBUTES_LIMIT
            item.refuse(event, "parameters", "too-many-parameters", limit=limit)

    def _parameters(
        self, item: Item, inner: Item, event: Any
    ) -> Iterator[tuple[Any, Any]]:
        if type(event) is MappingStartEvent:
            yield from self._events.pairs(inner)
        elif type(event) is not SequenceStartEvent:
            if not is_null(event):
                item.refuse_type(event, "parameters", "mapping-or-list")
        else:
            for entry in self._events.items(event, inner.where, item):
                self._events.fill(entry, PARAMETER_KEYS, {})
                name = entry.scalar("name", required=True)
                entry.require("value")
                if name and (value := entry.fields.get("value")):
                    yield name, value

    def _attribute(self, inner: Item, key: str, event: Any) -> Attribute:
        text = event.value
        if event.style:
            return inner.clean(event, key, required=False, limit=TEXT_LIMIT)
        value = self._attribute_values.get(text)
        if value is None:
            errors = self._findings.errors
            value = typed(inner.clean(event, key, required=False, limit=TEXT_LIMIT))
            if self._findings.errors == errors:
                _remember(self._attribute_values, text, value)
        return value


def _remember(cache: dict[str, Any], text: str, value: Attribute) -> None:
    """Goods share equal texts, which saves most of the memory of parameters."""
    if len(cache) < CACHE_LIMIT and len(text) <= NAME_LIMIT:
        cache[text] = value
