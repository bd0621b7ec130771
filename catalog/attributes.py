"""Conditions on typed attributes, in the JSON of each database."""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.db import connection

Condition = tuple[str, tuple[Any, ...]]


def is_one_of(name: str, values: Iterable[str]) -> Condition:
    """The attribute is one of `values`, which come as text.

    "6.1" finds the number and the text, "true" the truth and the text.
    """
    typed = [kind for value in values for kind in _kinds(value)]
    if connection.vendor == "postgresql":
        tests = ["p.attributes @> %s::jsonb"] * len(typed)
        return _either(tests), tuple(json.dumps({name: value}) for value in typed)
    found = [_equals(json_path(name), value) for value in typed]
    given = (one for _, parameters in found for one in parameters)
    return _either([test for test, _ in found]), tuple(given)


def is_between(name: str, low: float | None, high: float | None) -> Condition:
    """The attribute is a number within these bounds."""
    # Open ends are closed far out: beyond them JSON sorts texts and truths.
    bounds = -1e300 if low is None else low, 1e300 if high is None else high
    if connection.vendor == "postgresql":
        condition = "p.attributes -> %s BETWEEN %s::jsonb AND %s::jsonb"
        return condition, (name, *map(json.dumps, bounds))
    path = json_path(name)
    condition = (
        "json_type(p.attributes, %s) IN ('integer', 'real')"
        " AND json_extract(p.attributes, %s) BETWEEN %s AND %s"
    )
    return condition, (path, path, *bounds)


def json_path(name: str) -> str:
    """Where SQLite finds an attribute, whatever signs its name is made of."""
    return f"$.{json.dumps(name)}"


def _equals(path: str, value: str | float | bool) -> Condition:
    if isinstance(value, bool):
        return "json_type(p.attributes, %s) = %s", (path, json.dumps(value))
    kinds = "('text')" if isinstance(value, str) else "('integer', 'real')"
    test = f"json_type(p.attributes, %s) IN {kinds}"
    return f"{test} AND json_extract(p.attributes, %s) = %s", (path, path, value)


def _either(tests: list[str]) -> str:
    return "(" + " OR ".join(f"({test})" for test in tests) + ")"


def _kinds(value: str) -> list[str | int | float | bool]:
    """What a text in a query may mean in typed JSON."""
    kinds: list[str | int | float | bool] = [value]
    if re.fullmatch(r"-?\d{1,15}", value, re.A):
        kinds.append(int(value))
    elif re.fullmatch(r"-?\d{1,15}\.\d{1,10}", value, re.A):
        kinds.append(float(value))
    elif value in {"true", "false"}:
        kinds.append(value == "true")
    return kinds
