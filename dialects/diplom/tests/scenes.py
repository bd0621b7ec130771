"""How each documented answer of the service backend comes about, in its order."""

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from catalog.models import Offer
from conftest import PASSWORD
from dialects.tests.world import content, without

LIST = {
    "shop": "Example Shop",
    "categories": [{"id": 224, "name": "Smartphones"}],
    "goods": [
        {
            "id": 4216292,
            "category": 224,
            "model": "acme/x/256",
            "name": "Phone X 256GB (red)",
            "price": 65000,
            "price_rrc": 69990,
            "quantity": 9,
            "parameters": {"Color": "red"},
        }
    ],
}


def key(w, name="ann", role="buyer"):
    w.person(name, role)
    form = {"username": name, "password": PASSWORD}
    return f"Token {w.post('/get_token/', form).json()['token']}"


def register(w, doc):
    path, form = "/register/", doc.example
    yield w.post(path, form)
    w.post("/get_token/", {k: form[k] for k in ("username", "password")}).json()[
        "token"
    ]
    other = form | {"username": "bob", "email": "bob@example.com", "last_name": ""}
    for wrong in (
        {"email": form["email"].upper()},
        {"email": "no address"},
        {"password": "1234567"},
        {"first_name": "http://evil.example"},
    ):
        refused = w.post(path, other | wrong)
        assert (refused.status_code, set(refused.json())) == (400, set(wrong))
    yield w.post(path, other | {"username": form["username"].upper()})


def get_token(w, doc):
    path, form = "/get_token/", doc.example
    made = {"email": "a@example.com", "first_name": "", "last_name": ""}
    w.post("/register/", form | made)
    answer = w.post(path, form)
    assert w.post(path, form).json() == answer.json()
    yield answer
    assert set(w.post(path, {}).json()) == {"username", "password"}
    yield w.post(path, without(form, "password"))
    assert w.post(path, form | {"username": "a@example.com"}).status_code == 400
    yield w.post(path, form | {"password": "wrong-password"})
    w.unconfirmed("late")
    yield w.post(path, {"username": "late", "password": PASSWORD})


def refresh_token(w, doc):
    form = doc.example
    made = {"email": "a@example.com", "first_name": "", "last_name": ""}
    w.post("/register/", form | made)
    old = w.post("/get_token/", form).json()["token"]
    answer = w.post("/refresh_token/", form)
    yield answer
    new = answer.json()["token"]
    assert w.get("/user/", auth=f"Token {new}").status_code == 200
    assert w.get("/user/", auth=f"Token {old}").status_code == 401
    yield w.post("/refresh_token/", form | {"password": "wrong-password"})


def user(w, doc):
    path, shown = "/user/", doc.shown
    made = without(shown, "id") | {"password": PASSWORD, "first_name": "Old"}
    w.post("/register/", made)
    login = {"username": shown["username"], "password": PASSWORD}
    auth = f"Token {w.post('/get_token/', login).json()['token']}"
    for method in ("POST", "PATCH", "PUT"):
        assert w.ask(method, path, {"first_name": method}, auth=auth).status_code == 200
        assert w.get(path, auth=auth).json()["first_name"] == method
    answer = w.put(path, doc.example, auth=auth)
    assert w.put(path, {}, auth=auth).json() == answer.json()
    yield answer
    yield w.put(path, doc.example)
    bob = w.person("bob")
    for wrong in ({"username": "Bob"}, {"password": "1234567"}):
        assert set(w.put(path, wrong, auth=auth).json()) == set(wrong)
    yield w.put(path, {"email": bob.email.upper()}, auth=auth)
    refresh = w.post("/login/", login | {"email": shown["email"]}).json()["refresh"]
    assert w.put(path, {"password": "password1"}, auth=auth).status_code == 200
    assert w.get(path, auth=auth).status_code == 200
    assert w.post("/api/refresh/", {"refresh": refresh}).status_code == 401


def listed(w, shown):
    """The item that the document shows, from a price list."""
    good = LIST["goods"][0] | {
        "name": shown["name"],
        "model": shown["model"],
        "price": shown["price"],
        "price_rrc": shown["price_rrc"],
        "quantity": shown["quantity"],
        "parameters": {
            row["parameter"]: row["value"] for row in shown["product_parameters"]
        },
    }
    category = {"id": 224, "name": shown["product"]["category"]}
    answer = send(w, LIST | {"categories": [category], "goods": [good]})
    assert answer.json()["created"] == 1, answer.content
    return Offer.objects.get(product__name=shown["name"])


