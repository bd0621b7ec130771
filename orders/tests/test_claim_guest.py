"""A guest signs in: two carts become one, line by line, and orders come along."""

from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Customer, Session, User
from accounts.services import customer_of, open_guest
from accounts.tests.scenes import at_once
from catalog.models import Offer
from catalog.tests.factories import make_offer, make_offers
from conftest import PASSWORD, assert_problem, make_client, person
from orders.models import Cart, CartLine
from orders.services import set_line
from orders.tests.scenes import buy, fill_cart

pytestmark = pytest.mark.django_db
EITHER = pytest.mark.parametrize("has_record", [True, False])
_numbers = count(1)


def sign_in(token: object, merge: str = "sum", **changes: Any) -> Response:
    form = {"login": "ann", "password": PASSWORD, "merge": merge}
    form |= {"customer_token": str(token)} | changes
    return APIClient().post("/api/v1/sessions/", form)


def fill(customer: Customer, quantities: dict[Offer, int]) -> None:
    for offer, quantity in quantities.items():
        set_line(customer=customer, offer_id=offer.pk, quantity=quantity)


def cart_of(user: User) -> dict[int, int]:
    """What the account's cart holds, as its owner sees it."""
    lines = make_client(user).get("/api/v1/cart/").json()["lines"]
    assert len({line["offer"] for line in lines}) == len(lines)
    return {line["offer"]: line["quantity"] for line in lines}


def row(offer: Offer, guests: int, mine: int, quantity: int, outcome: str) -> Any:
    """A line of the report."""
    return {
        "offer": offer.pk,
        "name": offer.product.name,
        "guest_quantity": guests,
        "own_quantity": mine,
        "quantity": quantity,
        "outcome": outcome,
    }


def is_dead(guest: Customer) -> bool:
    return make_client(guest).get("/api/v1/cart/").status_code == 401


@pytest.mark.parametrize(
    ("merge", "quantity", "outcome"),
    [
        ("sum", 5, "summed"),
        ("max", 3, "larger"),
        ("keep-mine", 2, "kept-mine"),
        ("keep-guest", 3, "kept-guest"),
    ],
)
def test_where_both_hold_an_offer_the_policy_decides(
    ann, guest, merge, quantity, outcome
):
    tea, pot, cup = make_offers(3, stock=10)
    fill(customer_of(ann), {cup: 1, tea: 2})
    fill(guest, {tea: 3, pot: 4})

    answer = sign_in(guest.token, merge)

    assert answer.status_code == 201
    assert set(answer.json()) == {"access", "refresh", "expires_in", "merged"}
    assert answer.json()["merged"] == [
        row(tea, 3, 2, quantity, outcome),
        row(pot, 4, 0, 4, "added"),
    ]
    assert cart_of(ann) == {cup.pk: 1, tea.pk: quantity, pot.pk: 4}
    assert is_dead(guest)
    assert Customer.objects.get() == customer_of(ann)


def test_what_is_not_there_is_capped_or_dropped_and_told(ann, guest, settings):
    scarce, greedy, gone, extra, cup = make_offers(5, stock=4)
    fill(customer_of(ann), {scarce: 3, greedy: 9, cup: 1})
    fill(guest, {scarce: 3, greedy: 1, gone: 2, extra: 1})
    Offer.objects.filter(pk=gone.pk).update(is_withdrawn=True)
    settings.ORDER_LINES_LIMIT = 3

    form = {"login": "ann", "password": PASSWORD, "customer_token": str(guest.token)}
    merged = APIClient().post("/api/v1/sessions/", form).json()["merged"]

    assert merged == [  # without a wish, quantities are summed
        row(scarce, 3, 3, 4, "capped"),
        row(greedy, 1, 9, 9, "capped"),  # what one had is never taken away
        row(gone, 2, 0, 0, "dropped"),
        row(extra, 1, 0, 0, "dropped"),  # the cart is full
    ]
    assert cart_of(ann) == {scarce.pk: 4, greedy.pk: 9, cup.pk: 1}


