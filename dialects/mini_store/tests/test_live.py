"""A client that knows only the document, against a store that really runs."""

import re

import pytest

from dialects.tests.live import PASSWORD

pytestmark = pytest.mark.live


class MiniStore:
    """What a frontend of the mini store does."""

    def __init__(self, http):
        self.http, self.tokens = http, {}

    def call(self, method, path, **body):
        token = self.tokens.get("access")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(method, path, json=body or None, headers=headers)

    def login(self, email, password):
        answer = self.call("POST", "/login/", email=email, password=password)
        if answer.status_code == 200:
            self.tokens = answer.json()
        return answer

    def add(self, **values):
        return self.call("POST", "/products/", **values)


def test_register_mail_link_login_browse_logout(store):
    api = MiniStore(store.client())
    address = "user@example.com"
    form = {"email": address, "username": "exampleuser", "password": "yourpassword"}

    made = api.call("POST", "/register/", **form)
    assert (made.status_code, set(made.json())) == (201, {"message"})
    assert api.login(address, "yourpassword").json() == {
        "non_field_errors": ["Email is not verified."]
    }
    letter = store.letter_to(address)
    link = re.search(r"http://\S+/verify-email/\S+/", letter.replace("=\n", ""))[0]
    page = api.http.get(link)
    assert (page.status_code, page.headers["content-type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    assert api.login(address, "yourpassword").status_code == 200
    assert set(api.call("GET", "/products/").json()) == {
        "count",
        "next",
        "previous",
        "results",
    }
    assert api.add(name="Tea").status_code == 403
    out = api.call("POST", "/logout/", refresh=api.tokens["refresh"], blacklist=True)
    assert out.json() == {"message": "Logout successful"}
    dead = api.http.post("/api/refresh/", json={"refresh": api.tokens["refresh"]})
    assert dead.status_code == 401


def test_staff_add_change_and_remove_an_item(store):
    api = MiniStore(store.client())
    api.login("sam@example.com", PASSWORD)
    books = api.call("POST", "/categories/", name="Books").json()
    form = {
        "name": "Smartphone",
        "regular_price": "700.00",
        "discount_price": 650,
        "stock": 100,
        "description": "A new smartphone",
        "categories": [books["id"]],
    }

    made = api.add(**form).json()
    assert made == form | {"id": made["id"], "discount_price": "650.00"}
    path = f"/products/{made['id']}/"
    assert api.call("PATCH", path, stock=80).json() == made | {"stock": 80}
    (shown,) = api.call("GET", "/products/category/Books/").json()["results"]
    assert (shown["stock"], shown["price"]) == (80, 650)
    gone = api.call("DELETE", path)
    assert gone.json() == {"message": "Product deleted successfully"}
    assert api.call("GET", path).status_code == 404
