"""JSON in, strictly: what the standard parser would let pass is refused with 400.

The limits are D9 of the reliability plan; each was a 500 or a silent surprise before
(docs/decisions/0008-strict-json.md).
"""

import json
from collections.abc import Iterator
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

BYTES, DEPTH, ITEMS, KEYS, TEXT = 1_000_000, 20, 1000, 200, 100_000


class TooLarge(APIException):
    status_code = 413
    default_detail = f"A JSON body may have at most {BYTES} bytes."


class StrictJSONParser(JSONParser):
    """Refuses duplicate keys, NaN, deep nesting, NUL, lone surrogates and giants."""

    def parse(self, stream: IO[bytes], *args: Any, **kwargs: Any) -> Any:
        try:
            body = _bounded(stream).decode("utf-8")
            parsed = json.loads(
                body, object_pairs_hook=_object, parse_constant=_no_constant
            )
        except APIException:
            raise
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise ParseError(f"Not JSON: {error.msg} at {place}.") from error
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError("The JSON holds a number that is too long.") from error
        for text in _texts(parsed):
            _check_text(text)
        return parsed


def _bounded(stream: IO[bytes]) -> bytes:
    body = stream.read(BYTES + 1)
    if len(body) > BYTES:
        raise TooLarge
    return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > KEYS:
        raise ParseError(f"An object may have at most {KEYS} keys.")
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ParseError(f"The key {twice[:80]!r} stands twice in one object.")
    return result


def _no_constant(name: str) -> None:
    raise ParseError(f"{name} is not JSON.")


def _texts(parsed: Any) -> Iterator[str]:
    """Every string and key, without recursion; counts depth and items on the way."""
    waiting = [(parsed, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            if depth > DEPTH:
                raise ParseError(f"The JSON is nested deeper than {DEPTH}.")
            if isinstance(value, list) and len(value) > ITEMS:
                raise ParseError(f"A list may have at most {ITEMS} items.")
            if isinstance(value, dict):
                yield from value
                value = value.values()
            waiting.extend((item, depth + 1) for item in value)


def _check_text(text: str) -> None:
    if len(text) > TEXT:
        raise ParseError(f"A text may have at most {TEXT} characters.")
    if "\0" in text:
        raise ParseError("A text contains the NUL character.")
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ParseError("A text contains a lone surrogate.")
