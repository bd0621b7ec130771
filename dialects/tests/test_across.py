"""What holds over all documents: one account space, one set of tokens, one brake."""

import base64
import json
import re

import pytest
from constance import config
from django.utils import timezone

from accounts.models import User
from accounts.services import set_password
from conftest import PASSWORD
from dialects.tests.world import World, content
from orders.models import Order
from orders.services import move_order

pytestmark = pytest.mark.django_db
# Each document's login: the form for an account, and where its tokens stand.
LOGINS = {
    "D0": ("/login/", "email"),
    "D1": ("/get_token/", "username"),
    "D2": ("/api/login_view", "username"),
    "D3": ("/api/login/", "email"),
    "D4": ("/api/jwt/auth/", "username"),
}
NOT_CONFIRMED = {
    "D0": (400, {"non_field_errors": ["Email is not verified."]}),
    "D1": (400, {"non_field_errors": ["Email is not verified."]}),
    "D2": (403, {"detail": "Email is not verified."}),
    "D3": (403, {"detail": "Email is not verified."}),
    "D4": (401, {"detail": "Email is not verified."}),
}
REGISTRATIONS = {
    "D0": ("/register/", {}),
    "D1": ("/register/", {"first_name": ""}),
    "D2": ("/api/sign_in", {}),
    "D3": ("/api/register/", {}),
    "D4": ("/api/customer/registration/", {}),
}
PROTECTED = [
    "/user/",
    "/orders/",
    "/api/get_all_products",
    "/api/get_order",
    "/api/me/",
    "/api/customer/getuser/",
    "/api/customer/myorders/",
]


@pytest.fixture
def w():
    return World()


def login(w, dialect, name="ann", password=PASSWORD, **headers):
    path, kind = LOGINS[dialect]
    who = f"{name}@example.com" if kind == "email" else name
    return w.post(path, {kind: who, "password": password}, **headers)


def register(w, dialect, name):
    path, more = REGISTRATIONS[dialect]
    form = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
    return w.post(path, form | more)


def refreshes(w, refresh):
    """Shows a refresh token to every document; their statuses, D2, D3, D4."""
    w.client.cookies["refreshtoken"], w.client.cookies["csrftoken"] = refresh, "a" * 32
    return [
        w.post("/api/refresh_token", HTTP_X_CSRFTOKEN="a" * 32).status_code,
        w.post("/api/refresh/", {"refresh": refresh}).status_code,
        w.post("/api/jwt/refresh/", {"refresh": refresh}).status_code,
    ]


@pytest.mark.parametrize("dialect", REGISTRATIONS)
def test_an_account_of_one_document_signs_in_through_all(w, dialect):
    assert register(w, dialect, "ann").status_code in {200, 201}
    User.objects.update(confirmed_at=timezone.now())

    for other in LOGINS:
        assert login(w, other).status_code == 200, other


def test_every_credential_opens_every_protected_door(w):
    pair, key = w.tokens("ann"), login(w, "D1").json()["token"]

    for path in PROTECTED:
        for auth in (f"Bearer {pair.access}", f"Token {pair.access}", f"Token {key}"):
            assert w.get(path, auth=auth).status_code == 200, (path, auth[:6])
        for wrong in (f"Token {pair.refresh}", f"Bearer {key}", "Token", "x"):
            assert w.get(path, auth=wrong).status_code in {401, 403}, path


@pytest.mark.parametrize("stale", ["Bearer a.b.c", "Token nonsense", "nonsense", "é"])
def test_a_stale_credential_counts_for_nothing_at_open_doors(w, stale):
    item = w.item()
    refresh = w.tokens("ann").refresh

    for dialect in LOGINS:
        assert login(w, dialect, auth=stale).status_code == 200, dialect
    assert w.post("/api/refresh/", {"refresh": refresh}, auth=stale).status_code == 200
    for path in (
        "/products/",
        f"/products/{item.pk}/",
        "/product-list/",
        "/categories/",
        "/product-stats/",
        "/api/product/all/",
        f"/api/product/get/{item.pk}/",
    ):
        assert w.get(path, auth=stale).status_code == 200, path


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_lifetimes_are_set_by_operators_and_hold_in_every_document(w):
    ann = w.person("ann")
    config.ACCESS_TOKEN_LIFETIME, config.REFRESH_TOKEN_LIFETIME = 77, 3

    pairs = [login(w, dialect).json() for dialect in ("D0", "D3", "D4")]

    for pair in pairs:
        access, refresh = claims(pair["access"]), claims(pair["refresh"])
        assert access["exp"] - access["iat"] == 77
        assert refresh["exp"] - refresh["iat"] == 3 * 86_400
        assert (access["token_type"], refresh["token_type"]) == ("access", "refresh")
        assert access["user_id"] == refresh["user_id"] == ann.pk
    renewed = w.post("/api/refresh/", {"refresh": pairs[0]["refresh"]}).json()["access"]
    assert claims(renewed)["exp"] - claims(renewed)["iat"] == 77
    cookie = login(w, "D2").json()["access_token"]
    assert claims(cookie)["exp"] - claims(cookie)["iat"] == 77
    assert len({pair["access"] for pair in pairs}) == 3


def test_a_revoked_refresh_token_is_refused_everywhere_and_others_stay(w):
    first, second = (login(w, "D0").json() for _ in (w.person("ann"), None))
    assert refreshes(w, first["refresh"]) == [200, 200, 200]

    body = {"refresh": first["refresh"], "blacklist": True}
    w.post("/logout/", body, auth=f"Bearer {second['access']}")

    assert refreshes(w, first["refresh"]) == [403, 401, 401]
    assert refreshes(w, second["refresh"]) == [200, 200, 200]
    w.post("/api/logout/", {"refresh": second["refresh"]})
    assert refreshes(w, second["refresh"]) == [403, 401, 401]


