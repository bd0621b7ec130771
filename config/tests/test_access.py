"""Who may knock at which door: every route of v1 × every kind of caller.

Bodies are empty: what counts is 401 and 403 against any other answer.
"""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from accounts.models import Address
from accounts.services import customer_of, open_guest, save_address
from catalog.models import Brand, Category
from catalog.services import make_shop
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem, make_client, person
from orders.models import Review
from orders.services import Delivery, place_order
from partners.models import Membership
from partners.services import submit_price_list

# A superuser is staff who may do everything: v1 makes no difference between them.
CALLERS = ["stranger", "guest", "buyer", "partner", "staff", "superuser"]
# The order is Ann's, the buyer; the run is Pat's, the partner. What belongs to
# somebody else is not there: 404, as for what never was.
DOORS = {
    # route                           stranger guest buyer partner staff
    ("POST", "guests/"): (201, 201, 201, 201, 201),
    ("POST", "users/"): (400, 400, 400, 400, 400),
    ("POST", "users/confirm/"): (400, 400, 400, 400, 400),
    ("POST", "users/resend-confirmation/"): (400, 400, 400, 400, 400),
    ("POST", "users/confirm-email-change/"): (400, 400, 400, 400, 400),
    ("POST", "users/request-reset/"): (400, 400, 400, 400, 400),
    ("POST", "users/reset-password/"): (400, 400, 400, 400, 400),
    ("POST", "sessions/"): (400, 400, 400, 400, 400),
    ("GET", "sessions/"): (401, 403, 200, 200, 200),
    ("DELETE", "sessions/"): (401, 403, 204, 204, 204),
    ("DELETE", "sessions/{session}/"): (401, 403, 404, 404, 404),
    ("POST", "sessions/refresh/"): (400, 400, 400, 400, 400),
    ("DELETE", "sessions/current/"): (401, 403, 204, 204, 204),
    ("GET", "me/"): (401, 403, 200, 200, 200),
    ("PUT", "me/"): (401, 403, 400, 400, 400),
    ("PATCH", "me/"): (401, 403, 200, 200, 200),
    ("POST", "me/password/"): (401, 403, 400, 400, 400),
    ("POST", "me/email/"): (401, 403, 400, 400, 400),
    ("POST", "me/delete/"): (401, 403, 400, 400, 400),
    ("GET", "me/export/"): (401, 403, 200, 200, 200),
    ("GET", "me/api-key/"): (401, 403, 404, 404, 404),
    ("POST", "me/api-key/"): (401, 403, 201, 201, 201),
    ("DELETE", "me/api-key/"): (401, 403, 204, 204, 204),
    ("GET", "me/addresses/"): (401, 403, 200, 200, 200),
    ("POST", "me/addresses/"): (401, 403, 400, 400, 400),
    ("GET", "me/addresses/{address}/"): (401, 403, 200, 404, 404),
    ("PUT", "me/addresses/{address}/"): (401, 403, 400, 404, 404),
    ("PATCH", "me/addresses/{address}/"): (401, 403, 200, 404, 404),
    ("DELETE", "me/addresses/{address}/"): (401, 403, 204, 404, 404),
    ("GET", "me/reviews/"): (401, 403, 200, 200, 200),
    ("GET", "me/reviews/{review}/"): (401, 403, 200, 404, 404),
    ("PATCH", "me/reviews/{review}/"): (401, 403, 200, 404, 404),
    ("DELETE", "me/reviews/{review}/"): (401, 403, 204, 404, 404),
    ("GET", "products/green-tea/reviews/"): (200, 200, 200, 200, 200),
    ("POST", "products/green-tea/reviews/"): (401, 403, 400, 400, 400),
    ("GET", "products/"): (200, 200, 200, 200, 200),
    ("GET", "products/green-tea/"): (200, 200, 200, 200, 200),
    ("POST", "products/"): (401, 403, 403, 403, 400),
    ("PATCH", "products/green-tea/"): (401, 403, 403, 403, 200),
    ("DELETE", "products/green-tea/"): (401, 403, 403, 403, 204),
    ("GET", "products/cards/"): (401, 403, 403, 403, 200),
    ("GET", "products/green-tea/card/"): (401, 403, 403, 403, 200),
    ("GET", "products/green-tea/photos/"): (401, 403, 403, 403, 200),
    ("POST", "products/green-tea/photos/"): (401, 403, 403, 403, 400),
    ("PATCH", "products/green-tea/photos/1/"): (401, 403, 403, 403, 404),
    ("DELETE", "products/green-tea/photos/1/"): (401, 403, 403, 403, 404),
    ("PUT", "products/green-tea/photos/order/"): (401, 403, 403, 403, 400),
    ("GET", "offers/"): (401, 403, 403, 403, 200),
    ("POST", "offers/"): (401, 403, 403, 403, 400),
    ("POST", "offers/bulk/"): (401, 403, 403, 403, 400),
    ("GET", "offers/{offer}/"): (401, 403, 403, 403, 200),
    ("PATCH", "offers/{offer}/"): (401, 403, 403, 403, 200),
    ("DELETE", "offers/{offer}/"): (401, 403, 403, 403, 204),
    ("GET", "offers/{offer}/stock/"): (401, 403, 403, 403, 200),
    ("POST", "offers/{offer}/stock/"): (401, 403, 403, 403, 400),
    ("GET", "products/facets/"): (200, 200, 200, 200, 200),
    ("GET", "suggestions/"): (400, 400, 400, 400, 400),
    ("GET", "products/green-tea/prices/"): (200, 200, 200, 200, 200),
    ("GET", "categories/"): (200, 200, 200, 200, 200),
    ("POST", "categories/"): (401, 403, 403, 403, 400),
    ("GET", "categories/cards/"): (401, 403, 403, 403, 200),
    ("GET", "categories/tea/"): (200, 200, 200, 200, 200),
    ("PATCH", "categories/tea/"): (401, 403, 403, 403, 200),
    ("DELETE", "categories/tea/"): (401, 403, 403, 403, 204),
    ("GET", "categories/tea/card/"): (401, 403, 403, 403, 200),
    ("GET", "brands/"): (200, 200, 200, 200, 200),
    ("POST", "brands/"): (401, 403, 403, 403, 400),
    ("GET", "brands/leaf/"): (200, 200, 200, 200, 200),
    ("PATCH", "brands/leaf/"): (401, 403, 403, 403, 200),
    ("DELETE", "brands/leaf/"): (401, 403, 403, 403, 204),
    ("GET", "shops/"): (200, 200, 200, 200, 200),
    ("POST", "shops/"): (401, 403, 403, 403, 400),
    ("GET", "shops/cards/"): (401, 403, 403, 403, 200),
    ("GET", "shops/storekeeper/"): (200, 200, 200, 200, 200),
    ("PATCH", "shops/storekeeper/"): (401, 403, 403, 403, 200),
    ("DELETE", "shops/storekeeper/"): (401, 403, 403, 403, 409),
    ("GET", "shops/storekeeper/card/"): (401, 403, 403, 403, 200),
    ("GET", "delivery-methods/"): (200, 200, 200, 200, 200),
    ("GET", "payment-methods/"): (200, 200, 200, 200, 200),
    ("POST", "payment-notices/"): (400, 400, 400, 400, 400),
    ("GET", "cart/"): (401, 200, 200, 200, 200),
    ("DELETE", "cart/"): (401, 204, 204, 204, 204),
    ("POST", "cart/lines/"): (401, 400, 400, 400, 400),
    ("PUT", "cart/lines/1/"): (401, 400, 400, 400, 400),
    ("DELETE", "cart/lines/1/"): (401, 200, 200, 200, 200),
    ("POST", "cart/checkout/"): (401, 400, 400, 400, 400),
    ("GET", "orders/"): (401, 200, 200, 200, 200),
    ("POST", "orders/"): (401, 400, 400, 400, 400),
    ("POST", "orders/{order}/confirm/"): (401, 404, 400, 404, 404),
    ("GET", "offers/{offer}/price-history/"): (401, 403, 403, 403, 200),
    ("GET", "orders/{order}/"): (401, 404, 200, 404, 200),
    ("GET", "orders/{order}/invoice/"): (401, 404, 200, 404, 200),
    ("GET", "orders/export/"): (401, 403, 403, 403, 200),
    ("POST", "orders/{order}/cancel/"): (401, 404, 200, 404, 404),
    ("POST", "orders/{order}/move/"): (401, 403, 403, 403, 400),
    ("POST", "orders/move/"): (401, 403, 403, 403, 400),
    ("POST", "orders/{order}/refunds/"): (401, 403, 403, 403, 409),
    ("GET", "events/"): (401, 403, 403, 403, 200),
    ("GET", "webhooks/"): (401, 403, 403, 403, 200),
    ("POST", "webhooks/"): (401, 403, 403, 403, 400),
    ("GET", "webhooks/9/"): (401, 403, 403, 403, 404),
    ("PATCH", "webhooks/9/"): (401, 403, 403, 403, 404),
    ("DELETE", "webhooks/9/"): (401, 403, 403, 403, 404),
    ("GET", "webhooks/9/secret/"): (401, 403, 403, 403, 404),
    ("POST", "webhooks/9/rotate/"): (401, 403, 403, 403, 404),
    ("POST", "webhooks/9/test/"): (401, 403, 403, 403, 404),
    ("GET", "webhook-deliveries/"): (401, 403, 403, 403, 200),
    ("GET", "webhook-deliveries/9/"): (401, 403, 403, 403, 404),
    ("POST", "webhook-deliveries/9/redeliver/"): (401, 403, 403, 403, 404),
    ("POST", "price-lists/"): (401, 403, 403, 400, 400),
    ("GET", "price-list-runs/"): (401, 403, 403, 200, 200),
    ("GET", "price-list-runs/{run}/"): (401, 403, 403, 200, 200),
    ("GET", "desk/shops/"): (401, 403, 403, 200, 200),
    ("GET", "desk/shops/{desk}/"): (401, 403, 403, 200, 404),
    ("PATCH", "desk/shops/{desk}/"): (401, 403, 403, 200, 404),
    ("GET", "desk/shops/{desk}/offers/"): (401, 403, 403, 200, 404),
    ("GET", "desk/shops/{desk}/orders/"): (401, 403, 403, 200, 404),
    ("GET", "desk/shops/{desk}/orders/{order}/"): (401, 403, 403, 404, 404),
    ("POST", "desk/shops/{desk}/orders/{order}/move/"): (401, 403, 403, 404, 404),
    ("GET", "desk/shops/{desk}/sales/"): (401, 403, 403, 400, 404),
    ("GET", "desk/shops/{desk}/export/"): (401, 403, 403, 200, 404),
    ("GET", "desk/shops/{desk}/source/"): (401, 403, 403, 404, 404),
    ("PUT", "desk/shops/{desk}/source/"): (401, 403, 403, 400, 400),
    ("DELETE", "desk/shops/{desk}/source/"): (401, 403, 403, 204, 404),
    ("POST", "price-list-runs/{run}/apply/"): (401, 403, 403, 409, 409),
    ("POST", "price-list-runs/{run}/undo/"): (401, 403, 403, 409, 409),
    ("GET", "price-list-runs/{run}/corrected/"): (401, 403, 403, 404, 404),
    ("GET", "price-list-runs/{run}/changes/"): (401, 403, 403, 200, 200),
}
CELLS = [
    pytest.param(*door, caller, status, id=f"{door[0]} {door[1]} {caller}")
    for door, statuses in DOORS.items()
    for caller, status in zip(CALLERS, (*statuses, statuses[-1]), strict=True)
]
REFUSALS = {401: "not-authenticated", 403: "forbidden", 404: "not-found"}
NAMED = {
    ("GET", "me/api-key/", 404): "no-api-key",
    ("DELETE", "sessions/{session}/", 404): "session-not-found",
}
# Never a 415: files come in forms, all else as JSON.
FORM = {
    "POST products/green-tea/photos/": "multipart",
    "POST price-lists/": "multipart",
}
SESSION = "6a0f4a0e-9c1b-4d7e-8f59-0d8c2b1e7a44"
SAMPLES = {
    "offer": "1",
    "order": "A" * 22,
    "run": "1",
    "desk": "1",
    "address": "1",
    "review": "1",
    "session": SESSION,
}


