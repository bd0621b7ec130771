"""The goods of a list, with their parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yaml.events import MappingStartEvent, ScalarEvent, SequenceStartEvent

from partners.price_list.categories import Categories
from partners.price_list.events import Events
from partners.price_list.findings import Findings, Late, titled
from partners.price_list.values import (
    NAME_LIMIT,
    TEXT_LIMIT,
    Attribute,
    Item,
    is_null,
    line_of,
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


class Goods:
    """The goods of one list; `listed` are those that were not refused."""

    def __init__(
        self, events: Events, findings: Findings, categories: Categories, limit: int
    ) -> None:
        self.listed: list[Good] = []
        self._events = events
        self._findings = findings
        self._categories = categories
        self._limit = limit
        self._id_lines: dict[str, int] = {}
        self._without_id: list[Late] = []
        self._attribute_names: dict[str, str] = {}
        self._attribute_values: dict[str, Attribute] = {}

    def read(self, top: Item, event: Any) -> None:
        readers = {"parameters": self._read_parameters}
        for position, item in enumerate(self._events.items(event, "goods", top)):
            if position >= self._limit:
                problem = f"The list has more than {self._limit} goods."
                self._findings.stop(item.opening.start_mark, "too-many-goods", problem)
            errors = self._findings.errors
            self._events.fill(item, GOOD_KEYS, readers)
            good = self._good(item)
            if good and self._findings.errors == errors:
                self.listed.append(good)

    def _good(self, item: Item) -> Good | None:
        name = item.text("name", required=True)
        model = item.text("model")
        maker = model.split("/", 1)[0].strip() if "/" in model else ""
        price = item.amount("price", required=True)
        good = Good(
            article=self._article(item, name),
            name=name,
            category=self._categories.of_good(item, name),
            price=price or Decimal(0),
            quantity=item.quantity(),
            line=line_of(item.opening),
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

    def _article(self, item: Item, name: str) -> str:
        article = item.own_id(self._id_lines)
        if not article and ("id" not in item.fields or is_null(item.fields["id"])):
            late = Late(item.opening.start_mark, item.where, name, name)
            self._without_id.append(late)
        return article or name

    def settle_ids(self) -> None:
        """Names stand for ids only where no good has an id."""
        lines: dict[str, int] = {}
        for mark, where, name, _ in self._without_id:
            path, title = f"{where}.id", titled(where, name)
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
            mark = self._without_id[0].mark
            message = "No good has an id; names are used, so keep them unchanged."
            self._findings.add(mark, "goods[].id", "no-ids", message)

    def _read_parameters(self, item: Item, event: Any) -> None:
        inner = Item(event, f"{item.where}.parameters", self._findings)
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
                name = inner.clean(key, key.value)
                if self._findings.errors == errors:
                    _remember(self._attribute_names, key.value, name)
            if name in item.attributes:
                inner.refuse_repeated(key, name, lines[name])
            lines[name] = key
            item.attributes[name] = self._attribute(inner, name, value)
        if len(item.attributes) > ATTRIBUTES_LIMIT:
            problem = f"are more than {ATTRIBUTES_LIMIT}"
            item.refuse(event, "parameters", "too-many-parameters", problem)

    def _parameters(
        self, item: Item, inner: Item, event: Any
    ) -> Iterator[tuple[Any, Any]]:
        if type(event) is MappingStartEvent:
            yield from self._events.pairs(inner)
        elif type(event) is not SequenceStartEvent:
            if not is_null(event):
                item.refuse_type(event, "parameters", "a mapping or a list")
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
