"""Sign-in, renewal, sign-out, and the brakes on guessing."""

from datetime import timedelta
from types import SimpleNamespace

import jwt
import pytest
from constance.test import override_config
from django.utils import timezone

from accounts.models import Brake, Session, User
from accounts.services import make_account, register
from conftest import PASSWORD, assert_problem

LIMIT = 10  # settings.RATES["sign-in-account"]


def sign_in(client, login="ann", password=PASSWORD, **extra):
    form = {"login": login, "password": password}
    return client.post("/api/v1/sessions/", form, **extra)


def refresh(client, token):
    return client.post("/api/v1/sessions/refresh/", {"refresh": token})


def me(client, token):
    return client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {token}")


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
def after(monkeypatch):
    """Moves the clock of the views so many seconds on."""

    def move(seconds):
        moved = SimpleNamespace(now=lambda: now() + timedelta(seconds=seconds))
        for views in ("accounts.views", "orders.views.people"):
            monkeypatch.setattr(f"{views}.timezone", moved)

    now = timezone.now
    return move


@pytest.mark.parametrize(
    "login", ["ann", "ANN", "Ann", " ann ", "ann@example.com", "ANN@Example.Com"]
)
def test_one_signs_in_by_address_or_username_in_any_case(client, ann, login):
    answer = sign_in(client, login)

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"access", "refresh", "expires_in", "merged"}
    assert body["merged"] is None
    assert body["expires_in"] == 3600
    assert me(client, body["access"]).json()["username"] == "ann"
    assert claims(body["access"])["user_id"] == ann.pk


def test_wrong_unknown_and_switched_off_are_told_alike(client, ann, bob):
    User.objects.filter(pk=bob.pk).update(is_active=False)

    answers = [
        sign_in(client, "ann", "a-wrong-password"),
        sign_in(client, "nobody", PASSWORD),
        sign_in(client, "nobody@example.com", PASSWORD),
        sign_in(client, "bob", PASSWORD),
        sign_in(client, "bob", "a-wrong-password"),
    ]

    bodies = [assert_problem(a, 401, "invalid-credentials") for a in answers]
    for body in bodies:
        del body["request_id"]
        assert body == bodies[0]
    assert not Session.objects.exists()


def test_an_unconfirmed_address_is_told_only_to_who_knows_the_password(client, db):
    register(email="ann@example.com", password=PASSWORD, must_confirm=True)

    right = sign_in(client, "ann@example.com")
    wrong = sign_in(client, "ann@example.com", "a-wrong-password")

    assert_problem(right, 403, "address-not-confirmed")
    assert_problem(wrong, 401, "invalid-credentials")
    assert not Session.objects.exists()


def test_each_refresh_gives_a_new_pair_of_the_same_session(client, ann):
    first = sign_in(client).json()

    second = refresh(client, first["refresh"]).json()
    third = refresh(client, second["refresh"]).json()

    pairs = [first, second, third]
    assert len({pair["refresh"] for pair in pairs}) == 3
    assert len({pair["access"] for pair in pairs}) == 3
    assert len({claims(pair["access"])["sid"] for pair in pairs}) == 1
    assert me(client, third["access"]).status_code == 200
    assert Session.objects.count() == 1


def test_two_sign_ins_in_one_second_give_different_tokens(client, ann):
    one, two = sign_in(client).json(), sign_in(client).json()

    assert len({one["access"], one["refresh"], two["access"], two["refresh"]}) == 4


def test_within_the_grace_a_second_tab_gets_the_same_token_to_the_byte(
    client, ann, after
):
    first = sign_in(client).json()["refresh"]
    successors = {refresh(client, first).json()["refresh"] for _ in range(3)}

    after(seconds=9)
    successors.add(refresh(client, first).json()["refresh"])

    assert len(successors) == 1
    assert successors != {first}
    assert refresh(client, successors.pop()).status_code == 200


def test_after_the_grace_the_used_token_ends_its_session_and_no_other(
    client, ann, after
):
    phone, laptop = sign_in(client).json(), sign_in(client).json()
    successor = refresh(client, phone["refresh"]).json()
    after(seconds=11)

    reused = refresh(client, phone["refresh"])

    assert_problem(reused, 401, "token-invalid")
    assert_problem(refresh(client, successor["refresh"]), 401, "token-invalid")
    for access in (phone["access"], successor["access"]):
        assert_problem(me(client, access), 401, "not-authenticated")
    assert me(client, laptop["access"]).status_code == 200
    assert refresh(client, laptop["refresh"]).status_code == 200
    ended = Session.objects.exclude(revoked_at=None).get()
    assert str(ended.pk) == claims(phone["access"])["sid"]
    assert ended.revoked_because == "reuse"


def test_a_grandparent_ends_the_session_even_within_the_grace(client, ann):
    first = sign_in(client).json()["refresh"]
    second = refresh(client, first).json()["refresh"]
    third = refresh(client, second).json()

    assert_problem(refresh(client, first), 401, "token-invalid")

    assert_problem(refresh(client, third["refresh"]), 401, "token-invalid")
    assert_problem(me(client, third["access"]), 401, "not-authenticated")


