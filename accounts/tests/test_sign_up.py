"""Sign-up by v1, from the form to the first sign-in."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Customer, User
from catalog.tests.factories import make_offer
from conftest import PASSWORD, assert_problem, make_client
from orders.models import Cart
from orders.services import set_line

FORM = {"email": "Ann@example.com", "username": "ann", "password": PASSWORD}


def sign_up(client, **changes):
    return client.post("/api/v1/users/", FORM | changes)


def sign_in(client, login="ann", password=PASSWORD):
    return client.post("/api/v1/sessions/", {"login": login, "password": password})


def assert_no_account_made():
    assert User.objects.count() == 0
    assert DBTaskResult.objects.count() == 0


def test_sign_up_letter_confirmation_and_sign_in_follow_each_other(client, db, letters):
    answer = sign_up(client, first_name="Ann", last_name="Lee")
    assert (answer.status_code, answer.json()) == (
        201,
        {"email": "Ann@example.com", "must_confirm": True},
    )
    assert_problem(sign_in(client), 403, "address-not-confirmed")
    (letter,) = letters()
    assert "To: Ann@example.com" in letter

    token = re.search(r"/confirm-email/\?token=([\w:-]+)", letter)[1]
    confirmed = client.post("/api/v1/users/confirm/", {"token": token})

    assert (confirmed.status_code, confirmed.content) == (204, b"")
    assert sign_in(client).status_code == 201
    me = make_client(User.objects.get()).get("/api/v1/me/").json()
    assert me.pop("confirmed_at")
    assert me.pop("date_joined")
    assert me == {
        "id": User.objects.get().pk,
        "username": "ann",
        "email": "Ann@example.com",
        "first_name": "Ann",
        "last_name": "Lee",
        "is_partner": False,
        "is_staff": False,
    }


def test_a_known_address_gets_the_normal_answer_and_its_owner_a_letter(
    client, ann, letters
):
    before = User.objects.values().get()

    known = sign_up(client, email="ANN@example.com", username="other")
    fresh = sign_up(client, email="BOB@example.com", username="bob")

    assert known.status_code == fresh.status_code == 201
    assert known.json() == fresh.json() | {"email": "ANN@example.com"}
    assert User.objects.filter(pk=ann.pk).values().get() == before
    assert not User.objects.filter(username="other").exists()
    told = [letter for letter in letters() if "To: ann@example.com" in letter]
    assert len(told) == 1
    assert "an account already" in told[0]


def test_the_owner_of_an_address_is_not_flooded_with_letters(client, ann, letters):
    for _ in range(8):
        answer = sign_up(client, email="ann@example.com", username="other")
        assert answer.status_code == 201

    assert "".join(letters()).count("To: ann@example.com") <= 5


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("ANN", "taken"),
        ("bob@example.com", "invalid"),
        ("two words", "invalid"),
        ("<script>", "invalid"),
        ("a" * 151, "max_length"),
    ],
)
def test_a_username_that_is_taken_or_looks_like_an_address_is_refused(
    client, ann, username, code
):
    answer = sign_up(client, email="new@example.com", username=username)

    body = assert_problem(answer, 400, "invalid")
    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [("#/username", code)]
    assert list(User.objects.all()) == [ann]


def test_without_a_username_the_address_is_it(client, db):
    answer = client.post(
        "/api/v1/users/", {"email": "ann@example.com", "password": PASSWORD}
    )

    assert answer.status_code == 201
    assert User.objects.get().username == "ann@example.com"


def test_the_username_may_spell_the_own_address_in_another_case(client, db):
    answer = sign_up(client, email="Ann@Example.com", username="ann@example.com")

    assert answer.status_code == 201
    assert User.objects.reachable_by("ANN@example.com").count() == 1


@pytest.mark.parametrize(
    "password",
    [
        "short-1",
        "48151623421",
        "password",
        "Password1",
        "qwertyuiop",
        "iloveyou1",
        "annabelle.lee",
        "annabelle",
        "lighthouse7",
    ],
)
def test_a_weak_common_or_identity_like_password_is_refused(client, db, password):
    identity = {"username": "annabelle", "email": "annabelle.lee@example.com"}

    answer = sign_up(client, **identity, last_name="Lighthouse", password=password)

    body = assert_problem(answer, 400, "invalid")
    assert {e["pointer"] for e in body["errors"]} == {"#/password"}
    assert {e["code"] for e in body["errors"]} == {"weak"}
    assert_no_account_made()


@pytest.mark.parametrize(
    "password",
    [
        "x7" * 40,
        "four words with spaces",
        "  led and trailed  ",
        "пароль🍵🍵🍵🍵",
        "q-" * 1000,
    ],
)
def test_long_spaced_and_emoji_passwords_are_taken_as_they_are(
    client, db, settings, password
):
    settings.EMAIL_CONFIRMATION = "off"

    assert sign_up(client, password=password).status_code == 201

    assert sign_in(client, password=password).status_code == 201
    wrong = password.strip() if password != password.strip() else password + " "
    assert_problem(sign_in(client, password=wrong), 401, "invalid-credentials")


def test_with_confirmation_off_nobody_gets_a_letter(client, db, settings, letters):
    settings.EMAIL_CONFIRMATION = "off"

    answer = sign_up(client)

    assert answer.json() == {"email": "Ann@example.com", "must_confirm": False}
    assert sign_in(client).status_code == 201
    assert letters() == []


def test_a_guest_brings_the_cart_along(client, guest, settings):
    settings.EMAIL_CONFIRMATION = "off"
    offer = make_offer()
    set_line(customer=guest, offer_id=offer.pk, quantity=2)

    answer = sign_up(client, customer_token=str(guest.token), first_name="Ann")

    assert answer.status_code == 201
    ann = make_client(User.objects.get())
    lines = ann.get("/api/v1/cart/").json()["lines"]
    assert [(line["offer"], line["quantity"]) for line in lines] == [(offer.pk, 2)]
    bound = Customer.objects.get()
    assert (bound.user, bound.first_name) == (User.objects.get(), "Ann")
    # The token has done its work: it is no credential any more.
    assert_problem(make_client(guest).get("/api/v1/cart/"), 401, "not-authenticated")


def test_a_bound_or_unknown_guest_token_makes_no_account(client, guest, ann):
    Customer.objects.filter(pk=guest.pk).update(user=ann)
    Cart.objects.create(customer=guest)

    for token in (str(guest.token), "5f0c7b8e-8a3b-4d64-9e0b-0d5f7e5a1c11"):
        answer = sign_up(
            client, email="bob@example.com", username="bob", customer_token=token
        )
        assert_problem(answer, 400, "guest-token-refused")

    assert list(User.objects.all()) == [ann]
    assert Customer.objects.get().user == ann
    assert DBTaskResult.objects.count() == 0


def test_what_the_form_does_not_offer_has_no_effect(client, db):
    wished = {
        "id": 77,
        "pk": 77,
        "is_staff": True,
        "is_superuser": True,
        "is_active": False,
        "is_partner": True,
        "role": "staff",
        "must_confirm": False,
        "confirmed_at": "2020-01-01T00:00:00Z",
        "date_joined": "2020-01-01T00:00:00Z",
        "last_login": "2020-01-01T00:00:00Z",
        "link_counter": 9,
        "groups": [1],
        "user_permissions": [1],
        "user": 1,
    }

    assert sign_up(client, **wished).status_code == 201

    user = User.objects.get()
    assert user.pk != 77
    assert (user.is_staff, user.is_superuser, user.is_partner) == (False, False, False)
    assert (user.is_active, user.must_confirm, user.confirmed_at) == (True, True, None)
    assert (user.last_login, user.link_counter) == (None, 0)
    assert timezone.now() - user.date_joined < timedelta(minutes=1)
    assert not user.groups.exists()
    assert not user.user_permissions.exists()
