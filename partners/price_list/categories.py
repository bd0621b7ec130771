"""The categories of a list: declared in it, or only named by its goods."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from yaml.events import SequenceStartEvent

from partners.price_list.events import Events
from partners.price_list.findings import Findings, Late, Mark, shown, titled
from partners.price_list.mending import Mending
from partners.price_list.values import Item, line_of, normal

CATEGORY_KEYS = frozenset({"id", "name", "parent"})

_NUMERIC = re.compile(r"[-+]?\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class ListedCategory:
    """A category the list declares or names; `parent` is the name of another."""

    name: str
    parent: str | None
    line: int


class Categories:
    """The categories of one list, by name in `listed`."""

    def __init__(
        self, events: Events, findings: Findings, mending: Mending | None = None
    ) -> None:
        self.listed: dict[str, ListedCategory] = {}
        self._mending = mending
        self._events = events
        self._findings = findings
        self._names: dict[str, str] | None = None  # by id and by name
        self._named_before: dict[str, Late] = {}

    def read(self, top: Item, event: Any) -> None:
        is_list = type(event) is SequenceStartEvent
        lines: dict[str, int] = {}
        names: dict[str, str] = {}
        parents: list[tuple[Item, str, str]] = []
        for item in self._events.items(event, "categories", top):
            self._events.fill(item, CATEGORY_KEYS, {})
            article = _own_id(item, lines)
            name = item.text("name", required=True)
            names.setdefault(article, name)
            parents.append((item, name, item.article("parent")))
        for item, name, parent in parents:
            if self._mending:
                own = item.fields.get("id")
                declared = (own.value if own else "", name, parent)
                self._mending.declared.append(declared)
            if parent and parent not in names:
                event = item.fields["parent"]
                value = shown(parent)
                item.refuse(event, "parent", "undeclared-category", value=value)
            above = names.get(parent) if parent else None
            listed = ListedCategory(name, above, line_of(item.opening))
            self.listed.setdefault(name, listed)
        self._refuse_circles()
        if is_list:
            self._names = {name: name for name in self.listed} | names

    def _refuse_circles(self) -> None:
        seen: dict[str, int] = {}  # by which walk upwards
        for walk, listed in enumerate(self.listed.values()):
            step: ListedCategory | None = listed
            while step and step.name not in seen:
                seen[step.name] = walk
                step = self.listed.get(step.parent) if step.parent else None
            if step and seen[step.name] == walk:
                mark = Mark(step.line - 1, 0)
                gaps = {"value": shown(step.name)}
                self._findings.add(mark, "categories", "category-circle", **gaps)

    def of_good(self, item: Item, name: str) -> str:
        """The name of a good's category, or what the good says as long as none is."""
        event = item.scalar("category", required=True)
        if not event:
            return ""
        if self._names is None:
            text = item.clean(event, "category")
            late = self._named_before.setdefault(text, Late([], event))
            late.add(event.start_mark, item.where, name)
            return text
        text = normal(event.value)
        if text not in self._names and self._mends(text, event):
            self._names[text] = text
        if text not in self._names:
            gaps = {"value": shown(text)}
            item.refuse(event, "category", "undeclared-category", **gaps)
        return self._names.get(text, "")

    def _mends(self, text: str, event: Any) -> bool:
        """Whether a category is declared for a good; a number names none."""
        if self._mending is None or not text or _NUMERIC.fullmatch(text):
            return False
        self._mending.declare(text, event)
        return True

    def settle(self, *, are_declared: bool) -> dict[str, str]:
        """Judge the categories of goods that were read before any were declared.

        Answers with the names for what those goods say, if these may differ.
        """
        names = self._names
        if are_declared and names is None:  # what was there is refused
            return {}
        for text, late in self._named_before.items():
            reason = "" if names is None or text in names else "undeclared-category"
            if reason and self._mends(text, late.first):
                reason = ""
            if names is None and _NUMERIC.fullmatch(text):
                reason = "undeclared-category/number"
            for mark, where, name in late.places if reason else ():
                gaps = {"key": "category", "value": shown(text)}
                title = titled(where, name)
                path = f"{where}.category"
                self._findings.add(mark, path, reason, title=title, **gaps)
            if reason:
                self._findings.count("undeclared-category", late.more)
            elif names is None:
                line = late.places[0][0].line + 1
                self.listed.setdefault(text, ListedCategory(text, None, line))
        names = names or {}
        return {text: names[text] for text in self._named_before if text in names}


def _own_id(item: Item, lines: dict[str, int]) -> str:
    """The id, entered into `lines`, or refused where another item has it."""
    article = item.article("id", required=True)
    if not article:
        return ""
    event = item.fields["id"]
    line = line_of(event)
    if article in lines:
        value, first = shown(article), lines[article]
        item.refuse(event, "id", "duplicate-id", value=value, line=line, first=first)
    else:
        lines[article] = line
    return article
