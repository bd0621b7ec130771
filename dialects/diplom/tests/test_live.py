"""A client that knows only the document, against a store that really runs."""

import http.server
import threading

import pytest

from dialects.tests.live import PASSWORD

pytestmark = pytest.mark.live
LIST = b"""
shop: Example Shop
categories:
  - {id: 224, name: Smartphones}
goods:
  - id: 4216292
    category: 224
    model: acme/x/256
    name: Phone X 256GB (red)
    price: 65000
    price_rrc: 69990
    quantity: 9
    parameters: {"Screen (inch)": 6.1, "Color": red}
"""


class ServiceBackend:
    """What a frontend of the service backend does; its GETs have bodies."""

    def __init__(self, http):
        self.http, self.key = http, ""

    def call(self, method, path, **body):
        headers = {"Authorization": f"Token {self.key}"} if self.key else {}
        return self.http.request(method, path, json=body or None, headers=headers)

    def take_key(self, username, password, path="/get_token/"):
        form = {"username": username, "password": password}
        self.key = self.http.post(path, json=form).json()["token"]
        return self.key

    def upload(self, **how):
        headers = {"Authorization": f"Token {self.key}"} | how.pop("headers", {})
        return self.http.post("/partner_update/", headers=headers, **how)


def test_a_partner_loads_a_list_and_a_buyer_orders_from_it(store):
    partner, api = ServiceBackend(store.client()), ServiceBackend(store.client())
    partner.take_key("pat", PASSWORD)
    loaded = partner.upload(files={"file": ("list.yaml", LIST)}).json()
    assert loaded == {
        "Status": True,
        "shop": "Example Shop",
        "created": 1,
        "updated": 0,
        "withdrawn": 0,
    }

    form = {
        "password": "password",
        "username": "username",
        "email": "email@example.com",
    }
    names = {"first_name": "first name", "last_name": "last name"}
    made = api.call("POST", "/register/", **form, **names)
    assert made.json()["message"] == "Registration successful."
    key = api.take_key("username", "password")
    items = api.call("GET", "/products/").json()["results"]
    item = next(row for row in items if row["model"] == "acme/x/256")
    assert item["product_parameters"] == [
        {"parameter": "Screen (inch)", "value": "6.1"},
        {"parameter": "Color", "value": "red"},
    ]
    assert api.call("GET", "/products/details/", id=item["id"]).json() == item
    order = api.call(
        "POST",
        "/products/order/",
        contact={"city": "Springfield"},
        quantity=2,
        product_info=item["id"],
    ).json()
    assert (order["state"], order["total_sum"]) == ("new", 130000)
    where = {"address": "1 Main Street", "phone": "+10000000000"}
    placed = api.call("POST", "/orders/confirm/", id=order["id"], **where).json()
    assert placed["contact"] | where == placed["contact"]
    assert set(store.letters_about(order["id"])) >= {
        "email@example.com",
        "orders@storekeeper.example",
    }
    assert api.call("GET", "/orders/", id=1).json() == [placed]
    assert api.call("GET", "/orders/info/", id=order["id"]).json() == placed
    assert placed["ordered_items"][0]["product_info"]["stock"] == 7
    api.take_key("username", "password", "/refresh_token/")
    assert api.call("GET", "/orders/").json() == [placed]
    api.key = key
    assert api.call("GET", "/orders/").status_code == 401


def test_a_list_comes_as_the_body_or_by_its_address(store):
    partner = ServiceBackend(store.client())
    partner.take_key("pat", PASSWORD)

    class Site(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(LIST.replace(b"Example Shop", b"Far Shop"))

    site = http.server.HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{site.server_port}/list.yaml"
    try:
        fetched = partner.upload(json={"url": url}).json()
    finally:
        site.shutdown()
        site.server_close()
    body = LIST.replace(b"Example Shop", b"Near Shop")
    sent = partner.upload(content=body, headers={"Content-Type": "text/yaml"}).json()

    assert (fetched["shop"], fetched["created"]) == ("Far Shop", 1)
    assert (sent["shop"], sent["created"]) == ("Near Shop", 1)
