"""Bodies that the standard parser would let pass, or fall over, are refused."""

import json

import pytest
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from conftest import PASSWORD, assert_problem

FORM = {"email": "ann@example.com", "username": "ann", "password": PASSWORD}
OPEN = json.dumps(FORM)[:-1].encode() + b", "  # a good body, but for what follows
MALFORMED, INVALID, LARGE = (400, "malformed"), (400, "invalid"), (413, "too-large")

HOSTILE = {
    "arrays 2000 deep": (OPEN + b'"x": ' + b"[" * 2000 + b"]" * 2000 + b"}", MALFORMED),
    "objects 2000 deep": (
        OPEN + b'"x": ' + b'{"a":' * 2000 + b"1" + b"}" * 2001,
        MALFORMED,
    ),
    "arrays 100000 deep": (b"[" * 100_000, MALFORMED),
    "21 deep": (OPEN + b'"x": ' + b"[" * 20 + b"]" * 20 + b"}", MALFORMED),
    "duplicate key": (OPEN + b'"username": "bob"}', MALFORMED),
    "duplicate key, escaped": (OPEN + b'"user\\u006eame": "bob"}', MALFORMED),
    "duplicate key inside": (OPEN + b'"x": {"a": 1, "a": 2}}', MALFORMED),
    "NaN": (OPEN + b'"x": NaN}', MALFORMED),
    "Infinity": (OPEN + b'"x": Infinity}', MALFORMED),
    "-Infinity": (OPEN + b'"x": -Infinity}', MALFORMED),
    "NUL in a text": (OPEN + b'"first_name": "a\\u0000b"}', MALFORMED),
    "NUL in a key": (OPEN + b'"a\\u0000": 1}', MALFORMED),
    "NUL, raw": (OPEN + b'"first_name": "a\0b"}', MALFORMED),
    "lone surrogate": (OPEN + b'"first_name": "\\ud800"}', MALFORMED),
    "lone low surrogate": (OPEN + b'"first_name": "\\udc00x"}', MALFORMED),
    "lone surrogate in a key": (OPEN + b'"\\ud83d": 1}', MALFORMED),
    "surrogate in UTF-8": (OPEN + b'"first_name": "\xed\xa0\x80"}', MALFORMED),
    "5000 digits": (OPEN + b'"x": ' + b"9" * 5000 + b"}", MALFORMED),
    "list of 2000": (OPEN + b'"x": [' + b"1," * 1999 + b"1]}", MALFORMED),
    "2000 keys": (
        json.dumps(FORM | {f"key-{n}": n for n in range(2000)}).encode(),
        MALFORMED,
    ),
    "text of 100001": (OPEN + b'"x": "' + b"a" * 100_001 + b'"}', MALFORMED),
    "2 MB": (OPEN + b'"x": "' + b"a" * 2_000_000 + b'"}', LARGE),
    "2 MB of spaces": (b" " * 2_000_000 + json.dumps(FORM).encode(), LARGE),
    "latin-1": (OPEN + '"first_name": "Zoë"}'.encode("latin-1"), MALFORMED),
    "UTF-16": (json.dumps(FORM).encode("utf-16"), MALFORMED),
    "byte order mark": (b"\xef\xbb\xbf" + json.dumps(FORM).encode(), MALFORMED),
    "control character": (OPEN + b'"first_name": "a\nb"}', MALFORMED),
    "cut short": (json.dumps(FORM).encode()[:-5], MALFORMED),
    "two bodies": (json.dumps(FORM).encode() * 2, MALFORMED),
    "single quotes": (str(FORM).encode(), MALFORMED),
    "comment": (OPEN + b"/* */}", MALFORMED),
    "trailing comma": (OPEN + b"}", MALFORMED),
    "garbage": (b"\x89PNG\r\n\x1a\n", MALFORMED),
    "array": (json.dumps([FORM]).encode(), INVALID),
    "empty array": (b"[]", INVALID),
    "string": (b'"ann"', INVALID),
    "number": (b"1", INVALID),
    "true": (b"true", INVALID),
    "null": (b"null", INVALID),
    "empty object": (b"{}", INVALID),
    "objects for texts": (
        json.dumps({key: {"a": 1} for key in FORM}).encode(),
        INVALID,
    ),
    "arrays for texts": (json.dumps({key: ["a"] for key in FORM}).encode(), INVALID),
    "booleans for texts": (json.dumps(dict.fromkeys(FORM, True)).encode(), INVALID),
    "nulls for texts": (json.dumps(dict.fromkeys(FORM)).encode(), INVALID),
    "token not a UUID": (OPEN + b'"customer_token": {"hex": "a"}}', INVALID),
    "token a huge number": (OPEN + b'"customer_token": ' + b"9" * 200 + b"}", INVALID),
    "token below zero": (OPEN + b'"customer_token": -1}', INVALID),
}


@pytest.fixture
def browser(client):
    """A client to which an uncaught exception is an answer of 500."""
    client.raise_request_exception = False
    return client


def sign_up(browser, body, **extra):
    media_type = "application/json"
    path = "/api/v1/users/"
    return browser.generic("POST", path, body, content_type=media_type, **extra)


@pytest.mark.parametrize(
    "key", [{}, {"HTTP_IDEMPOTENCY_KEY": "once"}], ids=["plain", "with a key"]
)
@pytest.mark.parametrize(("body", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_is_a_problem_and_writes_nothing(
    browser, db, body, expected, key
):
    answer = sign_up(browser, body, **key)

    assert_problem(answer, *expected)
    assert not User.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_an_empty_body_is_an_empty_form(browser, db):
    body = assert_problem(sign_up(browser, b""), 400, "invalid")

    assert [e["pointer"] for e in body["errors"]] == ["#/email", "#/password"]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(FORM).encode(),
        b" \r\n\t" + json.dumps(FORM, indent=2).encode() + b"\n",
        OPEN + '"first_name": "Zoë 🍵"}'.encode(),
        OPEN + b'"first_name": "\\ud83c\\udf75"}',
        OPEN + b'"x": ' + b"[" * 19 + b"]" * 19 + b"}",
        OPEN + b'"x": [' + b"1," * 999 + b"1]}",
        OPEN + b'"x": "' + b"a" * 100_000 + b'"}',
        OPEN + b'"x": ' + b"9" * 4000 + b"}",
        OPEN + b'"x": 1e400}',
    ],
    ids=range(9),
)
def test_an_honest_body_is_taken(browser, db, body):
    assert sign_up(browser, body).status_code == 201

    assert User.objects.get().username == "ann"


def test_the_guard_looks_into_the_body_of_every_other_endpoint(browser, ann):
    paths = ["users/confirm/", "users/resend-confirmation/", "sessions/"]
    for path in [*paths, "sessions/refresh/"]:
        answer = browser.generic(
            "POST",
            f"/api/v1/{path}",
            b'{"a": 1, "a": 2}',
            content_type="application/json",
        )
        assert_problem(answer, 400, "malformed")