@EITHER
def test_an_account_without_a_cart_takes_the_guests(ann, guest, has_record):
    tea = make_offer(stock=10)
    fill(guest, {tea: 20})
    if has_record:
        customer_of(ann)

    merged = sign_in(guest.token, "keep-mine").json()["merged"]

    assert merged == [row(tea, 20, 0, 20, "added")]
    assert cart_of(ann) == {
        tea.pk: 20
    }  # as it was: reading the cart tells what is there
    assert is_dead(guest)
    assert Customer.objects.get() == customer_of(ann)


@EITHER
def test_a_guest_without_a_cart_brings_nothing_and_says_so(ann, guest, has_record):
    if has_record:
        fill(customer_of(ann), {make_offer(): 1})

    assert sign_in(guest.token).json()["merged"] == []

    assert (len(cart_of(ann)), is_dead(guest)) == (int(has_record), True)


@EITHER
def test_a_guests_orders_come_along(ann, guest, has_record):
    shopper = make_client(guest)
    placed = buy(shopper, fill_cart(shopper, {make_offer(): 1}))
    seen = shopper.get(placed["Location"]).json()
    if has_record:
        customer_of(ann)

    assert sign_in(guest.token).status_code == 201

    owner = make_client(ann)
    assert owner.get(placed["Location"]).json() == seen
    assert owner.get("/api/v1/orders/").json()["results"][0]["id"] == seen["id"]
    assert_problem(shopper.get(placed["Location"]), 401, "not-authenticated")


def test_a_repeated_sign_in_with_the_dead_token_just_signs_in(ann, guest):
    tea = make_offer(stock=10)
    fill(customer_of(ann), {tea: 1})
    fill(guest, {tea: 2})
    assert sign_in(guest.token).json()["merged"] is not None

    for _ in range(2):
        again = sign_in(guest.token)
        assert (again.status_code, again.json()["merged"]) == (201, None)

    assert cart_of(ann) == {tea.pk: 3}


def test_a_token_of_another_account_or_of_nobody_is_passed_over(ann, bob):
    tea, pot = make_offers(2)
    fill(customer_of(ann), {tea: 1})
    fill(customer_of(bob), {pot: 2})
    before = list(Customer.objects.order_by("pk").values())

    for token in (customer_of(bob).token, "5f0c7b8e-8a3b-4d64-9e0b-0d5f7e5a1c11"):
        answer = sign_in(token)
        assert (answer.status_code, answer.json()["merged"]) == (201, None)

    assert list(Customer.objects.order_by("pk").values()) == before
    assert (cart_of(ann), cart_of(bob)) == ({tea.pk: 1}, {pot.pk: 2})


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"password": "a-wrong-password"}, (401, "invalid-credentials")),
        ({"merge": "steal"}, (400, "invalid")),
        ({"customer_token": "not-a-token"}, (400, "invalid")),
        ({"login": "bob"}, (403, "address-not-confirmed")),
    ],
)
def test_a_refused_sign_in_leaves_both_carts_alone(ann, bob, guest, changes, refusal):
    User.objects.filter(pk=bob.pk).update(must_confirm=True, confirmed_at=None)
    fill(customer_of(ann), {make_offer(): 1})
    fill(guest, {make_offer(): 2})
    before = list(CartLine.objects.order_by("pk").values())

    assert_problem(sign_in(guest.token, **changes), *refusal)

    assert list(CartLine.objects.order_by("pk").values()) == before
    assert not Session.objects.exists()
    assert not is_dead(guest)


