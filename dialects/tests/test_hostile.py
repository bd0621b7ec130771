"""Whatever comes, the documents answer JSON in their own words, and write nothing."""

import orjson
import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import URLResolver, get_resolver

from catalog.querysets import OfferQuerySet
from dialects.doors import Door, NothingHere
from dialects.tests.world import JSON, World, content, state

pytestmark = pytest.mark.django_db
SAMPLES = {
    "<int:pk>": "1",
    "<path:name>": "Tea",
    "<str:token>": "5f0c7b8e-8a3b-4d64-9e0b-0d5f7e5a1c11",
}


def doors():
    """Every address of every document with its door, from the resolver."""

    def walk(patterns, prefix=""):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            else:
                door = getattr(pattern.callback, "cls", None)
                if isinstance(door, type) and issubclass(door, Door):
                    yield path, door

    found = {}
    for path, door in walk(get_resolver().url_patterns):
        for sample, value in SAMPLES.items():
            path = path.replace(sample, value)
        if door is not NothingHere:
            found.setdefault("/" + path, door)
    return found


DOORS = doors()
WRITING = [
    (method, path)
    for path, door in DOORS.items()
    for method in ("POST", "PUT", "PATCH", "DELETE")
    if hasattr(door, method.lower())
]
DEEP = b"[" * 3000 + b"]" * 3000
BODIES = {
    "nothing": b"",
    "no json": b"{",
    "array": b"[]",
    "array of objects": b'[{"email": 1}]',
    "text": b'"text"',
    "null": b"null",
    "number": b"1e999",
    "nan": b'{"quantity": NaN}',
    "deep": DEEP,
    "twice": b'{"email": "a", "email": "b"}',
    "no utf-8": b'{"email": "\xff"}',
    "nul": b'{"email": "a\\u0000b", "username": "\\u0000", "token": "\\u0000"}',
    "surrogate": b'{"username": "\\ud800", "email": "\\ud800"}',
    "giant": b'{"email": "' + b"x" * 1_000_001 + b'"}',
    "giant number": b'{"id": ' + b"9" * 5000 + b"}",
    "unhashable": b'{"first_name": {"a": []}, "items": {"a": 1}}',
}
VALUES = [
    None,
    True,
    [],
    {},
    [[]],
    "",
    "x" * 10_000,
    -1,
    2**70,
    1e308,
    "١",
    "1_0",
    "' OR 1=1 --",
    "<script>",
]
FIELDS = (
    "email username password first_name last_name refresh blacklist id address phone "
    "contact quantity product_info items token product_id country city post_code name "
    "regular_price discount_price stock description categories url"
).split()


@pytest.fixture
def w(settings):
    settings.BRAKES = False
    settings.PASSWORD_HASHERS = ["config.tests.hashers.QuickHasher"]
    world = World()
    world.client.raise_request_exception = False
    world.client.cookies["csrftoken"] = "a" * 32
    world.client.cookies["refreshtoken"] = "a.b.c"
    return world


def refused(answer):
    """A clean refusal: JSON, below 500, no traces."""
    assert 400 <= answer.status_code < 500, (answer.status_code, content(answer))
    assert answer["Content-Type"] == JSON
    body = orjson.loads(answer.content)
    assert body
    assert isinstance(body, dict)
    assert b"Traceback" not in answer.content
    return True


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_a_broken_body_is_refused_and_changes_nothing(w, method, path):
    auth = {"HTTP_AUTHORIZATION": w.bearer("sam", "superuser")}
    before = state()

    for name, body in BODIES.items():
        if method == "DELETE":
            break
        answer = w.client.generic(
            method, path, body, "application/json", **auth, HTTP_X_CSRFTOKEN="a" * 32
        )
        harmless = answer.status_code in {200, 201}
        empty = name in {"nothing", "array", "twice", "unhashable", "null"}
        assert (
            (harmless and (empty or path.startswith("/api/customer/create")))
            or (harmless and path == "/logout/")
            or refused(answer)
        ), name
    after = state()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"Customer", "Session", "ApiKey", "Cart"}, changed


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_a_hostile_value_in_any_field_is_no_fault_of_ours(w, method, path):
    auth = {"HTTP_AUTHORIZATION": w.bearer("sam", "superuser")}

    for value in VALUES:
        body = orjson.dumps(
            dict.fromkeys(FIELDS, value if value != 2**70 else "9" * 22)
        )
        answer = w.client.generic(
            method, path, body, "application/json", **auth, HTTP_X_CSRFTOKEN="a" * 32
        )
        assert answer.status_code < 500, (value, content(answer))
        assert answer.status_code == 204 or answer["Content-Type"] == JSON


