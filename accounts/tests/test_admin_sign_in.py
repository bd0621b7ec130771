"""The brake on guessing is one brake, whichever door the guesses come through."""

import pytest
from django.test import Client

from accounts.models import SecurityEvent, User
from conftest import PASSWORD, assert_problem, make_client

ADMIN = "/admin/login/"
LIMIT = 10  # settings.RATES["sign-in-account"]
WRONG = "a-wrong-password"


@pytest.fixture
def desk(db):
    return Client()


def at_admin(desk, login="sam", password=WRONG, **extra):
    form = {"username": login, "password": password, "next": "/admin/"}
    return desk.post(ADMIN, form, **extra)


def at_v1(client, login="sam", password=WRONG, **extra):
    form = {"login": login, "password": password}
    return client.post("/api/v1/sessions/", form, **extra)


def is_in(desk):
    return "_auth_user_id" in desk.session


def braked():
    return SecurityEvent.objects.filter(kind="braked")


def test_staff_signs_in_by_name_or_address(desk, sam):
    for login in ("sam", "SAM@example.com"):
        answer = at_admin(desk, login, PASSWORD)

        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        assert is_in(desk)
        desk.logout()


@pytest.mark.parametrize("name", ["ann", "pat", "off", "nobody"])
def test_who_is_no_staff_does_not_get_in(desk, ann, pat, sam, name):
    User.objects.filter(pk=sam.pk).update(is_active=False)
    login = {"off": "sam"}.get(name, name)

    answer = at_admin(desk, login, PASSWORD)

    assert answer.status_code == 200
    assert "Please enter the correct username and password" in answer.content.decode()
    assert not is_in(desk)


def test_guesses_at_the_admin_hold_v1(desk, client, sam):
    for _ in range(LIMIT):
        assert at_admin(desk).status_code == 200

    answer = at_v1(client, password=PASSWORD)

    assert_problem(answer, 429, "too-many-attempts")
    assert 0 < int(answer["Retry-After"]) <= 901


def test_guesses_at_v1_hold_the_admin(desk, client, sam):
    for _ in range(LIMIT):
        assert_problem(at_v1(client), 401, "invalid-credentials")

    answer = at_admin(desk, password=PASSWORD)

    assert answer.status_code == 200
    assert not is_in(desk)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("password", {"new_password": "another-long-walk"}),
        ("email", {"email": "new@example.com"}),
        ("delete", {}),
    ],
)
def test_a_wrong_own_password_counts_like_a_wrong_sign_in(
    desk, client, sam, path, form
):
    device = make_client(sam)
    before = User.objects.values().get()

    def ask(password):
        return device.post(f"/api/v1/me/{path}/", {"password": password} | form)

    for _ in range(LIMIT):
        body = assert_problem(ask(WRONG), 400, "invalid")
        assert [(e["pointer"], e["code"]) for e in body["errors"]] == [
            ("#/password", "wrong")
        ]

    assert_problem(ask(PASSWORD), 429, "too-many-attempts")
    assert_problem(at_v1(client, password=PASSWORD), 429, "too-many-attempts")
    at_admin(desk, password=PASSWORD)
    assert not is_in(desk)
    assert User.objects.values().get() == before
    assert device.get("/api/v1/me/").status_code == 200


def test_all_doors_count_together(desk, client, sam):
    device = make_client(sam)
    form = {"password": WRONG, "new_password": "another-long-walk"}
    for _ in range(3):
        at_admin(desk)
        at_v1(client, "SAM@example.com")
        device.post("/api/v1/me/password/", form)
    at_admin(desk, " Sam ")

    answer = device.post("/api/v1/me/password/", form | {"password": PASSWORD})

    assert_problem(answer, 429, "too-many-attempts")
    assert User.objects.get().check_password(PASSWORD)


def test_the_closing_of_the_brake_is_one_event(desk, client, sam, ann):
    device = make_client(sam)
    for _ in range(LIMIT):
        at_v1(client)
    assert not braked().exists()

    for _ in range(3):
        at_v1(client)
        at_admin(desk)
        device.post("/api/v1/me/delete/", {"password": WRONG})

    assert braked().get().user == sam
    assert SecurityEvent.objects.count() == 1


@pytest.mark.parametrize("path", ["password", "email", "delete"])
def test_the_event_is_kept_whichever_door_closes_the_brake(client, sam, path):
    device = make_client(sam)
    for _ in range(LIMIT):
        at_v1(client)
    form = {
        "password": WRONG,
        "new_password": "a-longer-walk",
        "email": "n@example.com",
    }

    for _ in range(3):
        answer = device.post(f"/api/v1/me/{path}/", form)
        assert_problem(answer, 429, "too-many-attempts")

    assert braked().get().user == sam


def test_an_unknown_login_is_braked_without_an_event(desk, client, db):
    for _ in range(LIMIT):
        at_admin(desk, "nobody")

    assert_problem(at_v1(client, "NOBODY"), 429, "too-many-attempts")
    assert not SecurityEvent.objects.exists()


def test_right_passwords_at_the_admin_do_not_count(desk, client, sam):
    for _ in range(LIMIT + 2):
        assert at_admin(desk, password=PASSWORD).status_code == 302
        desk.logout()

    assert at_v1(client, password=PASSWORD).status_code == 201


def test_spraying_names_at_the_admin_holds_the_address_at_v1(desk, client, sam):
    for number in range(100):
        at_admin(desk, f"name-{number}")

    assert_problem(at_v1(client, password=PASSWORD), 429, "too-many-attempts")
    elsewhere = at_v1(client, password=PASSWORD, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 201
