"""A new signing key: the tokens of the one before are believed for a while."""

import jwt
import pytest
from django.conf import settings as shop
from rest_framework_simplejwt.backends import TokenBackend

from accounts.models import Session
from conftest import PASSWORD, assert_problem

NEW, NEWEST = "n" * 64, "m" * 64


@pytest.fixture
def roll(settings, monkeypatch):
    """Starts the shop anew with another key, and the one before it or none."""

    def restart(key, old):
        settings.JWT_KEY, settings.JWT_KEY_OLD = key, old
        backend = TokenBackend("HS256", key, audience="storekeeper")
        backend.issuer = "storekeeper"
        # What SIMPLE_JWT["SIGNING_KEY"] becomes at start.
        monkeypatch.setattr("rest_framework_simplejwt.state.token_backend", backend)

    return restart


@pytest.fixture
def first():
    """The key before all changes."""
    return shop.JWT_KEY


@pytest.fixture
def pair(client, ann):
    return sign_in(client)


def sign_in(client):
    form = {"login": "ann", "password": PASSWORD}
    return client.post("/api/v1/sessions/", form).json()


def refresh(client, token):
    return client.post("/api/v1/sessions/refresh/", {"refresh": token})


def me(client, token, scheme="Bearer"):
    return client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"{scheme} {token}")


def is_signed_by(key, token):
    try:
        return jwt.decode(token, key, algorithms=["HS256"], audience="storekeeper")
    except jwt.InvalidSignatureError:
        return False


def resign(token, key, **claims):
    """The token's claims, signed with another key."""
    payload = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(payload | claims, key, algorithm="HS256")


def test_tokens_of_the_old_key_pass_and_their_successors_are_of_the_new(
    client, pair, roll, first
):
    roll(NEW, old=first)

    assert me(client, pair["access"]).json()["username"] == "ann"
    assert me(client, pair["access"], "Token").status_code == 200
    renewed = refresh(client, pair["refresh"])

    assert renewed.status_code == 200
    for token in (renewed.json()["access"], renewed.json()["refresh"]):
        assert is_signed_by(NEW, token)
        assert not is_signed_by(first, token)
    assert me(client, renewed.json()["access"]).status_code == 200
    assert refresh(client, renewed.json()["refresh"]).status_code == 200
    assert Session.objects.count() == 1


def test_the_grace_of_two_tabs_reaches_over_the_change(client, pair, roll, first):
    roll(NEW, old=first)

    tabs = [refresh(client, pair["refresh"]).json()["refresh"] for _ in range(2)]

    assert tabs[0] == tabs[1]


def test_new_sign_ins_are_of_the_new_key(client, ann, roll, first):
    roll(NEW, old=first)

    pair = sign_in(client)

    assert is_signed_by(NEW, pair["access"])
    assert is_signed_by(NEW, pair["refresh"])
    assert me(client, pair["access"]).status_code == 200


def test_once_the_old_key_is_taken_away_its_tokens_are_refused(
    client, pair, roll, first
):
    roll(NEW, old=first)
    renewed = refresh(client, pair["refresh"]).json()

    roll(NEW, old="")

    assert_problem(me(client, pair["access"]), 401, "not-authenticated")
    assert_problem(refresh(client, pair["refresh"]), 401, "token-invalid")
    assert me(client, renewed["access"]).status_code == 200
    assert refresh(client, renewed["refresh"]).status_code == 200
    assert Session.objects.get().revoked_at is None


def test_the_key_before_the_last_is_forgotten(client, pair, roll, first):
    roll(NEW, old=first)
    middle = sign_in(client)

    roll(NEWEST, old=NEW)

    assert_problem(me(client, pair["access"]), 401, "not-authenticated")
    assert me(client, middle["access"]).status_code == 200


def test_a_change_without_the_old_key_signs_everybody_out(client, pair, roll):
    roll(NEW, old="")

    assert_problem(me(client, pair["access"]), 401, "not-authenticated")
    assert_problem(refresh(client, pair["refresh"]), 401, "token-invalid")
    assert me(client, sign_in(client)["access"]).status_code == 200


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("old", ["", NEW])
@pytest.mark.parametrize("key", ["x" * 64, "None", "False", " "])
def test_no_third_key_signs(client, pair, roll, first, key, old):
    roll(first, old=old)

    forged = [resign(pair[kind], key) for kind in ("access", "refresh")]

    assert_problem(me(client, forged[0]), 401, "not-authenticated")
    assert_problem(refresh(client, forged[1]), 401, "token-invalid")
    assert me(client, pair["access"]).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"aud": "another-shop"},
        {"iss": "another-shop"},
        {"token_type": "sliding"},
        {"sid": "5f0c7b8e-8a3b-4d64-9e0b-0d5f7e5a1c11"},
    ],
)
def test_the_old_key_proves_nothing_that_is_wrong_by_itself(
    client, pair, roll, first, claims
):
    roll(NEW, old=first)

    access, renewal = (
        resign(pair[kind], first, **claims) for kind in ("access", "refresh")
    )

    assert_problem(me(client, access), 401, "not-authenticated")
    assert_problem(refresh(client, renewal), 401, "token-invalid")
    assert Session.objects.get().revoked_at is None


def test_a_session_that_ended_is_not_revived_by_the_old_key(client, pair, roll, first):
    client.delete(
        "/api/v1/sessions/current/", HTTP_AUTHORIZATION=f"Bearer {pair['access']}"
    )

    roll(NEW, old=first)

    assert_problem(me(client, pair["access"]), 401, "not-authenticated")
    assert_problem(refresh(client, pair["refresh"]), 401, "token-invalid")


def test_a_stolen_token_is_known_as_such_over_the_change(client, pair, roll, first):
    second = refresh(client, pair["refresh"]).json()["refresh"]
    refresh(client, second)

    roll(NEW, old=first)

    assert_problem(refresh(client, pair["refresh"]), 401, "token-invalid")
    assert Session.objects.get().revoked_because == "reuse"