def test_a_new_password_revokes_every_refresh_token(w):
    pairs = [w.tokens("ann") for _ in range(2)]

    set_password(user=w.person("ann"), password="another long walk", now=timezone.now())

    for pair in pairs:
        assert refreshes(w, pair.refresh) == [403, 401, 401]


@pytest.mark.parametrize("dialect", LOGINS)
def test_an_unconfirmed_account_of_the_mini_store_gets_in_nowhere(w, dialect):
    register(w, "D0", "ann")

    answer = login(w, dialect)

    assert (answer.status_code, answer.json()) == NOT_CONFIRMED[dialect]
    assert login(w, dialect, password="wrong-password").json() != answer.json()


@pytest.mark.parametrize("dialect", REGISTRATIONS)
def test_confirmation_everywhere_and_nowhere(w, settings, letters, dialect):
    settings.EMAIL_CONFIRMATION = "everywhere"
    register(w, dialect, "ann")
    assert [login(w, other).status_code for other in LOGINS] == [
        400,
        400,
        403,
        403,
        401,
    ]
    assert len(letters()) == 1

    settings.EMAIL_CONFIRMATION = "off"
    register(w, dialect, "bob")
    assert [login(w, other, "bob").status_code for other in LOGINS] == [200] * 5
    assert len(letters()) == 1


def test_a_new_address_is_confirmed_by_opening_its_link(w, letters):
    register(w, "D0", "ann")
    letters()
    User.objects.update(confirmed_at=timezone.now())
    auth = f"Bearer {login(w, 'D3').json()['access']}"

    w.put("/api/me/", {"email": "new@example.com"}, auth=auth)

    form = {"email": "new@example.com", "password": PASSWORD}
    assert w.post("/api/login/", form).status_code == 403
    (letter,) = [text for text in letters() if "To: new@example.com" in text]
    link = re.search(r"http://[^/]+(/verify-email/\S+/)", letter)[1]
    assert w.get(link).status_code == 200
    assert w.post("/api/login/", form).status_code == 200


def test_guesses_are_counted_over_all_doors(w):
    w.person("ann")
    doors = list(LOGINS) * 2
    for dialect in doors:
        assert login(w, dialect, password="wrong-password").status_code < 404

    for dialect in LOGINS:
        answer = login(w, dialect)
        assert (answer.status_code, list(answer.json())) == (429, ["detail"]), dialect
        assert 0 < int(answer["Retry-After"]) <= 3600


def test_registrations_and_guests_are_limited(w, settings):
    settings.RATES = settings.RATES | {
        "register": {"limit": 2, "seconds": 60},
        "guest": {"limit": 2, "seconds": 60},
    }
    statuses = [register(w, d, f"person{d}").status_code for d in REGISTRATIONS]
    guests = [w.post("/api/customer/create/").status_code for _ in range(3)]

    assert statuses == [201, 201, 429, 429, 429]
    assert guests == [201, 201, 429]


@pytest.mark.parametrize("rule", ["documented", "strict"])
def test_the_common_list_holds_when_the_operator_says_so(w, settings, rule):
    settings.DIALECT_PASSWORDS = rule

    statuses = []
    for number, (path, more) in enumerate(REGISTRATIONS.values()):
        form = {"username": f"u{number}", "email": f"u{number}@example.com"}
        answer = w.post(path, form | {"password": "password123"} | more)
        statuses.append(answer.status_code)

    assert statuses == ([400] * 5 if rule == "strict" else [201, 201, 200, 201, 201])


def test_orders_are_seen_by_every_document_as_its_words_have_it(w):
    auth, item = w.bearer("ann"), w.item(stock=9)
    new = {"contact": {"city": "Omsk"}, "quantity": 1, "product_info": item.pk}
    draft = w.post("/products/order/", new, auth=auth).json()["id"]

    def seen(path):
        return [row["id"] for row in content(w.get(path, auth=auth))]

    everywhere = ("/orders/", "/api/get_order", "/api/customer/myorders/")
    assert [seen(path) for path in everywhere] == [[draft], [], []]
    w.post("/orders/confirm/", {"id": draft, "address": "A", "phone": "1"}, auth=auth)
    assert [seen(path) for path in everywhere] == [[draft]] * 3
    order = Order.objects.get(pk=draft)
    for status in ("assembled", "sent", "delivered"):
        move_order(order=order, to=status, actor=None, now=timezone.now())
    (mine,) = content(w.get("/api/get_order", auth=auth))
    assert mine["completed"] is True
    item.refresh_from_db()
    w.ask("DELETE", f"/products/{item.pk}/", auth=w.bearer("sam", "staff"))
    assert [seen(path) for path in everywhere] == [[draft]] * 3


def test_what_was_withdrawn_cannot_be_placed_and_stays_as_it_was(w):
    auth, item = w.bearer("ann"), w.item(stock=9)
    new = {"contact": {"city": "Omsk"}, "quantity": 1, "product_info": item.pk}
    draft = w.post("/products/order/", new, auth=auth).json()["id"]
    w.ask("DELETE", f"/products/{item.pk}/", auth=w.bearer("sam", "staff"))

    where = {"id": draft, "address": "A", "phone": "1"}
    refused = w.post("/orders/confirm/", where, auth=auth)

    assert (refused.status_code, list(refused.json())) == (400, ["non_field_errors"])
    assert w.post("/products/order/", new, auth=auth).status_code == 400
