"""The own devices: seeing them, signing them out, and what a stolen token does."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import SecurityEvent, Session
from accounts.services import replace_key
from conftest import PASSWORD, assert_problem, make_client

DEVICES = "/api/v1/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


def device(login="ann", user_agent="", **extra):
    """A client that has signed in; knows its tokens and its session."""
    client = APIClient()
    form = {"login": login, "password": PASSWORD}
    answer = client.post(DEVICES, form, HTTP_USER_AGENT=user_agent, **extra)
    client.pair = answer.json()
    client.session_row = Session.objects.latest("created_at")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.pair['access']}")
    return client


@pytest.fixture
def phone(ann):
    return device(user_agent=IPHONE)


@pytest.fixture
def laptop(ann, phone):
    return device(user_agent=FIREFOX)


@pytest.fixture
def after(monkeypatch):
    """Moves the clock of every door so many seconds on."""

    def move(seconds):
        moved = SimpleNamespace(now=lambda: now() + timedelta(seconds=seconds))
        for door in ("accounts.views", "orders.views.people", "config.authentication"):
            monkeypatch.setattr(f"{door}.timezone", moved)

    now = timezone.now
    return move


def refresh(client, token):
    return client.post(f"{DEVICES}refresh/", {"refresh": token})


def is_signed_in(client):
    return client.get("/api/v1/me/").status_code == 200


def is_renewable(client):
    return refresh(APIClient(), client.pair["refresh"]).status_code == 200


def rfc3339(moment):
    return moment.isoformat().replace("+00:00", "Z")


def row(session, name, *, is_current):
    return {
        "id": str(session.pk),
        "device": name,
        "created_at": rfc3339(session.created_at),
        "last_used_at": rfc3339(session.last_used_at),
        "expires_at": rfc3339(session.expires_at),
        "is_current": is_current,
    }


def test_the_list_names_each_device_and_marks_this_one(phone, laptop):
    answer = phone.get(DEVICES)

    assert answer.status_code == 200
    assert answer.json() == {
        "count": 2,
        "count_is_exact": True,
        "next": None,
        "previous": None,
        "results": [
            row(laptop.session_row, "Firefox on Linux", is_current=False),
            row(phone.session_row, "Mobile Safari on iOS", is_current=True),
        ],
    }


@pytest.mark.parametrize("user_agent", ["", "\x07 <b>?", "a" * 5000])
def test_a_device_that_tells_nothing_is_unknown(ann, user_agent):
    client = device(user_agent=user_agent)

    (only,) = client.get(DEVICES).json()["results"]

    assert only["device"] == "Unknown device"
    assert Session.objects.get().user_agent == user_agent[:255]


def test_ended_and_foreign_devices_are_not_listed(phone, laptop, bob):
    device("bob")
    signed_out, run_out = device(), device()
    signed_out.delete(f"{DEVICES}current/")
    ended = Session.objects.filter(pk=run_out.session_row.pk)
    ended.update(expires_at=timezone.now())

    listed = phone.get(DEVICES).json()["results"]

    assert {one["id"] for one in listed} == {
        str(phone.session_row.pk),
        str(laptop.session_row.pk),
    }


def test_the_last_use_is_noted_every_five_minutes_and_sorts_the_list(
    phone, laptop, after
):
    before = phone.session_row.last_used_at
    after(seconds=290)
    assert is_signed_in(phone)
    assert Session.objects.get(pk=phone.session_row.pk).last_used_at == before

    after(seconds=301)
    assert is_signed_in(phone)

    noted = Session.objects.get(pk=phone.session_row.pk).last_used_at
    assert timedelta(seconds=301) <= noted - before < timedelta(seconds=330)
    first, second = phone.get(DEVICES).json()["results"]
    assert (first["is_current"], second["is_current"]) == (True, False)


def test_one_device_is_signed_out_and_no_other(phone, laptop):
    answer = laptop.delete(f"{DEVICES}{phone.session_row.pk}/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(phone.get("/api/v1/me/"), 401, "not-authenticated")
    assert_problem(refresh(phone, phone.pair["refresh"]), 401, "token-invalid")
    assert is_signed_in(laptop)
    assert is_renewable(laptop)
    ended = Session.objects.exclude(revoked_at=None).get()
    assert (ended.pk, ended.revoked_because) == (phone.session_row.pk, "revoked")


def test_this_device_may_sign_itself_out_by_its_id(phone, laptop):
    assert phone.delete(f"{DEVICES}{phone.session_row.pk}/").status_code == 204

    assert not is_signed_in(phone)
    assert is_signed_in(laptop)


def of_a_stranger(phone):
    return device("bob").session_row.pk


def ended_before(phone):
    gone = device()
    gone.delete(f"{DEVICES}current/")
    return gone.session_row.pk


def unknown(phone):
    return uuid4()


@pytest.mark.parametrize("find", [of_a_stranger, ended_before, unknown])
def test_what_is_no_own_device_is_not_found(phone, bob, find):
    wanted = find(phone)
    before = list(Session.objects.order_by("pk").values("pk", "revoked_at"))

    answer = phone.delete(f"{DEVICES}{wanted}/")

    assert_problem(answer, 404, "session-not-found")
    after = list(Session.objects.order_by("pk").values("pk", "revoked_at"))
    assert after == before


@pytest.mark.parametrize("text", ["nonsense", "1", "%20", "-", "0" * 33])
def test_an_id_that_is_none_is_not_found(phone, text):
    answer = phone.delete(f"{DEVICES}{text}/")

    assert_problem(answer, 404, "not-found")
    assert is_signed_in(phone)


def test_all_others_are_signed_out_and_this_one_stays(phone, laptop, bob):
    tablet, stranger = device(), device("bob")

    answer = phone.delete(DEVICES)

    assert (answer.status_code, answer.content) == (204, b"")
    assert [is_signed_in(d) for d in (phone, laptop, tablet, stranger)] == [
        True,
        False,
        False,
        True,
    ]
    assert not is_renewable(laptop)
    assert is_renewable(phone)
    assert phone.get(DEVICES).json()["count"] == 1


def test_a_program_with_a_key_signs_all_devices_out(ann, phone, laptop):
    program = APIClient()
    key = replace_key(user=ann, now=timezone.now())
    program.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    listed = program.get(DEVICES).json()["results"]
    assert [one["is_current"] for one in listed] == [False, False]

    assert program.delete(DEVICES).status_code == 204

    assert program.get(DEVICES).json()["count"] == 0
    assert not is_signed_in(phone)
    assert not is_signed_in(laptop)
    assert is_signed_in(program)


def test_strangers_and_guests_see_and_end_no_devices(client, guest, phone):
    for path in (DEVICES, f"{DEVICES}{phone.session_row.pk}/"):
        assert_problem(client.delete(path), 401, "not-authenticated")
        assert_problem(make_client(guest).delete(path), 403, "forbidden")
    assert_problem(client.get(DEVICES), 401, "not-authenticated")
    assert_problem(make_client(guest).get(DEVICES), 403, "forbidden")

    assert is_signed_in(phone)


def test_a_used_token_ends_its_device_and_its_owner_is_told_once(
    ann, phone, laptop, letters, caplog
):
    first = laptop.pair["refresh"]
    client = APIClient()
    second = refresh(client, first).json()["refresh"]
    refresh(client, second)

    for _ in range(3):
        assert_problem(refresh(client, first), 401, "token-invalid")

    assert not is_signed_in(laptop)
    assert is_signed_in(phone)
    event = SecurityEvent.objects.get()
    assert (event.user, event.kind) == (ann, "refresh-reused")
    assert event.session_id == laptop.session_row.pk
    assert timezone.now() - event.at < timedelta(minutes=1)
    (letter,) = letters()
    assert "To: ann@example.com" in letter
    assert "this device: Firefox on Linux" in letter
    logged = [r.getMessage() for r in caplog.records if r.name == "security"]
    assert logged == [f"refresh-reused user={ann.pk}"]


def test_within_the_grace_nobody_is_alarmed(phone, letters):
    client = APIClient()

    answers = [refresh(client, phone.pair["refresh"]) for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 200]
    assert not SecurityEvent.objects.exists()
    assert letters() == []