def test_after_sign_out_both_tokens_are_refused_at_once(client, ann):
    here, there = sign_in(client).json(), sign_in(client).json()

    answer = client.delete(
        "/api/v1/sessions/current/", HTTP_AUTHORIZATION=f"Bearer {here['access']}"
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(me(client, here["access"]), 401, "not-authenticated")
    assert_problem(refresh(client, here["refresh"]), 401, "token-invalid")
    assert me(client, there["access"]).status_code == 200


def test_a_switched_off_account_is_refused_at_the_next_request(client, ann):
    pair = sign_in(client).json()
    assert me(client, pair["access"]).status_code == 200

    User.objects.update(is_active=False)

    assert_problem(me(client, pair["access"]), 401, "not-authenticated")
    assert_problem(refresh(client, pair["refresh"]), 401, "token-invalid")


def test_a_new_password_ends_every_session(client, ann):
    pair = sign_in(client).json()

    make_account(
        role="buyer",
        username="ann",
        email="ann@example.com",
        password="another-long-walk",
        now=timezone.now(),
    )

    assert_problem(me(client, pair["access"]), 401, "not-authenticated")
    assert_problem(refresh(client, pair["refresh"]), 401, "token-invalid")


def test_the_lifetimes_in_force_are_those_of_the_next_issue(client, ann):
    with override_config(ACCESS_TOKEN_LIFETIME=120, REFRESH_TOKEN_LIFETIME=2):
        pair = sign_in(client).json()
    with override_config(ACCESS_TOKEN_LIFETIME=77, REFRESH_TOKEN_LIFETIME=1):
        renewed = refresh(client, pair["refresh"]).json()

    def life(token):
        return claims(token)["exp"] - claims(token)["iat"]

    assert (pair["expires_in"], renewed["expires_in"]) == (120, 77)
    assert (life(pair["access"]), life(pair["refresh"])) == (120, 2 * 86400)
    assert (life(renewed["access"]), life(renewed["refresh"])) == (77, 86400)


def test_neither_token_does_the_work_of_the_other(client, ann):
    pair = sign_in(client).json()

    assert_problem(refresh(client, pair["access"]), 401, "token-invalid")
    assert_problem(me(client, pair["refresh"]), 401, "not-authenticated")

    assert me(client, pair["access"]).status_code == 200  # and nothing was ended
    assert refresh(client, pair["refresh"]).status_code == 200


def test_the_eleventh_guess_is_braked_and_so_is_the_right_password(client, ann, after):
    for _ in range(LIMIT):
        wrong = sign_in(client, password="a-wrong-password")
        assert_problem(wrong, 401, "invalid-credentials")

    for password in ("a-wrong-password", PASSWORD):
        braked = sign_in(client, password=password)
        assert_problem(braked, 429, "too-many-attempts")
        assert 0 < int(braked["Retry-After"]) <= 901
    assert not Session.objects.exists()

    after(seconds=901)

    assert sign_in(client).status_code == 201


def test_no_spelling_of_the_name_and_no_header_dodges_the_brake(client, ann):
    spellings = ["ann", "ANN", " ann", "ann@example.com", "ANN@EXAMPLE.COM"] * 2
    for number, login in enumerate(spellings):
        sign_in(client, login, "guess", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    for login in ("Ann", "Ann@example.com", "ann "):
        answer = sign_in(client, login, HTTP_X_FORWARDED_FOR="198.51.100.1")
        assert_problem(answer, 429, "too-many-attempts")


def test_a_name_without_an_account_is_braked_like_one_with(client, db):
    answers = [sign_in(client, "Nobody").status_code for _ in range(LIMIT)]
    braked = sign_in(client, "NOBODY")

    assert answers == [401] * LIMIT
    assert_problem(braked, 429, "too-many-attempts")


def test_the_brake_of_one_account_does_not_hold_another(client, ann, bob):
    for _ in range(LIMIT + 1):
        sign_in(client, "ann", "a-wrong-password")

    assert sign_in(client, "bob").status_code == 201


def test_right_sign_ins_do_not_count(client, ann):
    for _ in range(LIMIT - 1):
        sign_in(client, password="a-wrong-password")

    answers = [sign_in(client).status_code for _ in range(LIMIT + 5)]

    assert answers == [201] * (LIMIT + 5)
    last = sign_in(client, password="a-wrong-password")
    assert_problem(last, 401, "invalid-credentials")
    assert_problem(sign_in(client), 429, "too-many-attempts")


def test_spraying_many_names_from_one_address_is_braked(client, ann):
    answers = [sign_in(client, f"name-{n}").status_code for n in range(101)]

    assert answers == [401] * 100 + [429]
    elsewhere = sign_in(client, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 201


def test_without_brakes_guesses_are_only_wrong(client, ann, settings):
    settings.BRAKES = False

    answers = [sign_in(client, password="guess").status_code for _ in range(15)]

    assert answers == [401] * 15
    assert not Brake.objects.exists()
    assert sign_in(client).status_code == 201
