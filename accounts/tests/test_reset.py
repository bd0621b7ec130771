"""A forgotten password: the letter, its page, and what strangers learn (nothing)."""

import re
import time
from statistics import median
from types import SimpleNamespace

import pytest
from django.core import signing

from accounts import tokens
from accounts.models import SecurityEvent, Session, User
from accounts.services import register
from conftest import PASSWORD, assert_problem, make_client

NEW = "another-long-walk"
PAGE = "/reset-password/"


def request_reset(client, email="ann@example.com"):
    return client.post("/api/v1/users/request-reset/", {"email": email})


def reset(client, token, password=NEW):
    form = {"token": token, "password": password}
    return client.post("/api/v1/users/reset-password/", form)


def press(client, token, password=NEW):
    form = {"token": token, "password": password}
    return client.post(PAGE, form, format="multipart")


def sign_in(client, password, login="ann"):
    return client.post("/api/v1/sessions/", {"login": login, "password": password})


def link_token(letters):
    (letter,) = letters()
    assert "To: ann@example.com" in letter
    return re.search(r"/reset-password/\?token=([\w:-]+)", letter)[1]


def later(monkeypatch, seconds):
    """Links are so many seconds older."""
    moved = SimpleNamespace(time=lambda: time.time() + seconds)
    monkeypatch.setattr(signing, "time", moved)


def assert_nothing_changed(client, user):
    assert User.objects.filter(pk=user.pk).values().get() == vars_of(user)
    assert not SecurityEvent.objects.exists()
    assert sign_in(client, PASSWORD).status_code == 201


def vars_of(user):
    return {field.attname: getattr(user, field.attname) for field in user._meta.fields}


def test_the_letter_sets_a_new_password_and_ends_every_session(client, ann, letters):
    device = make_client(ann)
    asked = request_reset(client, "ANN@example.com")
    assert (asked.status_code, asked.content) == (202, b"")

    answer = reset(client, link_token(letters))

    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(device.get("/api/v1/me/"), 401, "not-authenticated")
    assert_problem(sign_in(client, PASSWORD), 401, "invalid-credentials")
    assert sign_in(client, NEW).status_code == 201
    assert SecurityEvent.objects.get().kind == "password-reset"
    ended = Session.objects.exclude(revoked_at=None).get()
    assert ended.revoked_because == "password"


def test_asking_changes_nothing_yet(client, ann, letters):
    device = make_client(ann)

    request_reset(client)

    assert device.get("/api/v1/me/").status_code == 200
    assert_nothing_changed(client, ann)


def test_a_link_works_once_and_takes_its_twins_along(client, ann, letters):
    for _ in range(2):
        request_reset(client)
    one, two = (re.search(r"\?token=([\w:-]+)", text)[1] for text in letters())
    assert reset(client, one).status_code == 204

    for used in (one, two):
        assert_problem(reset(client, used, "a-third-long-walk"), 401, "token-invalid")
        assert press(client, used, "a-third-long-walk").status_code == 400

    assert sign_in(client, NEW).status_code == 201


@pytest.mark.parametrize(("age", "works"), [(3590, True), (3610, False)])
def test_a_link_works_for_an_hour(client, ann, letters, monkeypatch, age, works):
    request_reset(client)
    token = link_token(letters)
    later(monkeypatch, age)

    answer = reset(client, token)

    if works:
        assert answer.status_code == 204
    else:
        assert_problem(answer, 401, "token-invalid")
        assert_nothing_changed(client, ann)


def forged(user):
    facts = [user.pk, user.email.lower(), user.link_counter]
    return signing.dumps(facts, key="not-the-key-of-this-shop", salt="accounts.reset")


def for_another_purpose(user):
    return tokens.link(user, "confirm")


def from_before_the_counter_moved(user):
    user.link_counter -= 1
    return tokens.link(user, "reset")


def for_another_address(user):
    return tokens.link(user, "reset", "old@example.com")


def of_another_account(user):
    user.pk = 999_999
    return tokens.link(user, "reset")


def nonsense(user):
    return "nonsense:ünï:code"


@pytest.mark.parametrize(
    "make_token",
    [
        forged,
        for_another_purpose,
        from_before_the_counter_moved,
        for_another_address,
        of_another_account,
        nonsense,
    ],
)
def test_a_link_that_is_not_in_order_sets_no_password(client, ann, make_token):
    token = make_token(User.objects.get())

    by_program, by_page = reset(client, token), press(client, token)

    assert_problem(by_program, 401, "token-invalid")
    assert by_page.status_code == 400
    assert "This link does not work" in by_page.content.decode()
    assert_nothing_changed(client, ann)