def send(w, listed, **more):
    text = listed if isinstance(listed, bytes) else yaml.safe_dump(listed).encode()
    kind = more.pop("kind", "application/yaml")
    auth = more.pop("auth", None) or key(w, "pat", "partner")
    return w.raw("POST", "/partner_update/", text, kind, auth=auth)


def products(w, doc):
    listed(w, doc.shown["results"][0])
    yield w.get("/products/")


def product_details(w, doc):
    path, item, auth = "/products/details/", listed(w, doc.shown), key(w)
    other = w.item()
    by_body = w.get(path, doc.example | {"id": item.pk}, auth=auth)
    assert w.get(f"{path}?id={item.pk}", auth=auth).json() == by_body.json()
    both = w.get(f"{path}?id={other.pk}", {"id": item.pk}, auth=auth)
    assert both.json() == by_body.json()
    yield by_body
    yield w.get(path, {"id": item.pk})
    for wrong in ({}, {"id": None}, {"id": "١"}, {"id": True}, []):
        assert set(w.get(path, wrong, auth=auth).json()) == {"id"}
    yield w.get(f"{path}?id=seven", auth=auth)
    for missing in (0, -1, 2**62, 10**19 - 1):
        assert w.get(path, {"id": missing}, auth=auth).status_code == 404
    yield w.get(path, {"id": 999_999}, auth=auth)


def made(w, doc, name="ann"):
    """A new order as the document shows it."""
    line = doc["ordered_items"][0]
    known = Offer.objects.filter(product__name=line["product_info"]["name"]).first()
    item = known or listed(w, line["product_info"])
    form = {
        "contact": {"city": doc["contact"]["city"]},
        "quantity": line["quantity"],
        "product_info": item.pk,
    }
    answer = w.post("/products/order/", form, auth=key(w, name))
    assert answer.status_code == 201, answer.content
    return answer


def order_create(w, doc):
    path, auth = "/products/order/", key(w)
    answer = made(w, doc.shown)
    yield answer
    item = Offer.objects.get()
    assert (item.stock, item.movements.count()) == (9, 1)
    form = doc.example | {"product_info": item.pk}
    yield w.post(path, form)
    yield w.post(path, form | {"contact": {}}, auth=auth)
    yield w.post(path, without(form, "contact"), auth=auth)
    for wrong in (0, -1, 10, None, "two", 1.5, 10**15):
        refused = w.post(path, form | {"quantity": wrong}, auth=auth)
        assert (refused.status_code, set(refused.json())) == (400, {"quantity"})
    yield w.post(path, without(form, "quantity"), auth=auth)
    assert set(w.post(path, without(form, "product_info"), auth=auth).json()) == {
        "product_info"
    }
    yield w.post(path, form | {"product_info": 999_999}, auth=auth)


def order_confirm(w, doc):
    path, auth = "/orders/confirm/", key(w)
    new = ORDER if isinstance(doc.shown, str) else doc.shown
    ids = [made(w, new).json()["id"] for _ in range(3)]
    Offer.objects.update(regular_price=F("regular_price") + 1)
    kept = w.post(path, doc.example | {"id": ids[2]}, auth=auth).json()
    assert (kept["state"], kept["total_sum"]) == ("confirmed", new["total_sum"])
    Offer.objects.update(regular_price=F("regular_price") - 1)
    form = doc.example | {"id": ids[0]}
    answer = w.post(path, form, auth=auth)
    contact = answer.json()["contact"]
    assert (contact["address"], contact["phone"]) == (form["address"], form["phone"])
    assert Offer.objects.get().stock == 5
    yield answer
    yield w.post(path, form)
    for field in ("address", "phone"):
        for wrong in (without(form, field), form | {field: " "}):
            assert set(w.post(path, wrong, auth=auth).json()) == {field}
    yield w.post(path, without(form, "address"), auth=auth)
    assert w.post(path, form, auth=key(w, "bob")).status_code == 404
    yield w.post(path, form | {"id": 999_999}, auth=auth)
    yield w.post(path, form, auth=auth)
    Offer.objects.update(stock=1)
    yield w.post(path, form | {"id": ids[1]}, auth=auth)
    assert w.get(f"/orders/info/?id={ids[1]}", auth=auth).json()["state"] == "new"