# Stock, quantity in the own cart and in the guest's, withdrawn since.
HELD = st.none() | st.integers(1, 9)
LINES = st.lists(st.tuples(st.integers(0, 6), HELD, HELD, st.booleans()), max_size=5)
WANTED: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "sum": ("summed", lambda mine, guests: mine + guests),
    "max": ("larger", max),
    "keep-mine": ("kept-mine", lambda mine, guests: mine),
    "keep-guest": ("kept-guest", lambda mine, guests: guests),
}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=LINES, policy=st.sampled_from(sorted(WANTED)), spare=st.integers(0, 4))
def test_no_line_is_lost_or_doubled_and_the_report_is_the_cart(
    db, lines, policy, spare
):
    user, guest = person(f"ann{next(_numbers)}", "buyer"), open_guest()
    mine, guests, there = {}, {}, {}
    for stock, own, theirs, is_withdrawn in lines:
        offer = make_offer(stock=stock)
        there[offer.pk] = 0 if is_withdrawn else stock
        carts = ((customer_of(user), mine, own), (guest, guests, theirs))
        for customer, cart, number in carts:
            if number:
                fill(customer, {offer: number})
                cart[offer.pk] = number
        Offer.objects.filter(pk=offer.pk).update(is_withdrawn=is_withdrawn)
    limit = len(mine) + spare

    with override_settings(ORDER_LINES_LIMIT=limit):
        report = sign_in(guest.token, policy, login=user.username).json()["merged"]

    named = [(line["offer"], line["guest_quantity"]) for line in report]
    assert named == list(guests.items())
    told = {line["offer"]: line["quantity"] for line in report if line["quantity"]}
    untouched = {pk: mine[pk] for pk in mine if pk not in guests}
    assert cart_of(user) == untouched | told
    assert not mine or len(untouched | told) <= limit
    for line in report:
        pk, outcome, quantity = line["offer"], line["outcome"], line["quantity"]
        own = mine.get(pk, 0)
        assert line["own_quantity"] == own
        word, rule = WANTED[policy] if own else ("added", lambda _, theirs: theirs)
        wish = rule(own, guests[pk])
        if outcome == "dropped":
            assert quantity == own == 0
            assert there[pk] == 0 or len(untouched | told) == limit
        elif outcome == "capped":
            assert quantity == max(there[pk], own) < wish
        else:
            assert (outcome, quantity) == (word, wish)
            # A cart that meets no other one comes as it is.
            assert not mine or quantity <= max(there[pk], own)
    assert is_dead(guest)
    assert Cart.objects.filter(customer__user=user).count() <= 1


@pytest.mark.django_db(transaction=True)
@EITHER
@pytest.mark.parametrize("parallel", [2, 8])
def test_parallel_sign_ins_with_one_token_merge_once(ann, guest, has_record, parallel):
    tea = make_offer(stock=99)
    fill(guest, {tea: 2})
    if has_record:
        fill(customer_of(ann), {tea: 1})

    answers = at_once(parallel, lambda _: sign_in(guest.token))

    assert Counter(a.status_code for a in answers) == {201: parallel}
    (merged,) = [a.json()["merged"] for a in answers if a.json()["merged"] is not None]
    assert [line["quantity"] for line in merged] == [2 + has_record]
    assert cart_of(ann) == {tea.pk: 2 + has_record}


@pytest.mark.django_db(transaction=True)
@EITHER
def test_guests_that_sign_in_while_the_account_fills_its_cart_lose_nothing(
    ann, has_record
):
    owner, tea, pot = make_client(ann), make_offer(stock=99), make_offer()
    if has_record:
        fill(customer_of(ann), {tea: 1})
    for guest in (guests := [open_guest() for _ in range(5)]):
        fill(guest, {tea: 2})
    jobs: list[Any] = [lambda g=guest: sign_in(g.token) for guest in guests]
    jobs.insert(0, lambda: owner.post("/api/v1/cart/lines/", {"offer": pot.pk}))

    answers = at_once(6, lambda n: jobs[n]())

    assert Counter(a.status_code for a in answers) == {201: 6}
    assert all(a.json()["merged"] for a in answers[1:])
    assert cart_of(ann) == {tea.pk: 10 + has_record, pot.pk: 1}
    assert Customer.objects.get() == customer_of(ann)
