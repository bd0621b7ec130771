"""The same key twice is one effect and one answer."""

import hashlib
import json
from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from rest_framework.test import APIClient

from accounts.models import Brake, Customer, Session, User
from accounts.tests.scenes import at_once
from catalog.models import Offer
from catalog.tests.factories import make_offer
from conftest import PASSWORD, assert_problem, make_client
from orders.models import CartLine, DeliveryMethod, IdempotencyRecord, Order
from orders.services import set_line
from orders.tests.scenes import ANN, CHECKOUT, fill_cart

GUESTS = "/api/v1/guests/"
LINES = "/api/v1/cart/lines/"
USERS = "/api/v1/users/"
FORM = {"email": "ann@example.com", "password": PASSWORD}


def key(value="once"):
    return {"HTTP_IDEMPOTENCY_KEY": value}


def assert_replayed(first, again):
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Content-Type"] == first["Content-Type"]
    assert again.get("Location") == first.get("Location")
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


def basket(customer):
    """A cart with two of an offer, and the form that orders it."""
    facts = {"name": "Courier", "needs_address": True}
    DeliveryMethod.objects.get_or_create(code="courier", defaults=facts)
    return ANN | {"quote": fill_cart(make_client(customer), {make_offer(): 2})}


def checkout(customer, form, value="once"):
    return make_client(customer).post(CHECKOUT, form, **key(value))


def test_a_repeated_call_gets_the_same_bytes_and_has_one_effect(client, db):
    first = client.post(GUESTS, **key())
    again = client.post(GUESTS, **key())
    other = client.post(GUESTS, **key("twice"))

    assert first.status_code == 201
    assert_replayed(first, again)
    assert other.content != first.content
    assert Customer.objects.count() == 2


def test_a_repeated_checkout_is_one_order_one_stock_and_one_set_of_letters(guest):
    form = basket(guest)

    first, again = checkout(guest, form), checkout(guest, form)

    assert first.status_code == 201
    assert first["Location"].endswith(f"/api/v1/orders/{first.json()['code']}/")
    letters = DBTaskResult.objects.count()
    assert_replayed(first, again)
    assert Order.objects.count() == 1
    assert Offer.objects.get().stock == 8
    assert DBTaskResult.objects.count() == letters


def test_an_answer_without_a_body_is_repeated_as_well(guest):
    client = make_client(guest)
    basket(guest)

    first = client.delete("/api/v1/cart/", **key())
    set_line(customer=guest, offer_id=make_offer().pk, quantity=1)
    again = client.delete("/api/v1/cart/", **key())

    assert (first.status_code, first.content) == (204, b"")
    assert (again.status_code, again.content) == (204, b"")
    assert again["Idempotency-Replayed"] == "true"
    assert CartLine.objects.count() == 1  # cleared once, not twice


def test_the_same_key_with_another_body_is_refused(guest):
    client, offer = make_client(guest), make_offer()
    client.post(LINES, {"offer": offer.pk, "quantity": 1}, **key())

    answer = client.post(LINES, {"offer": offer.pk, "quantity": 2}, **key())

    assert_problem(answer, 422, "idempotency-key-reused")
    assert CartLine.objects.get().quantity == 1


def test_the_same_key_with_another_query_is_refused(client, db):
    client.post(GUESTS, **key())

    answer = client.post(f"{GUESTS}?a=1", **key())

    assert_problem(answer, 422, "idempotency-key-reused")
    assert Customer.objects.count() == 1


def test_the_same_key_of_another_caller_is_another_key(guest, ann, bob):
    offer = make_offer()
    callers = [make_client(who) for who in (guest, ann, bob)]

    answers = [c.post(LINES, {"offer": offer.pk}, **key()) for c in callers]

    assert [a.status_code for a in answers] == [201] * 3
    assert not any("Idempotency-Replayed" in a for a in answers)
    assert CartLine.objects.count() == 3


def test_the_same_key_at_another_address_is_another_key(guest):
    client, offer = make_client(guest), make_offer()

    put = client.put(f"{LINES}{offer.pk}/", {"quantity": 3}, **key())
    deleted = client.delete(f"{LINES}{offer.pk}/", **key())

    assert (put.status_code, deleted.status_code) == (200, 200)
    assert not CartLine.objects.exists()


def test_strangers_at_different_addresses_do_not_meet(client, db):
    here = client.post(GUESTS, **key())
    there = client.post(GUESTS, REMOTE_ADDR="198.51.100.7", **key())

    assert here.content != there.content


def test_a_refusal_is_not_stored_and_the_key_can_be_used_again(guest):
    form = basket(guest)

    refused = checkout(guest, form | {"quote": "another"})
    assert_problem(refused, 409, "quote-changed")
    assert not IdempotencyRecord.objects.exists()
    assert Offer.objects.get().stock == 10

    assert checkout(guest, form).status_code == 201