@pytest.mark.parametrize("path", DOORS)
def test_odd_methods_kinds_and_addresses_are_told_in_json(w, path):
    auth = {"HTTP_AUTHORIZATION": w.bearer("sam", "superuser")}
    door = DOORS[path]

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
        if not hasattr(door, method.lower()) or method == "TRACE":
            answer = w.client.generic(method, path, **auth)
            assert refused(answer)
            assert answer.status_code in {403, 405}, (method, answer.status_code)
    packed = w.client.generic("POST", path, b"x", HTTP_CONTENT_ENCODING="gzip", **auth)
    assert packed.status_code in {400, 415}
    assert refused(packed)
    assert refused(w.client.get(path + "?x=%00", **auth))
    assert refused(w.client.get(path.rstrip("/") + "/more/than/that", **auth))


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "x", "image/png"])
@pytest.mark.parametrize(("method", "path"), WRITING)
def test_other_kinds_of_body_are_refused(w, method, path, kind):
    auth = {"HTTP_AUTHORIZATION": w.bearer("sam", "superuser")}
    if method == "DELETE":
        pytest.skip("no body is read")

    answer = w.client.generic(
        method, path, b"<x/>", kind, **auth, HTTP_X_CSRFTOKEN="a" * 32
    )

    if answer.status_code >= 400:
        assert refused(answer)
    else:
        assert path in {"/api/customer/create/", "/api/refresh_token"}, path


def test_forms_are_read_as_json_is(w):
    form = {"email": "ann@example.com", "username": "ann", "password": "password123"}

    assert w.post("/register/", form, form="multipart").status_code == 201
    answer = w.client.post(
        "/api/login/",
        "email=ann%40example.com&password=wrong-one",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.json() == {"detail": "Invalid credentials"}
    names = [w.category(name) for name in ("Tea", "Cups")]
    item = {"name": "Tea", "regular_price": "7", "stock": "1", "description": "x"}
    auth = w.bearer("sam", "staff")
    made = w.post(
        "/products/", item | {"categories": names}, form="multipart", auth=auth
    )
    assert made.json()["categories"] == names
    order = {"contact.city": "Omsk", "quantity": 1, "product_info": made.json()["id"]}
    placed = w.post("/products/order/", order, form="multipart", auth=auth)
    assert placed.json()["contact"]["city"] == "Omsk"


def test_a_lost_database_is_told_in_json(w, monkeypatch):
    def lost(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(OfferQuerySet, "for_sale", lost)

    for path in ("/products/", "/product-stats/", "/api/product/all/"):
        answer = w.client.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "2")
        assert list(answer.json()) == ["detail"]


def test_what_breaks_in_a_middleware_is_told_in_the_documents_words():
    browser = Client(raise_request_exception=False)

    for path in ("/products/", "/api/post_order", "/api/order/cart/update/"):
        answer = browser.get(path, headers={"host": "evil.example"})
        assert answer.status_code == 400
        assert answer["Content-Type"] == JSON
    body = browser.get("/api/post_order?x=%00").json()
    assert list(body) == ["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/products",
        "/products/x/",
        "/products/1/more/",
        "/orders/5/",
        "/register",
        "/api/login",
        "/api/me/5/",
        "/api/order/",
        "/api/get_order/5",
        "/api/customer/nobody/",
        "/partner_update",
    ],
)
def test_an_unknown_address_below_a_document_is_a_json_404(w, path):
    for method in ("GET", "POST"):
        answer = w.ask(method, path)
        assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_a_giant_id_in_an_address_is_not_found(w):
    for path in ("/products/{}/", "/categories/{}/", "/api/product/get/{}/"):
        assert w.get(path.format("9" * 40)).status_code == 404
