"""Races through the documents, with real threads: stock, one cart, one order."""

from collections import Counter

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.services import customer_of, open_guest, sign_in
from catalog.tests.factories import make_offer
from conftest import PASSWORD, person
from orders.models import Order
from orders.services import Delivery, draft_order, set_line
from orders.tests.test_oversell import in_parallel, reconcile

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = {
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane@example.com",
    "country": "X",
    "city": "Y",
    "post_code": "1",
    "address": "Z",
}


@pytest.fixture(autouse=True)
def _no_brakes(settings):
    settings.BRAKES = False


def member(name):
    user = person(name, "buyer")
    pair = sign_in(login=name, password=PASSWORD, address="x", now=timezone.now())
    client = APIClient()
    client.cookies["csrftoken"] = "a" * 32
    auth = {"HTTP_AUTHORIZATION": f"Token {pair.access}", "HTTP_X_CSRFTOKEN": "a" * 32}
    client.credentials(**auth)
    return user, client


def posting(offer, amount):
    """An order through the webstore, by a buyer of its own."""
    posting.count = getattr(posting, "count", 0) + 1
    _, client = member(f"buyer{posting.count}")
    items = [{"product_id": offer.pk, "amount": amount}]
    form = {"address": "A", "phone": "1", "items": items}
    return lambda: client.post("/api/post_order", form, format="json")


def finalizing(customer):
    form = ADDRESS | {"token": str(customer.token)}
    return lambda: APIClient().put("/api/order/finalize/", form, format="json")


def confirming(user, client, offer, amount):
    """A confirmation through diplom of an order made before."""
    order = draft_order(
        customer=customer_of(user),
        quantities={offer.pk: amount},
        delivery=Delivery(email=user.email),
        actor=user,
        now=timezone.now(),
    )
    form = {"id": order.pk, "address": "A", "phone": "1"}
    return lambda: client.post("/orders/confirm/", form, format="json")


def test_the_last_units_are_sold_once_over_three_documents():
    tea = make_offer(stock=10)
    jobs = []
    for number in range(8):
        customer = open_guest()
        set_line(customer=customer, offer_id=tea.pk, quantity=1)
        user, client = member(f"ann{number}")
        jobs += [
            finalizing(customer),
            posting(tea, 1),
            confirming(user, client, tea, 1),
        ]

    answers = in_parallel(jobs)

    assert Counter(a.status_code for a in answers) == {200: 10, 400: 14}
    assert Order.objects.placed().count() == 10
    refused = [set(a.json()) for a in answers if a.status_code == 400]
    assert {frozenset(keys) for keys in refused} <= {
        frozenset({"error"}),
        frozenset({"non_field_errors"}),
    }
    tea.refresh_from_db()
    assert tea.stock == 0


@pytest.mark.parametrize("calls", [2, 16])
def test_a_cart_is_finalized_once_without_any_key(calls):
    tea, customer = make_offer(stock=100), open_guest()
    set_line(customer=customer, offer_id=tea.pk, quantity=3)

    answers = in_parallel([finalizing(customer)] * calls)

    assert Counter(a.status_code for a in answers) == {200: 1, 400: calls - 1}
    reconcile([tea], 100)
    assert Order.objects.count() == 1


def test_an_order_is_confirmed_once():
    tea = make_offer(stock=100)
    user, client = member("ann")
    confirm = confirming(user, client, tea, 3)

    answers = in_parallel([confirm] * 8)

    assert Counter(a.status_code for a in answers) == {200: 1, 400: 7}
    reconcile([tea], 100)


def test_orders_that_name_the_same_goods_crosswise_do_not_lock_each_other_out():
    goods = [make_offer(stock=12) for _ in range(3)]

    def ordering(number):
        _, client = member(f"carl{number}")
        named = goods if number % 2 else goods[::-1]
        items = [{"product_id": offer.pk, "amount": 1} for offer in named]
        form = {"address": "A", "phone": "1", "items": items}
        return lambda: client.post("/api/post_order", form, format="json")

    answers = in_parallel([ordering(number) for number in range(16)])

    assert Counter(a.status_code for a in answers) == {200: 12, 400: 4}
    reconcile(goods, 12)
