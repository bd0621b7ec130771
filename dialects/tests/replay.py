"""Plays the scenes of a document and compares every answer with what it shows."""

import importlib
from typing import Any

from dialects.tests.documents import NAMES, Operation, differences
from dialects.tests.world import World, content


def scenes(dialect: str) -> dict[str, Any]:
    module = importlib.import_module(f"dialects.{NAMES[dialect]}.tests.scenes")
    return module.SCENES


def play(operation: Operation) -> None:
    """Every answer of the operation comes, in the order in which they are listed."""
    play_scene = scenes(operation.id[:2])[operation.id]
    given = play_scene(World(), operation)
    for shown in operation.answers:
        answer = next(given)
        assert answer.status_code == shown.status, (shown.when, content(answer))
        body = content(answer)
        if isinstance(shown.body, str) and shown.body.startswith(("<", "as ")):
            assert body, shown.when  # the scene compares it
        elif isinstance(shown.body, str):
            assert answer["Content-Type"].startswith("text/html"), shown.when
        else:
            wrong = differences(shown.body, body, shown.is_exact)
            assert wrong == [], (shown.when, wrong, body)
    assert next(given, None) is None, "the scene goes on, the document does not"
