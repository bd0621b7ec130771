"""How each documented answer of the generic store comes about, in its order."""

from decimal import Decimal

from django.utils import timezone

from accounts.models import Customer, User
from accounts.services import customer_of, revoke_refresh
from catalog.models import Category, Offer
from catalog.services import brands_by_name, save_product
from conftest import PASSWORD
from dialects.tests.world import content, without
from orders.models import Order
from orders.services import move_order

UNKNOWN = "395bce87-0edd-4834-9063-a36311e2f81f"


def customer_create(w, doc):
    first = w.post("/api/customer/create/").json()
    answer = w.post("/api/customer/create/")
    assert answer.json() != first
    yield answer


def a_guest(w):
    return w.post("/api/customer/create/").json()["customer_token"]


def customer_registration(w, doc):
    path, token = "/api/customer/registration/", a_guest(w)
    form = doc.example | {"token": token}
    yield w.post(path, form)
    customer = Customer.objects.get()
    assert (str(customer.token), customer.user.username) == (token, form["username"])
    assert customer.email == form["email"]
    other = form | {"username": "bob", "email": "bob@example.com", "token": None}
    refused = w.post(path, other | {"email": form["email"].upper()})
    assert set(refused.json()) == {"email"}
    assert set(w.post(path, other | {"password": "1234567"}).json()) == {"password"}
    assert set(w.post(path, without(other, "username")).json()) == {"username"}
    yield w.post(path, other | {"username": form["username"].upper()})
    for wrong in (UNKNOWN, "no uuid"):
        assert set(w.post(path, other | {"token": wrong}).json()) == {"token"}
    yield w.post(path, other | {"token": token})
    assert w.post(path, without(other, "token")).status_code == 201


def jwt_auth(w, doc):
    path, form = "/api/jwt/auth/", doc.example
    w.post("/api/customer/registration/", form | {"email": "jdoe@example.com"})
    yield w.post(path, form)
    assert w.post(path, form | {"username": "jdoe@example.com"}).status_code == 401
    refused = w.post(path, form | {"password": "wrong-password"})
    assert refused.has_header("WWW-Authenticate")
    yield refused
    w.unconfirmed("late")
    yield w.post(path, {"username": "late", "password": PASSWORD})
    yield w.post(path, without(form, "password"))


def jwt_refresh(w, doc):
    path, pair = "/api/jwt/refresh/", w.tokens("ann")
    yield w.post(path, doc.example | {"refresh": pair.refresh})
    gone = w.tokens("gone").refresh
    User.objects.filter(username="gone").update(is_active=False)
    revoked = w.tokens("ann").refresh
    revoke_refresh(refresh=revoked, now=timezone.now())
    for wrong in ("nonsense", "a.b.c", pair.access, gone):
        assert w.post(path, {"refresh": wrong}).json()["code"] == "token_not_valid"
    yield w.post(path, {"refresh": revoked})
    yield w.post(path, {})


ADDRESS = {
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane@example.com",
    "country": "USA",
    "city": "Springfield",
    "post_code": 90210,
    "address": "123 Drive",
}


def ordered(w, token, **shown):
    """An order that a token's holder finalized."""
    item = w.item(stock=9, **shown)
    line = {"token": token, "product_id": item.pk, "quantity": 3}
    assert w.post("/api/order/cart/update/", line).status_code == 200
    answer = w.put("/api/order/finalize/", ADDRESS | {"token": token})
    assert answer.status_code == 200, answer.content
    return answer.json()


def myorders(w, doc):
    path, line = "/api/customer/myorders/", doc.shown[0]["products"][0]
    token = str(customer_of(w.person("ann")).token)
    price = Decimal(line["price"])
    order = ordered(w, token, name=line["product"], regular_price=price)
    ordered(w, str(customer_of(w.person("bob")).token))
    yield w.get(path, auth=w.bearer("ann"))
    row = Order.objects.get(pk=order["id"])
    for status in ("assembled", "sent", "delivered"):
        move_order(order=row, to=status, actor=None, now=timezone.now())
    (shown,) = content(w.get(path, auth=w.bearer("ann")))
    assert shown["time_delivery"] > shown["time_checkout"] > shown["time_created"]
    yield w.get(path)


def getuser(w, doc):
    shown = doc.shown
    form = {name: shown[name] for name in ("first_name", "last_name", "email")}
    form |= {"username": "jdoe", "password": PASSWORD}
    w.post("/api/customer/registration/", form)
    access = w.post("/api/jwt/auth/", form).json()["access"]
    yield w.get("/api/customer/getuser/", auth=f"Bearer {access}")
    other = w.get("/api/customer/getuser/", auth=w.bearer("ann")).json()
    assert other["user"] == w.person("ann").pk
    yield w.get("/api/customer/getuser/")


def category_list(w, doc):
    hidden = w.category("Hidden")
    Category.objects.filter(pk=hidden).update(is_active=False)
    w.category(doc.shown[0]["title"])
    yield w.get("/api/product/category/list/")


def category_get(w, doc):
    yield w.get(f"/api/product/category/get/{w.category(doc.shown['title'])}/")
    yield w.get("/api/product/category/get/999999/")


def branded(w, shown, **more):
    """An item as a summary shows it."""
    item = w.item(name=shown["title"], regular_price=Decimal(shown["price"]), **more)
    product = item.product
    product.brand = brands_by_name({shown["brand"]["title"]})[shown["brand"]["title"]]
    save_product(product=product)
    return item


