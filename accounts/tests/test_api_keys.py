"""The account's one opaque key, for programs."""

import hashlib

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiKey, SecurityEvent, User
from accounts.services import replace_key
from conftest import assert_problem, make_client

KEY = "/api/v1/me/api-key/"


@pytest.fixture
def owner(ann):
    return make_client(ann)


def program(credential, scheme="Token"):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {credential}")
    return client


def me(credential, scheme="Token"):
    return program(credential, scheme).get("/api/v1/me/")


def events():
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_a_key_is_shown_once_and_opens_the_account(owner, ann):
    answer = owner.post(KEY)

    assert answer.status_code == 201
    body = answer.json()
    key = body["key"]
    assert body == {"key": key}
    assert len(key) == 40
    assert me(key).json() == owner.get("/api/v1/me/").json()
    row = ApiKey.objects.get()
    made = row.created_at.isoformat().replace("+00:00", "Z")
    seen = owner.get(KEY)
    assert (seen.status_code, seen.json()) == (200, {"created_at": made})
    assert (row.user, events()) == (ann, ["key-replaced"])


def test_only_the_digest_of_a_key_is_stored(owner):
    key = owner.post(KEY).json()["key"]

    stored = ApiKey.objects.values().get()

    assert stored["digest"] == hashlib.sha256(key.encode()).hexdigest()
    assert key not in map(str, stored.values())


def test_the_stored_digest_is_no_key(owner):
    owner.post(KEY)

    digest = ApiKey.objects.get().digest

    assert_problem(me(digest), 401, "not-authenticated")


def test_a_new_key_replaces_the_one_before(owner):
    first = owner.post(KEY).json()["key"]
    second = owner.post(KEY).json()["key"]

    assert first != second
    assert_problem(me(first), 401, "not-authenticated")
    assert me(second).status_code == 200
    assert ApiKey.objects.count() == 1
    assert events() == ["key-replaced", "key-replaced"]


def test_a_revoked_key_is_refused_and_the_next_is_another(owner):
    first = owner.post(KEY).json()["key"]

    answer = owner.delete(KEY)

    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(me(first), 401, "not-authenticated")
    assert_problem(owner.get(KEY), 404, "no-api-key")
    second = owner.post(KEY).json()["key"]
    assert second != first
    assert me(second).status_code == 200
    assert_problem(me(first), 401, "not-authenticated")
    assert events() == ["key-replaced", "key-revoked", "key-replaced"]


def test_without_a_key_there_is_nothing_to_see_or_to_revoke(owner):
    assert_problem(owner.get(KEY), 404, "no-api-key")

    for _ in range(2):
        assert owner.delete(KEY).status_code == 204

    assert not ApiKey.objects.exists()
    assert events() == []


def test_revoking_twice_is_one_event(owner):
    owner.post(KEY)

    answers = [owner.delete(KEY).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert events() == ["key-replaced", "key-revoked"]


@pytest.mark.parametrize(
    ("scheme", "takes_key", "takes_jwt"),
    [
        ("Token", True, True),
        ("token", True, True),
        ("Bearer", False, True),
        ("bearer", False, True),
        ("Basic", False, False),
        ("ApiKey", False, False),
    ],
)
def test_token_takes_a_key_or_a_jwt_and_bearer_a_jwt_only(
    owner, scheme, takes_key, takes_jwt
):
    key = owner.post(KEY).json()["key"]
    jwt = owner._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")

    for credential, is_taken in ((key, takes_key), (jwt, takes_jwt)):
        answer = me(credential, scheme)
        if is_taken:
            assert answer.json()["username"] == "ann"
        else:
            assert_problem(answer, 401, "not-authenticated")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1],
        lambda key: key + "0",
        lambda key: key.upper() + "X",
        lambda key: f"{key}.",
        lambda key: f".{key}.",
        lambda key: "",
        lambda key: "0" * 40,
        lambda key: "é" * 40,
        lambda key: key * 1000,
        lambda key: f"{key} {key}",
    ],
)
def test_what_only_looks_like_a_key_is_refused(owner, spoil):
    key = owner.post(KEY).json()["key"]

    assert_problem(me(spoil(key)), 401, "not-authenticated")

    assert me(key).status_code == 200


def test_keys_are_of_their_accounts_alone(owner, bob):
    anns, bobs = (
        owner.post(KEY).json()["key"],
        replace_key(user=bob, now=timezone.now()),
    )

    assert anns != bobs
    assert me(bobs).json()["username"] == "bob"
    assert owner.delete(KEY).status_code == 204
    assert me(bobs).status_code == 200


def test_a_switched_off_account_has_no_key(owner):
    key = owner.post(KEY).json()["key"]

    User.objects.update(is_active=False)

    assert_problem(me(key), 401, "not-authenticated")


def test_a_key_outlives_every_session(owner):
    key = owner.post(KEY).json()["key"]

    assert owner.delete("/api/v1/sessions/current/").status_code == 204

    assert_problem(owner.get("/api/v1/me/"), 401, "not-authenticated")
    assert me(key).status_code == 200


def test_a_program_may_replace_its_own_key(owner):
    first = owner.post(KEY).json()["key"]

    second = program(first).post(KEY).json()["key"]

    assert_problem(me(first), 401, "not-authenticated")
    assert me(second).status_code == 200


def test_signing_out_with_a_key_ends_nothing(owner):
    key = owner.post(KEY).json()["key"]

    assert program(key).delete("/api/v1/sessions/current/").status_code == 204

    assert me(key).status_code == 200
    assert owner.get("/api/v1/me/").status_code == 200


def test_an_idempotency_key_never_keeps_a_key_for_a_second_look(owner):
    answers = [owner.post(KEY, HTTP_IDEMPOTENCY_KEY="once") for _ in range(2)]

    first, second = (answer.json()["key"] for answer in answers)
    assert first != second
    assert "Idempotency-Replayed" not in answers[1]
    assert_problem(me(first), 401, "not-authenticated")


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_strangers_and_guests_have_no_key(client, guest, method):
    assert_problem(getattr(client, method)(KEY), 401, "not-authenticated")
    assert_problem(getattr(make_client(guest), method)(KEY), 403, "forbidden")

    assert not ApiKey.objects.exists()
    assert events() == []
