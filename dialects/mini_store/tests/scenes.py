"""How each documented answer of the mini store comes about, in the README's order."""

from decimal import Decimal

from accounts import tokens
from accounts.models import User
from conftest import PASSWORD
from dialects.tests.world import content, without

STAFF = {"name": "sam", "role": "staff"}


def register(w, doc):
    yield w.post("/register/", doc.example)
    other = {"email": "bob@example.com", "username": "bob", "password": "password123"}
    for key in ("username", "password"):
        refused = w.post("/register/", without(other, key))
        assert refused.json() == {key: ["This field is required."]}
    yield w.post("/register/", without(other, "email"))
    yield w.post("/register/", other | {"email": "no address"})
    taken = w.post("/register/", other | {"email": doc.example["email"].upper()})
    assert taken.json() == {"email": ["This field must be unique."]}
    yield w.post("/register/", other | {"username": doc.example["username"].upper()})
    refused = w.post("/register/", other | {"password": "1234567890123"})
    assert set(refused.json()) == {"password"}
    yield w.post("/register/", other | {"password": "seven77"})


def verify_email(w, doc):
    user = w.unconfirmed("late")
    token = tokens.link(user, "confirm")
    yield w.get(f"/verify-email/{user.pk}/{token}/")
    assert w.get(f"/verify-email/{user.pk}/{token}/").status_code == 200
    assert User.objects.get(pk=user.pk).confirmed_at
    other = w.unconfirmed("other")
    for uid, text in (
        (other.pk, token),
        (user.pk, token + "x"),
        ("no-number", tokens.link(other, "confirm")),
    ):
        assert w.get(f"/verify-email/{uid}/{text}/").status_code == 400
    old = tokens.link(other, "confirm")
    User.objects.filter(pk=other.pk).update(email="another@example.com")
    yield w.get(f"/verify-email/{other.pk}/{old}/")
    assert not User.objects.get(pk=other.pk).confirmed_at


def resend_activation(w, doc):
    w.unconfirmed("late")
    for email in ("late@example.com", "nobody@example.com"):
        assert w.post("/resend-activation-email/", {"email": email}).json() == doc.shown
    yield w.post("/resend-activation-email/", doc.example)
    refused = w.post("/resend-activation-email/", {"email": "no address"})
    assert set(refused.json()) == {"email"}
    yield w.post("/resend-activation-email/", {})


