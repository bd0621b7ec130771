"""The documents as data: each dialect's README, and the contract where it is at hand.

A document is a list of operations; an operation says how it is asked and lists its
answers in order. Scenes (in each dialect's tests) make the answers come, in that order.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "dialects"
CONTRACT = Path(settings.BASE_DIR).parent / "shared" / "contracts" / "dialects.yaml"
NAMES = {
    "D0": "mini_store",
    "D1": "diplom",
    "D2": "webstore",
    "D3": "pyshop",
    "D4": "generic_store",
}
# Numbers that the database gives out: their kind counts, not their value.
GIVEN_OUT = re.compile(r"(.*_)?id|user|order|customer.*|shop|product|categories|page")
# What is left on sale now, beside the line of an order that took some.
LEFT = ("product_info.stock", "product_info.quantity")
KINDS = [
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    re.compile(r"[0-9a-f]{40}"),
    re.compile(r"http://[^/]+/media/images/no_photo\.jpg"),
]
JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


@dataclass
class Answer:
    status: int
    when: str
    body: Any
    is_exact: bool = False


@dataclass
class Operation:
    id: str
    methods: list[str]
    path: str
    example: Any
    answers: list[Answer] = field(default_factory=list)

    @property
    def shown(self) -> Any:
        """The body of the good answer."""
        return self.answers[0].body


def from_readme(name: str) -> list[Operation]:
    """The operations of a dialect's README, in its order."""
    text = (FOLDER / name / "README.md").read_text()
    parts = re.split(r"(?m)^### (D\d\.\w+) · `([A-Z, ]+) ([^`]+)`$", text)[1:]
    found = []
    for key, methods, path, body in zip(*(parts[i::4] for i in range(4)), strict=True):
        asked = re.search(r"```json\n(.*?)```", body, re.DOTALL)
        example = json.loads(asked[1]) if asked else None
        operation = Operation(key, methods.split(", "), path, example)
        for status, when, answer in re.findall(
            r"(?m)^\| (\d{3}) \| ([^|]*) \| `?(.+?)`? \|$", body
        ):
            is_exact = when.strip() == "exactly"
            shown = json.loads(answer) if answer[0] in '{["' else answer
            operation.answers.append(Answer(int(status), when, shown, is_exact))
        found.append(operation)
    return found


def from_contract(dialect: str) -> list[Operation]:
    """The operations of the contract, in its order."""
    contract = yaml.load(CONTRACT.read_bytes(), yaml.CSafeLoader)["dialects"][dialect]
    shapes = contract.get("objects", {})
    found = []
    for entry in contract["endpoints"]:
        asked = entry.get("request", {})
        answer = entry["response"]
        status = int(str(answer["status"])[:3])
        body = _filled(answer["body"], shapes)
        answers = [Answer(status, "success", body, bool(answer.get("exact")))]
        answers += [
            Answer(row["status"], row["when"], row["body"])
            for row in entry.get("errors", [])
        ]
        example = asked.get("example")
        paths = [entry["path"], *entry.get("also", [])]
        found.append(
            Operation(entry["id"], entry["methods"], paths[0], example, answers)
        )
    return found


def _filled(body: Any, shapes: dict[str, Any]) -> Any:
    """`<item>` and its like replaced by the object that the document shows for it."""
    if isinstance(body, str):
        name = re.fullmatch(r"<(\w+)( .+)?>", body)
        known = name and shapes.get(name[1])
        return _said(_filled(known, shapes), name[2] or "") if known else body
    if isinstance(body, dict):
        return {key: _filled(value, shapes) for key, value in body.items()}
    return [_filled(row, shapes) for row in body] if isinstance(body, list) else body


def _said(shape: Any, words: str) -> Any:
    """The shape as the words beside its name change it: state, parts that are there."""
    if state := re.search(r"in state (\w+)", words):
        shape |= {"state": state[1]}
    for part in re.findall(r"contact\.(\w+)", words):
        shape["contact"][part] = "<text>"
    return shape


def differences(shown: Any, given: Any, is_exact: bool, at: str = "") -> list[str]:
    """How an answer differs from the one shown; empty when it fits."""
    if isinstance(shown, dict):
        if not isinstance(given, dict):
            return [f"{at}: {given!r} is no object"]
        missing = [f"{at}.{key} is missing" for key in shown.keys() - given.keys()]
        more = [f"{at}.{key} is more" for key in given.keys() - shown.keys()]
        inner = [
            row
            for key in shown.keys() & given.keys()
            for row in differences(shown[key], given[key], is_exact, f"{at}.{key}")
        ]
        return missing + (more if is_exact else []) + inner
    if isinstance(shown, list):
        if not isinstance(given, list) or len(given) < len(shown):
            return [f"{at}: {given!r} is not a list like {shown!r}"]
        if not shown:
            return [] if given == [] else [f"{at}: {given!r} is not empty"]
        return [
            row
            for index, value in enumerate(given)
            for row in differences(
                shown[min(index, len(shown) - 1)], value, is_exact, f"{at}[{index}]"
            )
        ]
    return [] if _fits(shown, given, at) else [f"{at}: {given!r} is not {shown!r}"]


def _fits(shown: Any, given: Any, at: str) -> bool:
    key = re.sub(r"\[\d+\]", "", at).rpartition(".")[2]
    if isinstance(shown, str) and shown.startswith("<"):
        if "JWT" in shown:
            return isinstance(given, str) and bool(JWT.fullmatch(given))
        texts = given if isinstance(given, dict | list) else [given]
        return bool(given) and (
            "object" in shown or all(isinstance(t, str) for t in texts)
        )
    if isinstance(shown, bool) or isinstance(given, bool) or shown is None:
        return shown is given
    if isinstance(shown, int | float):
        if GIVEN_OUT.fullmatch(key) and isinstance(given, int):
            return given > 0
        if at.endswith(LEFT):
            return isinstance(given, int)
        return isinstance(given, int | float) and shown == given
    for kind in KINDS:
        if kind.fullmatch(shown):
            return isinstance(given, str) and bool(kind.fullmatch(given))
    return shown == given
