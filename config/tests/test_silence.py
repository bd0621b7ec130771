"""No secret and no address of a person reaches a log, whatever goes wrong."""

import io
import json
import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import open_guest
from catalog.tests.factories import make_offer
from config.logs import JsonLines, blot
from conftest import PASSWORD, make_client
from orders.tests.conftest import _ways_to_deliver  # noqa: F401
from orders.tests.scenes import ANN, buy, fill_cart

ADDRESS = "203.0.113.77"


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """Everything that any logger says, down to its smallest level, as it is written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    names = ["django.request", "django.db.backends", "django_tasks", "gunicorn.error"]
    loggers = [root, *map(logging.getLogger, names)]
    before = [logger.level for logger in loggers]
    root.addHandler(handler)
    for logger in loggers:
        # Statements hold their values: production never logs them.
        logger.setLevel("INFO" if logger.name == "django.db.backends" else "DEBUG")
    yield stream.getvalue
    root.removeHandler(handler)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.fixture
def browser() -> APIClient:
    return APIClient(raise_request_exception=False, REMOTE_ADDR=ADDRESS)


def assert_silent(text: str, *secrets: str) -> None:
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines, "nothing was logged, so nothing was proved"
    told = "\n".join(line["message"] + line.get("traceback", "") for line in lines)
    for secret in (*secrets, ADDRESS, PASSWORD):
        assert secret not in told


@pytest.mark.django_db
def test_a_sign_in_that_breaks_tells_neither_name_nor_password(
    ann: User, browser: APIClient, log: Callable[[], str], monkeypatch: Any
) -> None:
    def fail(**said: Any) -> None:
        raise RuntimeError(f"no session for {said} from {ADDRESS}")

    monkeypatch.setattr("orders.views.people.sign_in_with_guest", fail)

    form = {"login": ann.email, "password": PASSWORD}
    answer = browser.post("/api/v1/sessions/", form)

    assert answer.status_code == 500
    assert_silent(log(), ann.email)


@pytest.mark.django_db
def test_a_link_from_a_letter_that_breaks_tells_no_token(
    browser: APIClient, log: Callable[[], str], monkeypatch: Any
) -> None:
    token = "MTo:1vNpXk:bNmQwErTyUiOpAsDfGhJkL-123_456"

    def fail(**said: Any) -> None:
        raise RuntimeError(f"/confirm-email/?token={said['token']}&next=1")

    monkeypatch.setattr("accounts.pages.confirm_email", fail)
    answer = browser.post("/confirm-email/", {"token": token}, format="multipart")
    browser.get(f"/confirm-email/?token={token}")

    assert answer.status_code == 500
    assert_silent(log(), token)


@pytest.mark.django_db
def test_a_checkout_that_the_database_refuses_tells_nobodys_row(
    log: Callable[[], str], monkeypatch: Any
) -> None:
    guest = open_guest()
    shopper = make_client(guest)
    shopper.raise_request_exception = False
    quote = fill_cart(shopper, {make_offer(stock=1): 1})
    row = f"(7, {ANN['email']}, {ANN['phone']}, {ANN['address']})"

    def fail(**said: Any) -> None:
        raise IntegrityError(f'violates "x"\nDETAIL:  Failing row contains {row}.')

    monkeypatch.setattr("orders.views.carts.checkout", fail)

    answer = buy(shopper, quote)

    assert answer.status_code == 500
    people = [ANN[key] for key in ("email", "phone", "address")]
    assert_silent(log(), str(guest.token), *people)


@pytest.mark.django_db
def test_a_letter_that_is_not_taken_tells_no_recipient(
    ann: User,
    letters: Callable[[], list[str]],
    log: Callable[[], str],
    monkeypatch: Any,
) -> None:
    def fail(*said: Any, **more: Any) -> None:
        refused = {ann.email: (550, b"no such mailbox <ann@example.com>")}
        raise smtplib.SMTPRecipientsRefused(refused)

    monkeypatch.setattr("accounts.emails._send", fail)
    from accounts.emails import send_confirmation

    send_confirmation.enqueue(ann.pk)
    letters()

    assert "SMTPRecipientsRefused" in log()
    assert_silent(log(), ann.email)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own words")
def test_what_postgresql_says_of_a_double_is_blotted(ann: User) -> None:
    with pytest.raises(IntegrityError) as caught:
        User.objects.create(username="other", email=ann.email.upper())

    assert ann.email in str(caught.value)
    assert ann.email not in blot(str(caught.value))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("GET /x/?token=abc:def&a=1", "GET /x/?token=…&a=1"),
        ("Authorization: Bearer eyJhbGciOi.eyJzdWIi.sig", "Authorization: Bearer …"),
        ("Token 0123456789abcdef", "Token …"),
        ("jwt eyJhbGciOi.eyJzdWIi.c2ln ends", "jwt … ends"),
        ("{'password': 'hunter2', 'a': 1}", "{'password': '…', 'a': 1}"),
        ('"refresh_token": "abc"', '"refresh_token": "…"'),
        ("to <ann.lee+x@mail.example.com>", "to <…@…>"),
        ("postgres://store:hunter2@db/x", "postgres://…@db/x"),
        ("https://key@sentry.example.com/1", "https://…@…/1"),
        ("from ip=192.0.2.7: bad", "from ip=…: bad"),
        ("from 2001:db8:1:2:3:4:5:6 and ::1", "from … and ::1"),
        ("Key (email)=(ann) already", "Key (email)=(…) already"),
        ("Failing row contains (1, Ann, 1 Main).", "Failing row contains (…)."),
        # What must stay legible.
        (
            "GET order-list: 31 queries, budget 8",
            "GET order-list: 31 queries, budget 8",
        ),
        (
            "task x.send failed, attempt 2",
            "task x.send failed, attempt 2",
        ),
        (
            "at 12:30:15, version 5.2.19, id 4f1c",
            "at 12:30:15, version 5.2.19, id 4f1c",
        ),
    ],
)
def test_what_is_blotted_and_what_is_not(said: str, written: str) -> None:
    assert blot(said) == written


def test_gunicorn_writes_as_we_do_and_no_query() -> None:
    from config import gunicorn

    for name in ("gunicorn.error", "gunicorn.access"):
        assert gunicorn.logconfig_dict["loggers"][name]["handlers"] == ["console"]
    assert gunicorn.logconfig_dict["handlers"]["console"]["formatter"] == "json"
    # %(h)s is the address, %(r)s and %(q)s hold the query, %(f)s the page before.
    assert not set(re.findall(r"%\((\w)\)", gunicorn.access_log_format)) & set("hrqfu")


@pytest.mark.parametrize(("asked_for", "lines"), [(None, 0), ("-", 1)])
def test_gunicorn_writes_requests_only_when_asked(
    asked_for: str | None, lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gunicorn.config import Config
    from gunicorn.glogging import Logger

    from config import gunicorn

    written: list[Any] = []
    monkeypatch.setattr(Logger, "access", lambda self, *request: written.append(1))
    settings = Config()
    settings.set("logconfig_dict", gunicorn.logconfig_dict)
    settings.set("accesslog", asked_for)

    gunicorn.logger_class(settings).access(None, None, {}, None)

    assert len(written) == lines