def login(w, doc):
    w.post("/register/", doc.example | {"username": "ann"})
    late = User.objects.get(username="ann")
    w.get(f"/verify-email/{late.pk}/{tokens.link(late, 'confirm')}/")
    yield w.post("/login/", doc.example)
    yield w.post("/login/", without(doc.example, "password"))
    wrong = {"non_field_errors": ["Unable to log in with provided credentials."]}
    gone = w.person("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for login, password in (
        (gone.email, PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("ann", doc.example["password"]),  # a username is no address
    ):
        refused = w.post("/login/", {"email": login, "password": password})
        assert (refused.status_code, refused.json()) == (400, wrong)
    yield w.post("/login/", doc.example | {"password": "wrong-password"})
    w.unconfirmed("late")
    yield w.post("/login/", {"email": "late@example.com", "password": PASSWORD})


def logout(w, doc):
    pair, other = w.tokens("ann"), w.tokens("ann")
    auth = f"Bearer {other.access}"
    for harmless in (
        None,
        {},
        {"refresh": pair.refresh},
        {"blacklist": True},
        {"refresh": "nonsense", "blacklist": False},
    ):
        assert w.post("/logout/", harmless, auth=auth).status_code == 200
    asked = doc.example | {"refresh": pair.refresh}
    yield w.post("/logout/", asked, auth=auth)
    yield w.post("/logout/", asked)
    foreign = {"refresh": w.tokens("bob").refresh, "blacklist": True}
    assert set(w.post("/logout/", foreign, auth=auth).json()) == {"refresh"}
    yield w.post("/logout/", asked, auth=auth)


def products_list(w, doc):
    listed(w, doc)
    yield w.get("/products/")
    for page in ("2", "0", "-1", "two", "last", "9" * 40):
        assert w.get(f"/products/?page={page}").status_code == 404
    yield w.get("/products/?page=99")


def listed(w, doc):
    """The item that the document's list shows."""
    shown = doc.shown["results"][0]
    discount = shown["discount_price"]
    prices = {
        "regular_price": Decimal(shown["regular_price"]),
        "discount_price": Decimal(discount) if discount else None,
    }
    first = shown.get("product", {}).get("category", "Laptops")
    names = [first, "Another"][: len(shown["categories"])]
    return w.item(
        name=shown["name"],
        description=shown["description"],
        stock=shown["stock"],
        categories=[w.category(name) for name in names],
        **prices,
    )


def product_form(w, doc):
    names = ("Electronics", "Phones")
    return doc.example | {"categories": [w.category(name) for name in names]}


def bad_products(w, form):
    """Every refusal of a product's form, in the document's order."""
    yield form | {"regular_price": "0"}
    yield form | {"discount_price": "0.00"}
    yield form | {"discount_price": form["regular_price"]}
    yield form | {"stock": -1}
    yield form | {"categories": [999_999]}
    yield without(form, "name")


def product_create(w, doc):
    form, auth = product_form(w, doc), w.bearer(**STAFF)
    yield w.post("/products/", form, auth=auth)
    yield w.post("/products/", form)
    yield w.post("/products/", form, auth=w.bearer("ann"))
    for wrong in bad_products(w, form):
        yield w.post("/products/", wrong, auth=auth)


def product_get(w, doc):
    item = listed(w, Shown({"results": [doc.shown]}))
    yield w.get(f"/products/{item.pk}/")
    yield w.get("/products/999999/")


class Shown:
    def __init__(self, shown):
        self.shown = shown


def product_update(w, doc):
    path, auth = f"/products/{w.item().pk}/", w.bearer(**STAFF)
    form = product_form(w, doc)
    yield w.put(path, form, auth=auth)
    yield w.put(path, form)
    yield w.put(path, form, auth=w.bearer("ann"))
    yield w.put("/products/999999/", form, auth=auth)
    for wrong in bad_products(w, form):
        assert w.put(path, wrong, auth=auth).status_code == 400
    yield w.put(path, form | {"name": ""}, auth=auth)


def product_delete(w, doc):
    path, auth = f"/products/{w.item().pk}/", w.bearer(**STAFF)
    assert w.ask("DELETE", path).status_code == 401
    answer = w.ask("DELETE", path, auth=auth)
    yield answer
    yield w.ask("DELETE", path)
    yield w.ask("DELETE", path, auth=w.bearer("ann"))
    assert w.get(path).status_code == 404
    yield w.ask("DELETE", path, auth=auth)


def categories_list(w, doc):
    w.category(doc.shown["results"][0]["name"])
    yield w.get("/categories/")


def category_create(w, doc):
    auth = w.bearer(**STAFF)
    yield w.post("/categories/", doc.example, auth=auth)
    yield w.post("/categories/", doc.example)
    yield w.post("/categories/", doc.example, auth=w.bearer("ann"))
    assert set(w.post("/categories/", {}, auth=auth).json()) == {"name"}
    yield w.post("/categories/", doc.example, auth=auth)


def category_item(w, doc):
    auth, pk = w.bearer(**STAFF), w.category("Old name")
    path = f"/categories/{pk}/"
    for method, name in (("PUT", "New name"), ("PATCH", doc.shown["name"])):
        answer = w.ask(method, path, {"name": name}, auth=auth)
        assert answer.json() == {"id": pk, "name": name}
        assert w.ask(method, path, {"name": name}).status_code == 401
        refused = w.ask(method, path, {"name": name}, auth=w.bearer("ann"))
        assert refused.status_code == 403
    yield w.get(path)
    w.item(categories=[pk])
    assert w.ask("DELETE", path, auth=auth).status_code == 204
    yield w.get(path)
    assert w.ask("DELETE", path, auth=auth).status_code == 404


def products_by_category(w, doc):
    item = listed(w, doc)
    name = item.product.categories.get().name
    yield w.get(f"/products/category/{name}/")
    yield w.get("/products/category/Nothing/")


def product_list_alias(w, doc):
    w.item()
    answer = w.get("/product-list/")
    assert content(answer) == content(w.get("/products/"))
    yield answer


def product_stats(w, doc):
    shown = doc.shown
    assert w.get("/product-stats/").json() == {
        "min_price": None,
        "max_price": None,
        "total_stock": 0,
    }
    for price, stock in ((shown["min_price"], 50), (shown["max_price"], 2)):
        w.item(regular_price=Decimal(price), stock=stock)
    yield w.get("/product-stats/")


SCENES = {
    "D0.register": register,
    "D0.verify_email": verify_email,
    "D0.resend_activation": resend_activation,
    "D0.login": login,
    "D0.logout": logout,
    "D0.products_list": products_list,
    "D0.product_create": product_create,
    "D0.product_get": product_get,
    "D0.product_update": product_update,
    "D0.product_delete": product_delete,
    "D0.categories_list": categories_list,
    "D0.category_create": category_create,
    "D0.category_item": category_item,
    "D0.products_by_category": products_by_category,
    "D0.product_list_alias": product_list_alias,
    "D0.product_stats": product_stats,
}
