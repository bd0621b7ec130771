"""How each documented answer of the webstore comes about, in the README's order."""

from decimal import Decimal

from django.utils import timezone

from accounts.services import revoke_refresh
from conftest import PASSWORD
from dialects.tests.world import content, without


def sign_in(w, doc):
    path = "/api/sign_in"
    yield w.post(path, doc.example)
    other = {"username": "bob", "password": "password123", "email": "bob@example.com"}
    assert w.post(path + "/", other).json() == {"massage": "success"}
    other |= {"email": "carl@example.com"}
    yield w.post(path, other | {"username": doc.example["username"].upper()})
    other |= {"username": "carl"}
    yield w.post(path, other | {"email": doc.example["email"].upper()})
    for wrong in (
        without(other, "username"),
        other | {"email": "no address"},
        other | {"password": "seven77"},
        other | {"username": ["carl"]},
        [],
    ):
        assert list(w.post(path, wrong).json()) == ["error"]
    yield w.post(path, {})


def login_view(w, doc):
    path, form = "/api/login_view", doc.example
    w.post("/api/sign_in", form | {"email": doc.shown["user"]["email"]})
    answer = w.post(path, form)
    yield answer
    assert set(answer.cookies) == {"csrftoken", "refreshtoken"}
    refresh, csrf = answer.cookies["refreshtoken"], answer.cookies["csrftoken"]
    facts = {name: refresh[name] for name in ("httponly", "path", "samesite", "secure")}
    assert facts == {"httponly": True, "path": "/", "samesite": "Lax", "secure": ""}
    assert (csrf["httponly"], csrf["path"]) == ("", "/")
    yield w.post(path, form | {"username": "nobody"})
    assert w.post(path, form | {"password": "wrong-password"}).json() == {
        "detail": "user not found"
    }
    assert w.post(path, without(form, "username")).status_code == 403
    yield w.post(path + "/", without(form, "password"))
    w.unconfirmed("late")
    yield w.post(path, {"username": "late", "password": PASSWORD})


def log_in(w, name, role="buyer"):
    """A session of this document: cookies in the client, and the two headers."""
    w.person(name, role)
    answer = w.post("/api/login_view", {"username": name, "password": PASSWORD})
    token = answer.cookies["csrftoken"].value
    return {"auth": f"Token {answer.json()['access_token']}", "HTTP_X_CSRFTOKEN": token}


def refresh_token(w, doc):
    path = "/api/refresh_token"
    csrf = without(log_in(w, "ann"), "auth")
    yield w.post(path, **csrf)
    assert w.post(path + "/", **csrf).status_code == 200
    refresh = w.client.cookies.pop("refreshtoken").value
    yield w.post(path, **csrf)
    w.client.cookies["refreshtoken"] = refresh
    for wrong in ({}, {"HTTP_X_CSRFTOKEN": "x" * 32}):
        assert w.post(path, **wrong).status_code == 403
    foreign = {"HTTP_ORIGIN": "https://evil.example"}
    assert w.post(path, **csrf, **foreign).status_code == 403
    yield w.post(path, HTTP_X_CSRFTOKEN="")
    w.client.cookies["refreshtoken"] = "a.b.c"
    assert w.post(path, **csrf).status_code == 403
    w.client.cookies["refreshtoken"] = refresh
    revoke_refresh(refresh=refresh, now=timezone.now())
    yield w.post(path, **csrf)


def get_all_products(w, doc):
    shown = doc.shown[0]
    w.item(
        name=shown["name"],
        description=shown["description"],
        stock=shown["amount"],
        regular_price=Decimal(shown["price"]) + 1,
        discount_price=Decimal(shown["price"]),
    )
    auth = f"Token {w.tokens('ann').access}"
    slashed = content(w.get("/api/get_all_products/", auth=auth))
    answer = w.get("/api/get_all_products", auth=auth)
    yield answer
    assert [row["name"] for row in slashed] == [shown["name"]]
    for wrong in ("Token a.b.c", "Token nonsense", "Basic YTpi"):
        assert w.get("/api/get_all_products", auth=wrong).status_code == 403
    refused = w.get("/api/get_all_products")
    assert not refused.has_header("WWW-Authenticate")
    yield refused


