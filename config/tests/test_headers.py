"""What answers forbid a browser: policies, and which origins may read them."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from django.conf import settings as shop_settings
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from catalog.tests.factories import make_offer
from config.headers import API, BrowserPolicy, policy_of
from config.pages import KeptPages
from config.tests.test_pages import PAGES
from conftest import PASSWORD, person
from dialects.tests.test_hostile import DOORS

LIST = "/api/v1/products/"
OURS, OTHER = "https://shop.example", "https://evil.example"
ALLOWED = "Access-Control-Allow-Origin"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/", policy_of("/")),
        ("/reset-password/", policy_of("/")),
        ("/problems/out-of-stock", policy_of("/")),
        ("/api/docs/", policy_of("/api/docs/")),
        ("/admin/login/", policy_of("/admin/")),
        (LIST, API),
        (f"{LIST}?colour=red", API),
        ("/api/v1/nothing/", API),
        ("/api/schema/", API),
        ("/products/", API),
        ("/no-page-of-ours", API),
        ("/media/images/no_photo.jpg", API),
        ("/health/live", API),
    ],
)
def test_every_answer_says_what_may_run_in_it(
    client: Client, path: str, policy: str
) -> None:
    response = client.get(path)

    assert response["Content-Security-Policy"] == policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert ("Permissions-Policy" in response) is (policy != API)


def test_no_text_of_a_page_runs_as_a_script_and_nobody_frames_it() -> None:
    for path in ("/", "/api/docs/", "/admin/catalog/product/"):
        sources = dict(part.split(" ", 1) for part in policy_of(path).split("; "))

        eval_is_on = path.startswith("/admin/")  # the theme's Alpine.js
        expected = "'self' 'unsafe-eval'" if eval_is_on else "'self'"
        assert sources["script-src"] == expected, path
        assert sources["default-src"] == sources["frame-ancestors"] == "'none'"


def test_an_inline_script_runs_by_the_nonce_of_its_own_answer() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f'<script nonce="{request.csp_nonce}">')  # type: ignore[attr-defined]

    answers = [BrowserPolicy(page)(RequestFactory().get("/")) for _ in range(2)]

    nonces = [answer.content.decode().split('"')[1] for answer in answers]
    assert len({*nonces}) == 2
    for nonce, answer in zip(nonces, answers, strict=True):
        assert (
            f"script-src 'self' 'nonce-{nonce}';" in answer["Content-Security-Policy"]
        )


def test_a_view_may_have_a_policy_of_its_own() -> None:
    own = {"Content-Security-Policy": "sandbox"}

    answer = BrowserPolicy(lambda request: HttpResponse(headers=own))(HttpRequest())

    assert answer["Content-Security-Policy"] == "sandbox"


# Other origins ------------------------------------------------------------------------


@pytest.fixture
def frontend(settings: object) -> None:
    """As CORS_ORIGINS=https://shop.example does it."""
    settings.CORS_ALLOWED_ORIGINS = [OURS]  # type: ignore[attr-defined]
    settings.MIDDLEWARE = [  # type: ignore[attr-defined]
        "corsheaders.middleware.CorsMiddleware",
        *shop_settings.MIDDLEWARE,
    ]


@pytest.fixture
def server(frontend: None) -> Iterator[httpx.Client]:
    """A client of the whole server, kept pages included."""
    transport = httpx.WSGITransport(app=KeptPages(get_wsgi_application()))
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield httpx.Client(transport=transport, base_url="http://testserver")
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.mark.django_db
def test_kept_pages_tell_each_origin_its_own(
    server: httpx.Client, django_assert_num_queries: Callable
) -> None:
    make_offer()
    first = {
        origin: server.get(LIST, headers={"Origin": origin} if origin else {})
        for origin in (OTHER, OURS, "")
    }

    for origin, before in first.items():
        with django_assert_num_queries(1):
            kept = server.get(LIST, headers={"Origin": origin} if origin else {})

        assert kept.content == before.content
        assert kept.headers.get(ALLOWED) == (OURS if origin == OURS else None)
        assert "origin" in kept.headers["Vary"].lower()
        assert kept.headers["Content-Security-Policy"] == API
    etag = {"Origin": OURS, "If-None-Match": first[OURS].headers["ETag"]}
    unchanged = server.get(LIST, headers=etag)
    assert (unchanged.status_code, unchanged.headers[ALLOWED]) == (304, OURS)
    assert "ETag" in unchanged.headers["Access-Control-Expose-Headers"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [LIST, "/api/v1/cart/", "/api/login_view", "/login/"])
def test_a_preflight_costs_nothing_and_allows_what_clients_send(
    server: httpx.Client, path: str, django_assert_num_queries: Callable
) -> None:
    asked = {
        "Origin": OURS,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "idempotency-key,x-customer-token",
    }

    with django_assert_num_queries(0):
        answer = server.options(path, headers=asked)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers[ALLOWED] == OURS
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert {
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "x-csrftoken",
        "x-customer-token",
    } <= set(allowed)
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.django_db
def test_refusals_can_be_read_too(server: httpx.Client) -> None:
    for path, status in (("/api/v1/me/", 401), ("/api/v1/none/", 404), ("/me%00", 400)):
        answer = server.get(path, headers={"Origin": OURS})

        assert (answer.status_code, answer.headers[ALLOWED]) == (status, OURS)
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Location", "Retry-After", "X-Request-ID"} <= set(exposed)


@pytest.mark.django_db
def test_a_strange_origin_may_read_nothing(server: httpx.Client) -> None:
    for origin in (OTHER, "null", f"{OURS}.evil.example", "http://shop.example"):
        answer = server.get(LIST, headers={"Origin": origin})

        names = {name for name in answer.headers if name.startswith("access-control")}
        assert (answer.status_code, names) == (200, set())


def test_other_origins_read_apis_and_no_pages() -> None:
    pattern = re.compile(shop_settings.CORS_URLS_REGEX)
    apis = {"api/schema/", "api/schema/pyshop/", "api/nothing/"}

    assert {path for path in PAGES if pattern.match(f"/{path}")} == apis
    assert [path for path in [LIST, *DOORS] if not pattern.match(path)] == []


@pytest.mark.django_db
def test_a_frontend_renews_by_cookie_and_a_strange_page_does_not(
    frontend: None, ann: User
) -> None:
    browser = Client(enforce_csrf_checks=True)
    signed_in = browser.post(
        "/api/v1/sessions/",
        {"login": "ann", "password": PASSWORD, "mode": "cookie"},
        content_type="application/json",
        headers={"Origin": OURS},
    )
    token = signed_in.json()["csrf_token"]

    answers = {
        origin: browser.post(
            "/api/v1/sessions/refresh/",
            {},
            content_type="application/json",
            headers={"Origin": origin, "X-CSRFToken": token},
        )
        for origin in (OTHER, OURS)
    }

    assert answers[OTHER].status_code == 403
    assert answers[OURS].status_code == 200
    assert answers[OURS][ALLOWED] == OURS


@pytest.mark.django_db
def test_the_admin_believes_no_frontend(frontend: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person("olga", "superuser"))
    token = browser.get("/admin/password_change/").cookies["csrftoken"].value

    answer = browser.post(
        "/admin/password_change/",
        {"csrfmiddlewaretoken": token},
        headers={"Origin": OURS},
    )

    assert answer.status_code == 403