def orders(w, doc):
    path, auth = "/orders/", key(w)
    first = made(w, doc.shown[0]).json()
    made(w, doc.shown[0], "bob")
    for narrowing in ({"id": 1}, {"id": first["id"] + 1}, {"id": "x"}):
        assert content(w.get(path, narrowing, auth=auth)) == [first]
    assert content(w.get(f"{path}?id=1&user=2", auth=auth)) == [first]
    second = made(w, doc.shown[0]).json()
    assert content(w.get(path, auth=auth)) == [second, first]
    yield w.get(path, doc.example, auth=auth)
    yield w.get(path, doc.example)


def order_info(w, doc):
    path, auth = "/orders/info/", key(w)
    mine, foreign = (made(w, doc.shown, name).json()["id"] for name in ("ann", "bob"))
    yield w.get(path, doc.example | {"id": mine}, auth=auth)
    yield w.get(f"{path}?id={mine}")
    assert set(w.get(path, auth=auth).json()) == {"id"}
    yield w.get(f"{path}?id=seven", auth=auth)
    assert w.get(f"{path}?id={foreign}", auth=auth).status_code == 404
    yield w.get(path, {"id": 999_999}, auth=auth)


def partner_update(w, doc):
    path, auth = "/partner_update/", key(w, "pat", "partner")
    shop = LIST | {"shop": doc.shown["shop"]}
    answer = send(w, shop)
    assert answer.json() == doc.shown
    yield answer
    item = Offer.objects.get()
    for kind in ("application/x-yaml", "text/yaml", "text/x-yaml; charset=utf-8"):
        again = send(w, shop, kind=kind).json()
        assert (again["created"], again["updated"]) == (0, 1)
    file = SimpleUploadedFile("autumn.yaml", yaml.safe_dump(shop).encode())
    more = shop | {"goods": [shop["goods"][0] | {"id": 7, "name": "Phone Y"}]}
    assert w.post(path, {"anything": file}, form="multipart", auth=auth).json() == (
        doc.shown | {"created": 0, "updated": 1}
    )
    assert send(w, more).json()["withdrawn"] == 1
    item.refresh_from_db()
    assert item.is_withdrawn
    yield w.raw("POST", path, b"shop: x", "application/yaml")
    yield send(w, shop, auth=key(w))
    for body, kind in ((b"", "application/yaml"), (b"x", "text/plain"), (b"x", "")):
        refused = send(w, body, kind=kind)
        assert (refused.status_code, refused.json()["Status"]) == (400, False)
    yield w.post(path, {}, auth=auth)
    for wrong in (
        b"shop: [",
        b"shop: !!python/object:os.system x\ngoods: []",
        yaml.safe_dump(without(shop, "shop")).encode(),
        yaml.safe_dump(shop | {"categories": []}).encode(),
        b"\xff\xfe\x00",
        b"a: &a [*a]",
    ):
        refused = send(w, wrong)
        assert (refused.status_code, refused.json()["Status"]) == (400, False), wrong
    yield send(w, shop | {"goods": [without(shop["goods"][0], "price")]})
    for url in ("ftp://example.com/list.yaml", "http://localhost/", "http://[::1]/", 7):
        refused = w.post(path, {"url": url}, auth=auth)
        assert (refused.status_code, refused.json()["Status"]) == (400, False), url
    yield w.post(path, {"url": "http://169.254.169.254/latest/"}, auth=auth)


ITEM = {
    "name": "Phone X 256GB (red)",
    "model": "acme/x/256",
    "product": {"category": "Smartphones"},
    "quantity": 9,
    "price": 65000,
    "price_rrc": 69990,
    "product_parameters": [],
}
ORDER = {
    "contact": {"city": "Springfield"},
    "ordered_items": [{"product_info": ITEM, "quantity": 2}],
    "total_sum": 130000,
}
SCENES = {
    "D1.register": register,
    "D1.get_token": get_token,
    "D1.refresh_token": refresh_token,
    "D1.user": user,
    "D1.products": products,
    "D1.product_details": product_details,
    "D1.order_create": order_create,
    "D1.order_confirm": order_confirm,
    "D1.orders": orders,
    "D1.order_info": order_info,
    "D1.partner_update": partner_update,
}