@pytest.fixture
def shop(ann, pat):
    """A shop with something of each kind; returns what fills the addresses."""
    tea = make_product(name="Green tea", categories=[])
    assert tea.slug == "green-tea"
    Category.objects.create(name="Tea", slug="tea")
    Brand.objects.create(name="Leaf", slug="leaf")
    order = place_order(
        customer=customer_of(ann),
        quantities={make_offer(product=tea).pk: 1},
        delivery=Delivery(email="ann@example.com"),
        actor=ann,
        now=timezone.now(),
    )
    run = submit_price_list(user=pat, content=b"shop: Tea", source="tea.yaml")
    own = make_shop(name="Pat's own")
    Membership.objects.create(user=pat, shop=own)
    review = Review.objects.create(
        author=ann, product=tea, rating=5, edited_at=timezone.now()
    )
    address = save_address(address=Address(user=ann), values={"city": "Omsk"})
    return {
        "order": order.code,
        "run": str(run.pk),
        "desk": str(own.pk),
        "address": str(address.pk),
        "review": str(review.pk),
        "offer": str(tea.offers.get().pk),
        "session": SESSION,
    }


@pytest.fixture
def knock(client, shop, ann, pat, sam):
    """Calls a door as one of the callers, with an empty body."""

    def call(method, path, caller):
        who = {
            "guest": open_guest,
            "buyer": lambda: ann,
            "partner": lambda: pat,
            "staff": lambda: sam,
            "superuser": lambda: person("olga", "superuser"),
        }
        visitor = client if caller == "stranger" else make_client(who[caller]())
        visitor.raise_request_exception = False
        address = "/api/v1/" + path.format_map(shop)
        if method == "GET":
            return visitor.get(address)
        form = FORM.get(f"{method} {path}", "json")
        return getattr(visitor, method.lower())(address, {}, format=form)

    return call


