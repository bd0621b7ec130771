"""Every refusal is a problem with a code that is explained; the rest tells nothing."""

import importlib
import inspect
import re

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from config.problems import HTTP_CODES, PROBLEMS
from conftest import PASSWORD, assert_problem

APPS = {
    "accounts": "AccountError",
    "catalog": "CatalogError",
    "orders": "OrderError",
    "partners": "PartnerError",
    "feed": "FeedError",
}


def refusals():
    """Every child of the four bases, read from the exceptions modules."""
    found = []
    for app, base in APPS.items():
        module = importlib.import_module(f"{app}.exceptions")
        found += [
            kind
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, getattr(module, base)) and kind.__name__ != base
        ]
    return [kind for kind in found if kind.__name__ != "FieldRefused"]


def codes():
    return sorted({row.code for row in PROBLEMS.values()})


@pytest.fixture
def browser(client):
    """A client to which an uncaught exception is an answer of 500."""
    client.raise_request_exception = False
    return client


def test_the_walk_finds_the_refusals_of_every_app():
    assert {kind.__module__ for kind in refusals()} == {f"{a}.exceptions" for a in APPS}


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_every_refusal_stands_in_the_table(kind):
    assert kind in PROBLEMS


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_every_refusal_says_what_it_means(kind):
    assert kind.__doc__


def test_codes_are_unique_and_words_with_hyphens():
    assert len(codes()) == len(PROBLEMS)
    assert not set(codes()) & {*HTTP_CODES.values(), "invalid"}
    for code in codes():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code), code


@pytest.mark.parametrize("code", [*codes(), "invalid", *HTTP_CODES.values()])
def test_every_code_is_explained_in_the_documentation(code):
    assert f"`{code}`" in (settings.BASE_DIR / "docs" / "errors.md").read_text()


@pytest.mark.parametrize("code", [*codes(), "invalid"])
def test_the_address_of_a_problem_type_leads_to_its_page(client, code):
    page = client.get(f"/problems/{code}")

    assert page.status_code == 200
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert code in page.content.decode()


def test_an_unknown_problem_type_has_no_page(client):
    assert client.get("/problems/never-heard-of").status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v1/me", "/api/v2/me/"]
)
def test_an_unknown_path_is_a_problem(client, path):
    answer = client.get(path)

    body = assert_problem(answer, 404, "not-found")
    assert body == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address; paths end in a slash.",
        "code": "not-found",
        "instance": path,
        "request_id": answer["X-Request-ID"],
    }


def test_a_missing_thing_is_a_problem(client, db):
    assert_problem(client.get("/api/v1/products/none/"), 404, "not-found")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_method_that_is_not_offered_is_named(client, db, method):
    answer = getattr(client, method)("/api/v1/users/")

    assert_problem(answer, 405, "method-not-allowed")
    assert answer["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/x-yaml",
        "nonsense",
        "a/b/c",
    ],
)
def test_a_body_of_another_media_type_is_refused(browser, db, media_type):
    answer = browser.generic(
        "POST", "/api/v1/sessions/", b'{"login": "ann"}', content_type=media_type
    )

    assert_problem(answer, 415, "unsupported-media-type")


def test_a_compressed_body_is_refused(client, db):
    answer = client.post("/api/v1/sessions/", {}, HTTP_CONTENT_ENCODING="gzip")

    assert_problem(answer, 415, "unsupported-media-type")


def test_an_answer_in_html_alone_cannot_be_had(client, db):
    answer = client.get("/api/v1/products/", HTTP_ACCEPT="text/html")

    assert answer["Content-Type"] in {"application/json", "application/problem+json"}
    assert answer.status_code in {200, 406}


def test_malformed_json_is_told_with_its_place(client, db):
    answer = client.generic(
        "POST", "/api/v1/sessions/", b'{"login": }', content_type="application/json"
    )

    body = assert_problem(answer, 400, "malformed")
    assert body["detail"] == "Not JSON: Expecting value at line 1, column 11."


def test_values_that_are_missing_are_pointed_at(client, db):
    body = assert_problem(client.post("/api/v1/sessions/", {}), 400, "invalid")

    assert body["errors"] == [
        {"pointer": "#/login", "code": "required", "detail": "This field is required."},
        {
            "pointer": "#/password",
            "code": "required",
            "detail": "This field is required.",
        },
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/products/?search=%00",
        "/api/v1/products/?%00=1",
        "/api/v1/products/%00/",
        "/confirm-email/?token=a%00b",
    ],
)
def test_a_nul_in_the_address_is_refused(browser, db, path):
    assert_problem(browser.get(path), 400, "malformed")


def test_a_foreign_host_is_refused(browser, db):
    answer = browser.get("/api/v1/products/", HTTP_HOST="shop.attacker.example")

    assert_problem(answer, 400, "malformed")


def fail_with(monkeypatch, error):
    def sign_in(**kwargs):
        raise error

    monkeypatch.setattr("orders.views.people.sign_in_with_guest", sign_in)


def test_a_database_that_does_not_answer_is_503(browser, db, monkeypatch):
    fail_with(monkeypatch, OperationalError("server at 10.0.0.7 closed the connection"))

    answer = browser.post("/api/v1/sessions/", {"login": "ann", "password": PASSWORD})

    assert_problem(answer, 503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert b"10.0.0.7" not in answer.content


def test_health_tells_a_dead_database_apart_from_a_dead_process(browser, monkeypatch):
    def cursor():
        raise OperationalError("server at 10.0.0.7 closed the connection")

    monkeypatch.setattr("operations.health.connection.cursor", cursor)

    assert browser.get("/health/live").status_code == 200
    ready = browser.get("/health/ready")
    assert (ready.status_code, ready.json()["failed"]) == (503, ["database_ms"])
    assert b"10.0.0.7" not in ready.content


def test_a_bug_is_a_500_that_gives_nothing_away(browser, db, monkeypatch, caplog):
    fail_with(monkeypatch, RuntimeError("the secret ingredient"))

    answer = browser.post("/api/v1/sessions/", {"login": "ann", "password": PASSWORD})

    body = assert_problem(answer, 500, "internal-error")
    assert body["type"] == "about:blank"
    assert b"secret ingredient" not in answer.content
    assert b"Traceback" not in answer.content
    assert "the secret ingredient" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_bug_outside_the_api_is_a_problem_too(monkeypatch):
    def render(*args):
        raise RuntimeError("the secret ingredient")

    monkeypatch.setattr("accounts.pages.render", render)

    answer = Client(raise_request_exception=False).get("/confirm-email/")

    assert_problem(answer, 500, "internal-error")
    assert b"secret ingredient" not in answer.content


def test_every_answer_carries_the_id_of_its_request(client, db):
    one, two = client.get("/api/v1/products/"), client.get("/api/v1/nothing/")

    assert re.fullmatch("[0-9a-f]{32}", one["X-Request-ID"])
    assert two.json()["request_id"] == two["X-Request-ID"] != one["X-Request-ID"]