def product_get(w, doc):
    shown = doc.shown
    facts = {"description": shown["description"], "stock": shown["quantity"]}
    yield w.get(f"/api/product/get/{branded(w, shown, **facts).pk}/")
    plain = w.item(discount_price=Decimal("6.50"))
    body = w.get(f"/api/product/get/{plain.pk}/").json()
    assert (body["brand"], body["old_price"]) == (None, "7.00")
    yield w.get("/api/product/get/999999/")


def pages(w, path):
    for page in ("0", "two", "last"):
        assert w.get(f"{path}?page={page}").status_code == 404
    return w.get(f"{path}?page=2")


def category_products(w, doc):
    tvs = w.category("TVs")
    branded(w, doc.shown["result"][0], categories=[tvs])
    w.item()
    path = f"/api/product/category/{tvs}/products/"
    yield w.get(path)
    yield w.get("/api/product/category/999999/products/")
    yield pages(w, path)


def product_all(w, doc):
    branded(w, doc.shown["result"][0])
    yield w.get("/api/product/all/")
    yield pages(w, "/api/product/all/")
    for _ in range(18):
        w.item()
    body = w.get("/api/product/all/?page=2").json()
    at = "http://testserver/api/product/all/"
    assert body.pop("links") == {
        "next": f"{at}?page=3",
        "previous": at,
        "next_num_page": 3,
        "previous_num_page": 1,
    }
    ids = [row["id"] for row in body.pop("result")]
    assert ids == sorted(ids)
    assert (len(ids), body) == (9, {"page": 2, "pages": 3, "count": 19})


def brand_get(w, doc):
    shown = doc.shown
    brand = branded(w, shown["products"][0]).product.brand
    yield w.get(f"/api/product/brands/get/{brand.pk}/")
    yield w.get("/api/product/brands/get/999999/")


def brands_all(w, doc):
    brands_by_name({doc.shown[0]["title"]})
    yield w.get("/api/product/brands/all/")


def cart_update(w, doc):
    path, token = "/api/order/cart/update/", a_guest(w)
    item, other = w.item(stock=1), w.item()
    form = doc.example | {"token": token, "product_id": item.pk}
    yield w.post(path, form)
    two = w.post(path, form | {"product_id": other.pk}).json()
    assert two == {"status": True, "cart_items_count": 2}
    for _ in range(2):
        one = w.post(path, form | {"product_id": other.pk, "quantity": 0}).json()
        assert one == {"status": True, "cart_items_count": 1}
    for wrong in (
        {"token": UNKNOWN},
        {"token": "no uuid"},
        {"product_id": 999_999},
        {"product_id": "seven"},
        {"quantity": -1},
        {"quantity": 2**40},
        {"quantity": None},
    ):
        refused = w.post(path, form | wrong)
        assert (refused.status_code, set(refused.json())) == (400, {"status", "error"})
    yield w.post(path, {})


def cart_list(w, doc):
    shown, token = doc.shown[0], a_guest(w)
    item = w.item(regular_price=Decimal(shown["price"]))
    path = f"/api/order/cart/list/{token}/"
    assert w.get(path).json() == []
    line = {"token": token, "product_id": item.pk, "quantity": shown["quantity"]}
    w.post("/api/order/cart/update/", line)
    yield w.get(path)
    order = w.get(path).json()[0]["order"]
    assert (
        w.put("/api/order/finalize/", ADDRESS | {"token": token}).json()["id"] == order
    )
    for empty in (token, UNKNOWN, "no-uuid"):
        assert w.get(f"/api/order/cart/list/{empty}/").json() == []


def finalize(w, doc):
    path, token = "/api/order/finalize/", a_guest(w)
    item = w.item(stock=9)
    line = {"token": token, "product_id": item.pk, "quantity": 3}
    w.post("/api/order/cart/update/", line)
    form = doc.example | {"token": token}
    for key in set(form) - {"token"}:
        refused = w.put(path, without(form, key))
        assert (refused.status_code, set(refused.json())) == (400, {"error"})
    answer = w.put(path, form | {"phone": "+1"})
    yield answer
    row = Order.objects.get(pk=answer.json()["id"])
    assert (row.postal_code, row.phone) == (form["post_code"], "+1")
    assert (row.customer.first_name, row.customer.phone) == (form["first_name"], "+1")
    item.refresh_from_db()
    assert item.stock == 6
    assert w.put(path, form | {"token": UNKNOWN}).status_code == 400
    assert "nothing to order" in w.put(path, form).json()["error"]
    w.post("/api/order/cart/update/", line)
    Offer.objects.filter(pk=item.pk).update(is_withdrawn=True)
    assert w.put(path, form).status_code == 400
    Offer.objects.filter(pk=item.pk).update(is_withdrawn=False)
    w.post("/api/order/cart/update/", line | {"quantity": 7})
    yield w.put(path, form)


SCENES = {
    "D4.customer_create": customer_create,
    "D4.customer_registration": customer_registration,
    "D4.jwt_auth": jwt_auth,
    "D4.jwt_refresh": jwt_refresh,
    "D4.myorders": myorders,
    "D4.getuser": getuser,
    "D4.category_list": category_list,
    "D4.category_get": category_get,
    "D4.product_get": product_get,
    "D4.category_products": category_products,
    "D4.product_all": product_all,
    "D4.brand_get": brand_get,
    "D4.brands_all": brands_all,
    "D4.cart_update": cart_update,
    "D4.cart_list": cart_list,
    "D4.finalize": finalize,
}