def routes():
    """Every method of every route of v1, by the route's name, from the resolver."""

    def walk(patterns, prefix):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and path.startswith("api/v1/"):
                # DRF adds HEAD to the routes that were called.
                for method in set(pattern.callback.actions) - {"head"}:
                    yield method.upper(), pattern.name

    return set(walk(get_resolver().url_patterns, ""))


def named(method, path):
    """A row of the table, by the name of its route."""
    return method, resolve("/api/v1/" + path.format_map(SAMPLES)).url_name


def test_every_route_stands_in_the_table_and_every_row_is_a_route():
    assert routes() == {named(*door) for door in DOORS}
    assert len(routes()) == len(DOORS)


@pytest.mark.parametrize(("method", "path", "caller", "status"), CELLS)
def test_the_door_opens_to_whom_it_should(knock, method, path, caller, status):
    answer = knock(method, path, caller)

    assert answer.status_code == status, answer.content
    if status in REFUSALS:
        code = NAMED.get((method, path, status)) or REFUSALS[status]
        assert_problem(answer, status, code)
    assert answer.has_header("WWW-Authenticate") == (status == 401)


@pytest.mark.parametrize("path", sorted({path for _, path in DOORS}))
def test_no_door_takes_a_method_that_is_not_in_the_table(knock, path):
    taken = {method for method, other in DOORS if other == path}

    for method in sorted({"GET", "POST", "PUT", "PATCH", "DELETE"} - taken):
        assert_problem(knock(method, path, "staff"), 405, "method-not-allowed")