def ordered(w, name, order=None):
    """An order placed through this document."""
    price = Decimal(order["items"][0]["price"]) if order else Decimal("7.00")
    item = w.item(
        name=order["items"][0]["name"] if order else "Black tea",
        regular_price=price,
        stock=10,
    )
    form = {
        "address": order["address"] if order else "1 Main Street",
        "phone": order["phone"] if order else "+1",
        "items": [{"product_id": item.pk, "amount": 2}],
    }
    answer = w.post("/api/post_order", form, **log_in(w, name))
    assert answer.status_code == 200, answer.content
    return answer.json()


def get_order(w, doc):
    path = "/api/get_order"
    order = ordered(w, "ann", doc.shown[0])
    auth = f"Token {w.tokens('ann').access}"
    assert content(w.get(path + "/", auth=auth)) == [order]
    foreign = ordered(w, "bob")
    yield w.get(f"{path}?category=user&user_id={foreign['user']}", auth=auth)
    yield w.get(path)
    olga = f"Token {w.tokens('olga', 'superuser').access}"
    assert content(w.get(path, auth=olga)) == [foreign, order]
    for query, found in (
        (f"category=user&user_id={order['user']}", [order]),
        ("category=user&user_id=999999", []),
        ("category=completed", []),
        ("category=uncompleted", [foreign, order]),
    ):
        assert content(w.get(f"{path}?{query}", auth=olga)) == found
    for query in ("category=user", "category=user&user_id=x"):
        assert w.get(f"{path}?{query}", auth=olga).status_code == 400
    yield w.get(f"{path}?category=everything", auth=olga)


def post_order(w, doc):
    path = "/api/post_order"
    shown, tea = doc.shown, w.item(stock=9)
    price = Decimal(shown["items"][0]["price"])
    item = w.item(name=shown["items"][0]["name"], regular_price=price, stock=9)
    me = log_in(w, "ann")
    line = {"product_id": item.pk, "amount": 1}
    form = {
        "address": shown["address"],
        "phone": shown["phone"],
        "items": [line, line],
    }
    yield w.post(path, form, **me)
    item.refresh_from_db()
    assert item.stock == 7
    asked = [
        row | {"product_id": pk}
        for row, pk in zip(doc.example["items"], (item.pk, tea.pk), strict=True)
    ]
    both = w.post(path + "/", doc.example | {"items": asked}, **me)
    assert [row["product_id"] for row in both.json()["items"]] == [item.pk, tea.pk]
    yield w.post(path, form, **without(me, "auth"))
    assert w.post(path, form, **me | {"HTTP_X_CSRFTOKEN": "x" * 32}).status_code == 403
    yield w.post(path, form, auth=me["auth"])
    unknown = form | {"items": [{"product_id": 999_999, "amount": 1}]}
    assert list(w.post(path, unknown, **me).json()) == ["error"]
    yield w.post(path, form | {"items": [line | {"amount": 100}]}, **me)
    for wrong in (
        without(form, "address"),
        form | {"items": []},
        form | {"items": [line | {"amount": 0}]},
        form | {"items": "none"},
        form | {"items": [7]},
        form | {"phone": "1" * 31},
    ):
        refused = w.post(path, wrong, **me)
        assert (refused.status_code, list(refused.json())) == (400, ["error"])
    yield w.post(path, {}, **me)


SCENES = {
    "D2.sign_in": sign_in,
    "D2.login_view": login_view,
    "D2.refresh_token": refresh_token,
    "D2.get_all_products": get_all_products,
    "D2.get_order": get_order,
    "D2.post_order": post_order,
}
