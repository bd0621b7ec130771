"""Real threads, real transactions: what happens at the same moment happens once."""

from collections import Counter

import pytest
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import Brake, Customer, SecurityEvent, Session, User
from accounts.services import open_guest
from accounts.tests.scenes import at_once
from conftest import PASSWORD, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ann(transactional_db):
    return person("ann", "buyer")


def post(path, form, **extra):
    return APIClient().post(f"/api/v1/{path}/", form, **extra)


def sign_in(password=PASSWORD, login="ann"):
    return post("sessions", {"login": login, "password": password})


def me(access):
    return APIClient().get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {access}")


@pytest.mark.parametrize("tabs", [16, 50])
def test_tabs_that_refresh_one_token_share_one_successor(ann, tabs):
    first = sign_in().json()["refresh"]

    answers = at_once(tabs, lambda _: post("sessions/refresh", {"refresh": first}))

    assert Counter(a.status_code for a in answers) == {200: tabs}
    successors = {a.json()["refresh"] for a in answers}
    assert len(successors) == 1
    assert successors != {first}
    assert post("sessions/refresh", {"refresh": successors.pop()}).status_code == 200
    assert Session.objects.filter(revoked_at=None).count() == 1


def test_without_the_grace_sixteen_refreshes_leave_no_session(ann, settings):
    settings.REFRESH_GRACE = -1
    pair = sign_in().json()
    form = {"refresh": pair["refresh"]}

    answers = at_once(16, lambda _: post("sessions/refresh", form))

    # The first got a successor; the second showed a used token, and all were out.
    assert Counter(a.status_code for a in answers) == {200: 1, 401: 15}
    (successor,) = [a.json() for a in answers if a.status_code == 200]
    assert (
        post("sessions/refresh", {"refresh": successor["refresh"]}).status_code == 401
    )
    assert me(successor["access"]).status_code == 401
    assert Session.objects.get().revoked_because == "reuse"


def test_a_burst_of_guesses_gets_no_more_tries_than_the_brake_allows(ann):
    spellings = ["ann", "ANN", "ann@example.com", " Ann@Example.com "]

    answers = at_once(48, lambda n: sign_in("a-wrong-password", spellings[n % 4]))

    assert Counter(a.status_code for a in answers) == {401: 10, 429: 38}
    assert all(a["Retry-After"] for a in answers if a.status_code == 429)
    assert sign_in().status_code == 429
    assert not Session.objects.exists()


def test_right_sign_ins_in_parallel_leave_no_count_behind(ann):
    answers = at_once(8, lambda _: sign_in())

    assert Counter(a.status_code for a in answers) == {201: 8}
    assert set(Brake.objects.values_list("count", flat=True)) == {0}
    assert Session.objects.count() == 8


def test_one_address_signed_up_many_times_at_once_is_one_account(transactional_db):
    spellings = ["ann@example.com", "Ann@Example.com"]

    answers = at_once(
        12,
        lambda n: post(
            "users",
            {
                "email": spellings[n % 2],
                "username": f"name-{n}",
                "password": PASSWORD,
            },
        ),
    )

    assert Counter(a.status_code for a in answers) == {201: 12}  # neutral
    assert User.objects.count() == 1


def test_one_username_taken_many_times_at_once_is_one_account(transactional_db):
    answers = at_once(
        12,
        lambda n: post(
            "users",
            {
                "email": f"person-{n}@example.com",
                "username": ["ann", "Ann"][n % 2],
                "password": PASSWORD,
            },
        ),
    )

    assert Counter(a.status_code for a in answers) == {201: 1, 400: 11}
    refused = [a.json()["errors"] for a in answers if a.status_code == 400]
    assert {(e["pointer"], e["code"]) for errors in refused for e in errors} == {
        ("#/username", "taken")
    }
    assert User.objects.count() == 1


def test_a_guest_that_many_sign_ups_claim_goes_to_one_of_them(transactional_db):
    guest = open_guest()

    answers = at_once(
        8,
        lambda n: post(
            "users",
            {
                "email": f"person-{n}@example.com",
                "password": PASSWORD,
                "customer_token": str(guest.token),
            },
        ),
    )

    assert Counter(a.status_code for a in answers) == {201: 8}
    assert Customer.objects.get().user is None  # nobody has confirmed yet
    links = [tokens.link(user, "confirm") for user in User.objects.all()]
    confirmed = at_once(8, lambda n: post("users/confirm", {"token": links[n]}))
    assert Counter(a.status_code for a in confirmed) == {204: 8}
    assert Customer.objects.get().user in User.objects.all()


@pytest.mark.parametrize("_round", range(3))
def test_one_new_address_that_many_confirm_at_once_is_of_one(transactional_db, _round):
    people = [person(f"ann{n}", "buyer") for n in range(8)]
    User.objects.update(new_email="new@example.com")
    links = [tokens.link(one, "change-email", "new@example.com") for one in people]

    answers = at_once(
        8, lambda n: post("users/confirm-email-change", {"token": links[n]})
    )

    assert Counter(a.status_code for a in answers) == {204: 1, 401: 7}
    assert User.objects.with_email("new@example.com").count() == 1
    assert SecurityEvent.objects.get().kind == "email-changed"


def test_one_reset_link_used_many_times_at_once_sets_one_password(ann):
    token = tokens.link(ann, "reset")
    forms = [{"token": token, "password": f"another-walk-{n}"} for n in range(8)]

    answers = at_once(8, lambda n: post("users/reset-password", forms[n]))

    assert Counter(a.status_code for a in answers) == {204: 1, 401: 7}
    (winner,) = (n for n, a in enumerate(answers) if a.status_code == 204)
    assert sign_in(forms[winner]["password"]).status_code == 201


def test_keys_made_at_once_leave_one_that_opens(ann):
    owner = {"HTTP_AUTHORIZATION": f"Bearer {sign_in().json()['access']}"}

    answers = at_once(8, lambda _: post("me/api-key", {}, **owner))

    keys = {a.json()["key"] for a in answers}
    opened = [
        APIClient().get("/api/v1/me/", HTTP_AUTHORIZATION=f"Token {key}").status_code
        for key in keys
    ]
    assert Counter(opened) == {200: 1, 401: 7}