def test_a_switched_off_account_gets_no_letter_and_no_password(client, ann, letters):
    token = tokens.link(ann, "reset")
    User.objects.update(is_active=False)

    request_reset(client)

    assert letters() == []
    assert_problem(reset(client, token), 401, "token-invalid")
    assert not SecurityEvent.objects.exists()


def test_who_has_the_letter_has_the_address(client, db, letters):
    user = register(email="ann@example.com", password=PASSWORD, must_confirm=True)
    login = user.email
    assert_problem(sign_in(client, PASSWORD, login), 403, "address-not-confirmed")

    reset(client, tokens.link(user, "reset"))

    assert sign_in(client, NEW, login).status_code == 201


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("short", "This password is too short."),
        ("48151623421", "This password is entirely numeric."),
        ("iloveyou1", "This password is too common."),
        ("ann@example.com", "The password is too similar to the e-mail."),
    ],
)
def test_a_weak_password_is_told_by_program_and_page_and_the_link_still_works(
    client, ann, password, message
):
    token = tokens.link(ann, "reset")

    by_program, by_page = reset(client, token, password), press(client, token, password)

    body = assert_problem(by_program, 400, "invalid")
    assert {(e["pointer"], e["code"]) for e in body["errors"]} == {
        ("#/password", "weak")
    }
    assert any(e["detail"].startswith(message) for e in body["errors"])
    page = by_page.content.decode()
    assert by_page.status_code == 400
    assert f'<p role="alert">{message}' in page
    assert f'name="token" value="{token}"' in page  # so that one may try again
    assert f'value="{password}"' not in page
    assert_nothing_changed(client, ann)
    assert press(client, token).status_code == 200


def test_opening_the_page_changes_nothing_and_its_form_sets_the_password(client, ann):
    token = tokens.link(ann, "reset")

    opened = client.get(PAGE, {"token": token})

    page = opened.content.decode()
    assert opened.status_code == 200
    assert f'<input type="hidden" name="token" value="{token}">' in page
    assert '<input type="password" name="password"' in page
    assert_nothing_changed(client, ann)

    pressed = press(client, token)
    assert pressed.status_code == 200
    assert "Your password is set." in pressed.content.decode()
    assert sign_in(client, NEW).status_code == 201


def test_the_page_shows_what_it_was_given_as_text(client, db):
    page = client.get(PAGE, {"token": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>" not in page


def shape(answer):
    """All that a stranger sees of an answer, but the ids of the request."""
    body = answer.json() if answer.content else None
    if body:
        del body["request_id"]
    return answer.status_code, body, sorted(answer.headers)


def test_strangers_learn_at_no_door_who_has_an_account(client, ann, bob, letters):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    known, off, free = (f"{name}@example.com" for name in ("ann", "bob", "free"))
    guest_token = "5f0c7b8e-8a3b-4d64-9e0b-0d5f7e5a1c11"

    def sign_up(email, **more):
        form = {"email": email, "username": f"x{email[0]}", "password": NEW} | more
        answer = client.post("/api/v1/users/", form)
        if answer.status_code == 201:
            assert answer.json().pop("email") == email
            return answer.status_code, answer.json()["must_confirm"]
        return shape(answer)

    doors = [
        lambda email: shape(request_reset(client, email)),
        lambda email: shape(sign_in(client, "a-wrong-password", email)),
        lambda email: sign_up(email, customer_token=guest_token),
        lambda email: sign_up(email, password="short"),
        sign_up,
    ]
    for door in doors:
        seen = [door(email) for email in (known, off, free)]
        assert seen[0] == seen[1] == seen[2], seen
    told = re.findall(r"To: (\S+)", "".join(letters()))
    assert sorted(told) == [known, known, off, free]


def test_an_unknown_login_takes_as_long_as_a_wrong_password(client, settings, db):
    settings.BRAKES = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    register(email="ann@example.com", password=PASSWORD, must_confirm=False)
    logins = ("ann@example.com", "nobody@example.com")
    took = {login: [] for login in logins}

    for _ in range(11):  # in turns: what slows one down slows the other down
        for login in logins:
            start = time.perf_counter()
            assert sign_in(client, "a-wrong-password", login).status_code == 401
            took[login].append(time.perf_counter() - start)

    one, two = (median(times) for times in took.values())
    assert max(one, two) < 1.5 * min(one, two), took
