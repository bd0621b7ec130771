"""Leaving: the person goes, the orders stay. And taking along what we know."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Address, ApiKey, Customer, SecurityEvent, Session, User
from accounts.services import replace_key
from accounts.tests.scenes import at_once
from catalog.tests.factories import make_offer
from conftest import PASSWORD, assert_problem, make_client
from orders.models import Cart, CartLine, IdempotencyRecord, Order
from orders.services import move_order
from orders.tests.scenes import ANN, buy, fill_cart

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"
HOME = {name: ANN[name] for name in ("first_name", "last_name", "phone", "city")} | {
    "address": "1 Main Street",
}


@pytest.fixture
def owner(ann: User) -> APIClient:
    return make_client(ann)


def leave(client: APIClient, password: str = PASSWORD) -> Response:
    return client.post(f"{ME}delete/", {"password": password})


def sign_in(login: str = "ann", password: str = PASSWORD, **more: str) -> Response:
    form = {"login": login, "password": password} | more
    return APIClient().post("/api/v1/sessions/", form)


def order_something(client: APIClient) -> Order:
    quote = fill_cart(client, {make_offer(): 2})
    client.credentials(**client._credentials, HTTP_IDEMPOTENCY_KEY="one")
    assert buy(client, quote).status_code == 201
    del client._credentials["HTTP_IDEMPOTENCY_KEY"]
    return Order.objects.latest("pk")


def move(order: Order, *states: str) -> None:
    for to in states:
        move_order(order=order, to=to, actor=None, now=timezone.now())


def everything() -> list[Any]:
    """Every row about people and purchases."""
    kinds = (User, Customer, Session, SecurityEvent, ApiKey, Address)
    kinds += (Cart, CartLine, Order, IdempotencyRecord)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def test_the_person_goes_and_the_orders_stay_without_a_name(
    ann: User, owner: APIClient
) -> None:
    owner.patch(ME, {"first_name": "Ann", "last_name": "Lee"})
    owner.post(f"{ME}addresses/", HOME)
    key = replace_key(user=ann, now=timezone.now())
    refresh = sign_in().json()["refresh"]
    placed = order_something(owner)
    move(placed, "assembled", "sent", "delivered")
    before = Order.objects.values().get()
    fill_cart(owner, {make_offer(): 1})

    answer = leave(owner)

    assert (answer.status_code, answer.content) == (204, b"")
    gone = f"deleted-{ann.pk}"
    user = User.objects.get()
    assert (user.username, user.email) == (gone, f"{gone}@deleted.invalid")
    assert (user.first_name, user.last_name, user.new_email) == ("", "", "")
    assert (user.is_active, user.has_usable_password()) == (False, False)
    blank = dict.fromkeys(("first_name", "last_name", "phone", "city", "address"), "")
    blank |= {"email": f"{gone}@deleted.invalid", "country": "", "postal_code": ""}
    assert Order.objects.values().get() == before | blank
    assert Order.objects.get().lines.count() == 1
    customer = Customer.objects.get()
    facts = (customer.first_name, customer.last_name, customer.email, customer.phone)
    assert facts == ("", "", "", "")
    for kind in (Session, SecurityEvent, ApiKey, Address, IdempotencyRecord):
        assert not kind.objects.exists(), kind
    assert not Cart.objects.filter(placed_at=None).exists()
    assert "ann" not in str(everything()).lower().replace("cancel", "")

    for scheme, credential in (("Token", key), ("Bearer", refresh)):
        dead = APIClient().get(ME, HTTP_AUTHORIZATION=f"{scheme} {credential}")
        assert_problem(dead, 401, "not-authenticated")
    assert_problem(owner.get(ME), 401, "not-authenticated")
    renewal = APIClient().post("/api/v1/sessions/refresh/", {"refresh": refresh})
    assert_problem(renewal, 401, "token-invalid")
    for login in ("ann", "ann@example.com", gone, f"{gone}@deleted.invalid"):
        assert_problem(sign_in(login), 401, "invalid-credentials")


def test_the_address_can_register_anew_and_inherits_nothing(
    owner: APIClient, settings: Any
) -> None:
    settings.EMAIL_CONFIRMATION = "off"
    move(order_something(owner), "canceled")
    assert leave(owner).status_code == 204

    form = {"email": "ann@example.com", "username": "ann", "password": PASSWORD}
    assert APIClient().post("/api/v1/users/", form).status_code == 201

    anew = make_client(User.objects.get(username="ann"))
    assert anew.get("/api/v1/orders/").json()["count"] == 0
    assert anew.get(f"{ME}addresses/").json()["count"] == 0


@pytest.mark.parametrize("states", [(), ("assembled",), ("assembled", "sent")])
def test_while_an_order_is_on_its_way_the_account_stays(
    owner: APIClient, states: tuple[str, ...]
) -> None:
    order = order_something(owner)
    move(order, *states)
    before = everything()

    body = assert_problem(leave(owner), 409, "orders-still-open")

    assert body["orders"] == [order.pk]
    assert body["detail"] == f"Wait for these orders, or cancel them: {order.pk}."
    assert everything() == before
    assert owner.get(ME).status_code == 200


@pytest.mark.parametrize(
    ("password", "code"), [("a-wrong-password", "wrong"), ("", "blank")]
)
def test_without_the_password_nobody_goes(
    owner: APIClient, password: str, code: str
) -> None:
    fill_cart(owner, {make_offer(): 1})
    before = everything()

    body = assert_problem(leave(owner, password), 400, "invalid")

    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [("#/password", code)]
    assert everything() == before


def test_others_stay_as_they_are(ann: User, bob: User) -> None:
    stranger = make_client(bob)
    stranger.post(f"{ME}addresses/", HOME)
    order_something(stranger)
    before = everything()
    owner = make_client(ann)

    assert leave(owner).status_code == 204

    after = everything()
    assert [row for row in after[0] if row["id"] == bob.pk] == [
        row for row in before[0] if row["id"] == bob.pk
    ]
    assert after[1:] == before[1:]
    assert stranger.get("/api/v1/orders/").json()["count"] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_who_orders_and_leaves_at_once_does_one_of_both(ann: User, _round: int) -> None:
    shopper, leaver = make_client(ann), make_client(ann)
    quote = fill_cart(shopper, {make_offer(): 1})
    jobs: list[Callable[[], Any]] = [
        lambda: buy(shopper, quote),
        lambda: leave(leaver),
    ]

    bought, left = (a.status_code for a in at_once(2, lambda n: jobs[n]()))

    # Gone before the order: the credential is dead, or the cart is empty.
    assert (bought, left) in {(201, 409), (401, 204), (409, 204)}
    assert Order.objects.filter(email="ann@example.com").count() == (bought == 201)


def test_the_export_tells_all_we_know(ann: User, owner: APIClient) -> None:
    owner.patch(ME, {"first_name": "Ann", "last_name": "Lee"})
    address = owner.post(f"{ME}addresses/", HOME).json()
    replace_key(user=ann, now=timezone.now())
    placed = order_something(owner)
    detail = owner.get(f"/api/v1/orders/{placed.code}/").json()
    tea = make_offer()
    fill_cart(owner, {tea: 3})

    answer = owner.get(f"{ME}export/")

    assert answer.status_code == 200
    known = answer.json()
    session, event = Session.objects.get(), SecurityEvent.objects.get()
    customer = Customer.objects.get()
    assert known == {
        "account": {
            "id": ann.pk,
            "username": "ann",
            "email": "ann@example.com",
            "first_name": "Ann",
            "last_name": "Lee",
            "date_joined": ann.date_joined.isoformat(),
            "confirmed_at": ann.confirmed_at and ann.confirmed_at.isoformat(),
        },
        "customer": {
            "first_name": "Ann",
            "last_name": "Lee",
            "email": "ann@example.com",
            "phone": "",
            "created_at": customer.created_at.isoformat(),
        },
        "addresses": [address | {"user_id": ann.pk}],
        "sessions": [
            {
                "user_agent": "",
                "created_at": session.created_at.isoformat(),
                "last_used_at": session.last_used_at.isoformat(),
                "expires_at": session.expires_at.isoformat(),
                "revoked_at": None,
            }
        ],
        "security_events": [{"kind": "key-replaced", "at": event.at.isoformat()}],
        "cart": [{"offer": tea.pk, "quantity": 3}],
        "orders": [detail],
        "reviews": [],
    }


def test_the_export_gives_no_secret_away(ann: User, owner: APIClient) -> None:
    key = replace_key(user=ann, now=timezone.now())
    pair = sign_in().json()
    fill_cart(owner, {make_offer(): 1})

    text = owner.get(f"{ME}export/").content.decode()

    secrets = [key, pair["access"], pair["refresh"], User.objects.get().password]
    secrets += [ApiKey.objects.get().digest, str(Customer.objects.get().token)]
    secrets += Session.objects.values_list("refresh_jti", flat=True)
    for secret in secrets:
        assert secret not in text
    keys = set(json.dumps(json.loads(text)).split('"'))
    assert not keys & {"password", "token", "digest", "refresh_jti", "parent_jti"}


def test_who_has_done_nothing_yet_is_told_so(owner: APIClient) -> None:
    known = owner.get(f"{ME}export/").json()

    assert known["customer"] is None
    assert known["addresses"] == known["security_events"] == []
    assert known["cart"] == known["orders"] == []
    assert not Customer.objects.exists()


def test_the_export_is_the_owners_alone(
    owner: APIClient, bob: User, client: APIClient, guest: Customer
) -> None:
    order_something(owner)

    text = make_client(bob).get(f"{ME}export/").content.decode()

    assert "ann" not in text
    for path in ("export/", "delete/"):
        call = client.get if path == "export/" else client.post
        assert_problem(call(f"{ME}{path}"), 401, "not-authenticated")
    assert_problem(make_client(guest).get(f"{ME}export/"), 403, "forbidden")
    assert_problem(leave(make_client(guest)), 403, "forbidden")


def test_the_export_costs_a_flat_number_of_queries(
    owner: APIClient, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        buy(owner, fill_cart(owner, {make_offer(): 1, make_offer(): 1}))

    with django_assert_max_num_queries(13):
        assert len(owner.get(f"{ME}export/").json()["orders"]) == 6