def test_a_refused_call_stays_counted_even_with_a_key(client, db):
    for number in range(3):
        weak = client.post(USERS, FORM | {"password": "1"}, **key(f"key-{number}"))
        assert_problem(weak, 400, "invalid")

    assert Brake.objects.get(key__startswith="register:").count == 3


@pytest.mark.parametrize("value", ["", "a" * 256, "schlüssel", "a\tb", "a\x7fb", "🔑"])
def test_a_malformed_key_is_refused_before_anything_happens(client, db, value):
    answer = client.post(GUESTS, **key(value))

    assert_problem(answer, 400, "idempotency-key-malformed")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("value", ["a", "a" * 255, "a b!~", "5f0c7b8e-8a3b-4d64"])
def test_any_printable_key_is_taken(client, db, value):
    first = client.post(GUESTS, **key(value))

    assert_replayed(first, client.post(GUESTS, **key(value)))


def test_a_key_may_be_used_anew_when_its_day_is_over(client, db):
    first = client.post(GUESTS, **key())
    life = IdempotencyRecord.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23, minutes=59) < life <= timedelta(hours=24)
    IdempotencyRecord.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    anew = client.post(GUESTS, **key())

    assert anew.status_code == 201
    assert anew.content != first.content
    assert_replayed(anew, client.post(GUESTS, **key()))


def test_reading_takes_no_key(client, db):
    answer = client.get("/api/v1/products/", **key())

    assert answer.status_code == 200
    assert not IdempotencyRecord.objects.exists()


def test_sessions_store_nothing_because_their_answers_are_secrets(client, ann):
    form = {"login": "ann", "password": PASSWORD}

    first = client.post("/api/v1/sessions/", form, **key())
    second = client.post("/api/v1/sessions/", form, **key())
    refresh = {"refresh": first.json()["refresh"]}
    renewed = client.post("/api/v1/sessions/refresh/", refresh, **key())
    access = f"Bearer {renewed.json()['access']}"
    client.delete("/api/v1/sessions/current/", HTTP_AUTHORIZATION=access, **key())

    assert (second.status_code, renewed.status_code) == (201, 200)
    assert first.json()["refresh"] != second.json()["refresh"]
    assert Session.objects.count() == 2
    assert not IdempotencyRecord.objects.exists()


def test_guesses_stay_counted_even_with_a_key(client, ann):
    form = {"login": "ann", "password": "a-wrong-password"}

    answers = [client.post("/api/v1/sessions/", form, **key()) for _ in range(11)]

    assert [a.status_code for a in answers] == [401] * 10 + [429]


def test_the_record_of_a_sign_up_does_not_give_its_password_away(client, db):
    client.post(USERS, FORM, **key())

    record = IdempotencyRecord.objects.get()
    body = json.dumps(FORM, separators=(",", ":")).encode()
    facts = f"POST {USERS}\n".encode() + body
    plain = {hashlib.sha256(text).hexdigest() for text in (body, facts)}
    assert record.fingerprint not in plain
    assert PASSWORD not in str(IdempotencyRecord.objects.values().get())


def test_a_credential_that_is_refused_is_told_by_the_view(client, db):
    answer = client.post(LINES, {}, HTTP_AUTHORIZATION="Bearer a.b.c", **key())

    assert_problem(answer, 401, "not-authenticated")
    assert not IdempotencyRecord.objects.exists()


def test_a_stale_credential_at_an_open_door_leaves_the_key_in_force(client, db):
    stale = {"HTTP_AUTHORIZATION": "Bearer a.b.c"}

    first = client.post(GUESTS, **stale, **key())
    again = client.post(GUESTS, **stale, **key())

    assert first.status_code == 201
    assert_replayed(first, again)
    assert Customer.objects.count() == 1


def test_a_dead_database_is_not_taken_for_a_busy_key(client, db, monkeypatch):
    def insert(*rows):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("config.idempotency.insert", insert)

    assert_problem(client.post(GUESTS, **key()), 503, "unavailable")


def assert_one_effect(answers):
    codes = Counter(a.status_code for a in answers)
    assert set(codes) <= {201, 409}, codes
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "idempotency-key-busy")
    ran = [
        a for a in answers if a.status_code == 201 and "Idempotency-Replayed" not in a
    ]
    assert len(ran) == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_duplicates_at_once_make_one_guest():
    answers = at_once(16, lambda _: APIClient().post(GUESTS, **key()))

    assert_one_effect(answers)
    assert Customer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_duplicates_at_once_make_one_order(guest):
    form = basket(guest)

    answers = at_once(16, lambda _: checkout(guest, form))

    assert_one_effect(answers)
    assert Order.objects.count() == 1
    assert Offer.objects.get().stock == 8


@pytest.mark.django_db(transaction=True)
def test_sixteen_sign_ups_at_once_with_one_key_make_one_account():
    answers = at_once(16, lambda _: APIClient().post(USERS, FORM, **key()))

    assert_one_effect(answers)
    assert User.objects.count() == DBTaskResult.objects.count() == 1
