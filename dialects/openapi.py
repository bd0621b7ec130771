"""An OpenAPI document for each dialect, made from its README.

The README shows every operation by example, and the tests play every example; so the
document says what is known to hold. Shapes are read off the examples.
"""

import json
import re
from typing import Any

from django.conf import settings

FOLDER = settings.BASE_DIR / "dialects"
HEADING = re.compile(r"(?m)^### (D\d\.\w+) · `([A-Z, ]+) ([^`]+)`$")
ROW = re.compile(r"(?m)^\| (\d{3}) \| ([^|]*) \| `?(.+?)`? \|$")
ASKED = re.compile(r"```json\n(.*?)```", re.DOTALL)
KINDS: list[tuple[type, str]] = [
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
]
FORMS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


def document(name: str, title: str) -> dict[str, Any]:
    """The OpenAPI 3.0 document of the dialect of this name."""
    text = (FOLDER / name / "README.md").read_text()
    parts = HEADING.split(text)
    paths: dict[str, Any] = {}
    for key, methods, path, body in zip(
        *(parts[i::4] for i in (1, 2, 3, 4)), strict=True
    ):
        for method in methods.split(", "):
            operation = _operation(f"{key}.{method.lower()}", path, body, method)
            paths.setdefault(path, {})[method.lower()] = operation
    about = parts[0].partition("\n")
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{title}: {name}",
            "version": "1.0.0",
            "description": about[2].strip(),
        },
        "paths": paths,
    }


def _operation(key: str, path: str, body: str, method: str) -> dict[str, Any]:
    says = body.strip().partition("\n\n")[0].replace("\n", " ")
    found: dict[str, Any] = {"operationId": key, "description": says}
    names = re.findall(r"{(\w+)}", path)
    if names:
        found["parameters"] = [
            {"name": n, "in": "path", "required": True, "schema": {"type": "string"}}
            for n in names
        ]
    asked = ASKED.search(body)
    if asked and method not in {"GET", "DELETE"}:
        example = json.loads(asked[1])
        content = {"schema": _schema(example), "example": example}
        found["requestBody"] = {"content": dict.fromkeys(FORMS, content)}
    found["responses"] = _answers(body)
    return found


def _answers(body: str) -> dict[str, Any]:
    """One response a status; several refusals of one are its examples."""
    answers: dict[str, Any] = {}
    for status, when, shown in ROW.findall(body):
        is_json = shown[0] in "{["
        value = json.loads(shown) if is_json else shown
        kind = "application/json" if is_json else "text/html"
        answer = answers.setdefault(status, {"description": "", "content": {}})
        is_good = when.strip() in {"exactly", "at least"}
        said = f"as shown, {when.strip()} these keys" if is_good else when.strip()
        answer["description"] = "; ".join(filter(None, (answer["description"], said)))
        content = answer["content"].setdefault(kind, {"schema": {}, "examples": {}})
        content["schema"] = _schema(value) if is_good and is_json else {}
        content["examples"][f"example{len(content['examples']) + 1}"] = {"value": value}
    return answers


def _schema(value: Any) -> dict[str, Any]:
    """The kind of an example, read off it."""
    if isinstance(value, dict):
        inner = {key: _schema(item) for key, item in value.items()}
        return {"type": "object", "properties": inner}
    if isinstance(value, list):
        return {"type": "array", "items": _schema(value[0]) if value else {}}
    if value is None:
        return {"nullable": True}
    return {"type": next(name for kind, name in KINDS if isinstance(value, kind))}
