"""The committed OpenAPI document is the one the code makes, and it is complete."""

import re
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client

COMMITTED = settings.BASE_DIR / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return yaml.load(COMMITTED.read_bytes(), yaml.CSafeLoader)


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_up_to_date_and_free_of_warnings(tmp_path: Any) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)

    assert made.read_text() == COMMITTED.read_text(), "run script/update"


def test_every_operation_says_what_it_does_by_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["description"], name
        for part in ("requestBody", "responses"):
            bodies = operation.get(part, {})
            shapes = [bodies] if part == "requestBody" else bodies.values()
            for shape in shapes:
                for kind, content in shape.get("content", {}).items():
                    is_file = "multipart" in kind
                    is_file |= kind == "application/pdf"
                    assert content.get("examples") or is_file, (name, part)


def test_every_operation_names_its_problems(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        answers = operation["responses"]
        assert "500" in answers, name
        assert ("401" in answers) == bool(operation.get("security")) or (
            "sessions" in name or "/users/" in name
        ), name
        is_unsafe = not name.startswith("GET")
        secret = re.search("/sessions/|/me/(?!addresses|reviews)", name)
        replayable = is_unsafe and not secret
        assert ("422" in answers) == replayable, name


def test_document_and_docs_are_served_without_a_cdn(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "//cdn" not in page