def test_the_order_of_another_answers_like_one_that_never_was(knock, shop, bob):
    client = make_client(bob)

    foreign = client.get(f"/api/v1/orders/{shop['order']}/")
    missing = client.get(f"/api/v1/orders/{'A' * 22}/")

    bodies = [assert_problem(a, 404, "not-found") for a in (foreign, missing)]
    assert {re.sub(r"/orders/.{22}/", "", b.pop("instance")) for b in bodies} == {
        "/api/v1"
    }
    assert all(b.pop("request_id") for b in bodies)
    assert bodies[0] == bodies[1]
    assert client.get("/api/v1/orders/").json()["results"] == []


def test_the_price_list_of_another_partner_answers_like_one_that_never_was(shop):
    paula = make_client(person("paula", "partner"))

    for run in (shop["run"], "999999"):
        answer = paula.get(f"/api/v1/price-list-runs/{run}/")
        assert_problem(answer, 404, "not-found")
    assert paula.get("/api/v1/price-list-runs/").json()["results"] == []


@pytest.mark.parametrize("path", ["orders/", "cart/", "me/", "price-list-runs/"])
@pytest.mark.parametrize("query", ["user_id=1", "customer=1", "user=1&category=user"])
def test_no_parameter_shows_what_belongs_to_another(shop, bob, path, query):
    client = make_client(bob)

    plain = client.get(f"/api/v1/{path}")
    asked = client.get(f"/api/v1/{path}?{query}")

    if asked.status_code == 200:
        assert asked.json() == plain.json()
    else:
        assert asked.status_code in {400, 403}


@pytest.mark.parametrize("door", [door for door in DOORS if DOORS[door][0] == 401])
@pytest.mark.parametrize(
    "credential",
    [
        {"HTTP_AUTHORIZATION": "Bearer a.b.c"},
        {"HTTP_AUTHORIZATION": f"Token {'0' * 64}"},
        {"HTTP_X_CUSTOMER_TOKEN": "5f0c7b8e-8a3b-4d64-9e0b-0d5f7e5a1c11"},
        {"HTTP_X_CUSTOMER_TOKEN": "not-a-uuid"},
        {"HTTP_COOKIE": "access=a.b.c; sessionid=x; customer_token=y"},
    ],
    ids=["access token", "key", "guest", "nonsense", "cookie"],
)
def test_a_false_credential_opens_no_closed_door(client, db, door, credential):
    method, path = door

    answer = client.generic(method, "/api/v1/" + path.format_map(SAMPLES), **credential)

    assert_problem(answer, 401, "not-authenticated")


def test_a_browser_session_of_the_admin_is_no_credential_of_the_api(client, sam):
    client.force_login(sam)

    assert_problem(client.get("/api/v1/me/"), 401, "not-authenticated")
    assert_problem(client.post("/api/v1/price-lists/"), 401, "not-authenticated")
