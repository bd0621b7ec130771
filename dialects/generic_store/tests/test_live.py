"""A client that knows only the document, against a store that really runs."""

import pytest

from dialects.tests.live import PASSWORD

pytestmark = pytest.mark.live


class GenericStore:
    """What a frontend of the generic store does, for a guest who registers late."""

    def __init__(self, http):
        self.http, self.access = http, ""

    def call(self, method, path, **body):
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        return self.http.request(method, path, json=body or None, headers=headers)

    def start(self):
        body = self.call("POST", "/api/customer/create/").json()
        assert body["status"] is True
        return body["customer_token"]

    def login(self, username, password):
        form = {"username": username, "password": password}
        self.access = self.call("POST", "/api/jwt/auth/", **form).json()["access"]


def add_item(store, **values):
    """Staff put an item on sale, through the mini store."""
    http = store.client()
    who = {"email": "sam@example.com", "password": PASSWORD}
    access = http.post("/login/", json=who).json()["access"]
    plain = {"name": "Jug", "regular_price": 7, "stock": 9, "description": ""}
    headers = {"Authorization": f"Bearer {access}"}
    form = plain | {"categories": []} | values
    return http.post("/products/", json=form, headers=headers).json()["id"]


def test_a_guest_fills_a_cart_registers_and_orders(store):
    item, api = add_item(store), GenericStore(store.client())
    token = api.start()

    page = api.call("GET", "/api/product/all/").json()
    assert item in {row["id"] for row in page["result"]}
    line = {"token": token, "product_id": item, "quantity": 3}
    updated = api.call("POST", "/api/order/cart/update/", **line).json()
    assert updated == {"status": True, "cart_items_count": 1}
    (row,) = api.call("GET", f"/api/order/cart/list/{token}/").json()
    assert (row["price"], row["quantity"], row["product"]) == ("7.00", 3, item)
    form = {"username": "jdoe", "password": "Str0ng-enough$"}
    names = {"first_name": "Jane", "last_name": "Doe", "email": "jdoe@example.com"}
    path = "/api/customer/registration/"
    made = api.call("POST", path, **form, **names, token=token).json()
    api.login(**form)
    customer = api.call("GET", "/api/customer/getuser/").json()
    assert (customer["token"], customer["user"]) == (token, made["id"])
    filled = {k: customer[k] for k in ("token", "first_name", "last_name", "email")}
    address = {"country": "USA", "city": "Beverly Hills, CA", "address": "123 Drive"}
    form = filled | address | {"post_code": "90210"}
    order = api.call("PUT", "/api/order/finalize/", **form)
    assert (order.status_code, order.json()["id"]) == (200, row["order"])
    assert "jdoe@example.com" in store.letters_about(row["order"])
    (listed,) = api.call("GET", "/api/customer/myorders/").json()
    assert (listed["id"], listed["products"][0]["quantity"]) == (row["order"], 3)
    assert api.call("GET", f"/api/order/cart/list/{token}/").json() == []
