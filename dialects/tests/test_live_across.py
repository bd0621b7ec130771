"""One account, one catalogue, three documents: from outside, on a running store."""

import httpx
import pytest

from dialects.tests.live import PASSWORD

pytestmark = pytest.mark.live


def post(http: httpx.Client, path, body, auth="", **headers):
    if auth:
        headers["Authorization"] = auth
    answer = http.post(path, json=body, headers=headers)
    assert answer.status_code in {200, 201}, (path, answer.status_code, answer.text)
    return answer.json()


def test_an_item_of_one_document_is_bought_through_three_by_one_account(store):
    http = store.client()
    sam = post(http, "/login/", {"email": "sam@example.com", "password": PASSWORD})
    form = {"name": "Kettle", "regular_price": "30.00", "stock": 10, "description": ""}
    staff = f"Bearer {sam['access']}"
    item = post(http, "/products/", form | {"categories": []}, staff)["id"]
    who = {"username": "cross", "password": "yourpassword"}
    post(http, "/api/sign_in", who | {"email": "cross@example.com"})

    def left():
        return http.get(f"/products/{item}/").json()["stock"]

    key = f"Token {post(http, '/get_token/', who)['token']}"
    new = {"contact": {"city": "Omsk"}, "quantity": 1, "product_info": item}
    first = post(http, "/products/order/", new, key)["id"]
    assert left() == 10
    post(http, "/orders/confirm/", {"id": first, "address": "A", "phone": "1"}, key)
    assert left() == 9
    access = f"Token {post(http, '/api/login_view', who)['access_token']}"
    csrf = {"X-CSRFTOKEN": http.cookies["csrftoken"]}
    lines = {"items": [{"product_id": item, "amount": 2}], "address": "B", "phone": "2"}
    second = post(http, "/api/post_order", lines, access, **csrf)["id"]
    assert left() == 7
    bearer = f"Bearer {post(http, '/api/jwt/auth/', who)['access']}"
    mine = {"headers": {"Authorization": bearer}}
    token = http.get("/api/customer/getuser/", **mine).json()["token"]
    line = {"token": token, "product_id": item, "quantity": 3}
    post(http, "/api/order/cart/update/", line)
    address = {"country": "X", "city": "Y", "post_code": 1, "address": "C"}
    names = {"first_name": "C", "last_name": "D", "email": "cross@example.com"}
    cart = {"token": token} | names | address
    third = http.put("/api/order/finalize/", json=cart).json()["id"]
    assert left() == 4

    for path, auth in (
        ("/orders/", key),
        ("/api/get_order", access),
        ("/api/customer/myorders/", bearer),
    ):
        answer = http.get(path, headers={"Authorization": auth})
        assert [row["id"] for row in answer.json()] == [third, second, first], path
    phones = {
        row["id"]: row["phone"] for row in http.get("/api/get_order", **mine).json()
    }
    assert phones == {first: "1", second: "2", third: None}
    cities = {
        row["id"]: row["contact"]["city"] for row in http.get("/orders/", **mine).json()
    }
    assert cities == {first: "Omsk", second: None, third: "Y"}
