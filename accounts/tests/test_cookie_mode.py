"""Cookie mode: the refresh token lies where no script can read it."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from rest_framework.test import APIClient

from accounts.models import Session
from conftest import PASSWORD, assert_problem

REFRESH = "/api/v1/sessions/refresh/"


@pytest.fixture
def browser():
    """A browser: it keeps cookies, and CSRF is checked as in production."""
    return APIClient(enforce_csrf_checks=True)


def sign_in(browser, mode="cookie", **extra):
    form = {"login": "ann", "password": PASSWORD, "mode": mode}
    return browser.post("/api/v1/sessions/", form, **extra)


def refresh(browser, csrf="", form=None, **extra):
    return browser.post(REFRESH, form or {}, HTTP_X_CSRFTOKEN=csrf, **extra)


def me(browser, access):
    return browser.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {access}")


def assert_unchanged(browser, csrf, before):
    """The session is as it was, and its cookie still renews it."""
    assert Session.objects.values().get() == before
    assert refresh(browser, csrf).status_code == 200


def test_the_refresh_token_comes_in_a_cookie_and_nowhere_else(browser, ann):
    answer = sign_in(browser)

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"access", "expires_in", "csrf_token", "merged"}
    assert (body["expires_in"], body["merged"]) == (3600, None)
    assert me(browser, body["access"]).json()["username"] == "ann"
    cookie = answer.cookies["refresh"]
    assert cookie.value.count(".") == 2
    assert cookie.value not in answer.content.decode()


def test_the_cookie_is_for_the_refresh_address_of_this_site_only(browser, ann):
    cookie = sign_in(browser).cookies["refresh"]

    assert cookie["httponly"] is True
    assert (cookie["samesite"], cookie["path"]) == ("Strict", REFRESH)
    assert (cookie["domain"], cookie["secure"]) == ("", "")
    ends = parsedate_to_datetime(cookie["expires"])
    assert abs(ends - Session.objects.get().expires_at) < timedelta(seconds=1)


def test_over_https_the_cookie_never_travels_in_clear(browser, ann, settings):
    settings.HTTPS = True

    first = sign_in(browser)
    second = refresh(browser, first.json()["csrf_token"])

    for answer in (first, second):
        assert answer.cookies["refresh"]["secure"] is True


def test_body_mode_is_the_default_and_sets_no_cookie(browser, ann):
    form = {"login": "ann", "password": PASSWORD}

    for answer in (
        sign_in(browser, mode="body"),
        browser.post("/api/v1/sessions/", form),
    ):
        assert answer.status_code == 201
        assert set(answer.json()) == {"access", "refresh", "expires_in", "merged"}
        assert not answer.cookies


def test_another_mode_is_refused_and_opens_no_session(browser, ann):
    body = assert_problem(sign_in(browser, mode="carrier-pigeon"), 400, "invalid")

    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [
        ("#/mode", "invalid_choice")
    ]
    assert not Session.objects.exists()


@pytest.mark.parametrize("origin", [None, "http://testserver", "http://127.0.0.1:8000"])
def test_our_own_page_renews_by_cookie_and_csrf_token(browser, ann, settings, origin):
    settings.CSRF_TRUSTED_ORIGINS = ["http://127.0.0.1:8000"]
    first = sign_in(browser)
    headers = {"HTTP_ORIGIN": origin} if origin else {}

    second = refresh(browser, first.json()["csrf_token"], **headers)

    assert second.status_code == 200, second.json()
    body = second.json()
    assert set(body) == {"access", "expires_in", "csrf_token"}
    assert body["expires_in"] == 3600
    assert me(browser, body["access"]).status_code == 200
    cookie = second.cookies["refresh"]
    assert cookie.value != first.cookies["refresh"].value
    assert cookie.value not in second.content.decode()
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert cookie["path"] == REFRESH
    # The chain goes on with what this answer gave.
    assert refresh(browser, body["csrf_token"]).status_code == 200
    assert Session.objects.count() == 1


@pytest.mark.parametrize("csrf", ["", "nonsense", "x" * 64, "é"])
def test_without_the_csrf_token_the_cookie_counts_for_nothing(browser, ann, csrf):
    good = sign_in(browser).json()["csrf_token"]
    before = Session.objects.values().get()

    answer = refresh(browser, csrf)

    body = assert_problem(answer, 403, "csrf-refused")
    assert body["detail"].endswith("Send the csrf_token as X-CSRFToken.")
    assert not answer.cookies
    assert_unchanged(browser, good, before)


def test_the_csrf_token_of_another_browser_does_not_fit(browser, ann, bob):
    form = {"login": "bob", "password": PASSWORD, "mode": "cookie"}
    strangers = APIClient().post("/api/v1/sessions/", form).json()["csrf_token"]
    good = sign_in(browser).json()["csrf_token"]
    before = Session.objects.filter(user=ann).values().get()

    assert_problem(refresh(browser, strangers), 403, "csrf-refused")

    assert Session.objects.filter(user=ann).values().get() == before
    assert refresh(browser, good).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://testserver.evil.example", "http://a:b:c"],
)
def test_a_foreign_page_is_refused_even_with_the_csrf_token(browser, ann, origin):
    csrf = sign_in(browser).json()["csrf_token"]
    before = Session.objects.values().get()

    answer = refresh(browser, csrf, HTTP_ORIGIN=origin)

    assert_problem(answer, 403, "csrf-refused")
    assert not answer.cookies
    assert_unchanged(browser, csrf, before)


def test_over_tls_a_request_that_hides_where_it_is_from_is_refused(browser, ann):
    csrf = sign_in(browser, secure=True).json()["csrf_token"]

    hidden = refresh(browser, csrf, secure=True)
    shown = refresh(browser, csrf, secure=True, HTTP_ORIGIN="https://testserver")

    assert_problem(hidden, 403, "csrf-refused")
    assert shown.status_code == 200


def test_a_refresh_token_in_the_body_needs_no_csrf_and_leaves_the_cookie(browser, ann):
    csrf = sign_in(browser).json()["csrf_token"]
    program = sign_in(APIClient(), mode="body").json()

    answer = refresh(browser, form={"refresh": program["refresh"]})

    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh", "expires_in"}
    assert not answer.cookies
    assert refresh(browser, csrf).status_code == 200  # the cookie's own session


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "me/"),
        ("get", "me/export/"),
        ("post", "me/password/"),
        ("post", "me/delete/"),
        ("post", "me/api-key/"),
        ("get", "sessions/"),
        ("delete", "sessions/"),
        ("delete", "sessions/current/"),
        ("get", "cart/"),
        ("get", "orders/"),
        ("post", "price-lists/"),
    ],
)
def test_the_cookies_alone_open_no_other_door(browser, ann, method, path):
    csrf = sign_in(browser).json()["csrf_token"]
    before = Session.objects.values().get()

    answer = getattr(browser, method)(f"/api/v1/{path}", HTTP_X_CSRFTOKEN=csrf)

    assert "refresh" in browser.cookies  # it was sent
    assert_problem(answer, 401, "not-authenticated")
    assert_unchanged(browser, csrf, before)


def test_the_refresh_token_as_a_credential_opens_nothing(browser, ann):
    token = sign_in(browser).cookies["refresh"].value

    assert_problem(me(browser, token), 401, "not-authenticated")


def test_with_neither_body_nor_cookie_there_is_nothing_to_renew(browser, db):
    body = assert_problem(refresh(browser), 400, "invalid")

    assert body["errors"] == [
        {
            "pointer": "#/refresh",
            "code": "required",
            "detail": "Neither here nor in a cookie is a refresh token.",
        }
    ]


def test_a_forged_cookie_renews_nothing_and_does_not_hinder_a_sign_in(browser, ann):
    csrf = sign_in(browser).json()["csrf_token"]
    browser.cookies["refresh"] = "a.forged.token"

    assert_problem(refresh(browser, csrf), 401, "token-invalid")

    assert sign_in(browser).status_code == 201


def test_a_used_cookie_ends_its_session(browser, ann):
    first = sign_in(browser)
    csrf, stolen = first.json()["csrf_token"], first.cookies["refresh"].value
    for _ in range(2):
        assert refresh(browser, csrf).status_code == 200
    last = browser.cookies["refresh"].value

    for used in (stolen, last):
        browser.cookies["refresh"] = used
        assert_problem(refresh(browser, csrf), 401, "token-invalid")

    assert Session.objects.get().revoked_because == "reuse"


def test_sign_out_takes_the_cookie_back_and_ends_its_token(browser, ann):
    first = sign_in(browser)
    pair, token = first.json(), first.cookies["refresh"].value

    gone = browser.delete(
        "/api/v1/sessions/current/", HTTP_AUTHORIZATION=f"Bearer {pair['access']}"
    )

    assert (gone.status_code, gone.content) == (204, b"")
    cookie = gone.cookies["refresh"]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", 0, REFRESH)
    browser.cookies["refresh"] = token
    assert_problem(refresh(browser, pair["csrf_token"]), 401, "token-invalid")
    assert_problem(me(browser, pair["access"]), 401, "not-authenticated")
