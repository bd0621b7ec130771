"""A client that knows only the document, against a store that really runs."""

import pytest

from dialects.tests.live import PASSWORD

pytestmark = pytest.mark.live


class Webstore:
    """What a frontend of the webstore does: it keeps cookies, and echoes one."""

    def __init__(self, http):
        self.http, self.token = http, ""

    def call(self, method, path, **body):
        headers = {"X-CSRFTOKEN": self.http.cookies.get("csrftoken", "")}
        if self.token:
            headers["Authorization"] = f"Token {self.token}"
        return self.http.request(method, path, json=body or None, headers=headers)

    def login(self, username, password):
        form = {"username": username, "password": password}
        answer = self.call("POST", "/api/login_view", **form)
        self.token = answer.json().get("access_token", "")
        return answer


def add_item(store, **values):
    """Staff put an item on sale, through the mini store."""
    http = store.client()
    who = {"email": "sam@example.com", "password": PASSWORD}
    access = http.post("/login/", json=who).json()["access"]
    plain = {"name": "Mug", "regular_price": 5, "stock": 9, "description": ""}
    headers = {"Authorization": f"Bearer {access}"}
    form = plain | {"categories": []} | values
    return http.post("/products/", json=form, headers=headers).json()["id"]


def test_sign_in_log_in_browse_order_and_refresh(store):
    item, api = add_item(store), Webstore(store.client())
    form = {"username": "webuser", "password": "yourpassword"}

    made = api.call("POST", "/api/sign_in", **form, email="web@example.com")
    assert (made.status_code, made.json()) == (200, {"massage": "success"})
    entered = api.login(**form)
    assert entered.json()["user"]["email"] == "web@example.com"
    assert {"csrftoken", "refreshtoken"} <= set(api.http.cookies)
    products = api.call("GET", "/api/get_all_products").json()
    shown = next(row for row in products if row["id"] == item)
    photo = api.http.get(shown["photo"])
    assert (photo.status_code, photo.headers["content-type"]) == (200, "image/jpeg")
    order = api.call(
        "POST",
        "/api/post_order",
        address="1 Main Street",
        phone="+10000000000",
        items=[{"product_id": item, "amount": 2}],
    )
    assert (order.status_code, order.json()["total"]) == (200, "10.00")
    assert "web@example.com" in store.letters_about(order.json()["id"])
    assert api.call("GET", "/api/get_order").json() == [order.json()]
    renewed = api.call("POST", "/api/refresh_token")
    assert set(renewed.json()) == {"access_token"}
    api.token = renewed.json()["access_token"]
    assert api.call("GET", "/api/get_order/").json() == [order.json()]
    api.http.cookies.clear()
    assert api.call("POST", "/api/refresh_token").status_code == 403
