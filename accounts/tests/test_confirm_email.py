"""The link in the letter: a page for people, an endpoint for programs."""

import re
from datetime import timedelta

import pytest
from django.core import signing

from accounts import tokens
from accounts.models import User
from accounts.services import register, registration
from conftest import PASSWORD, assert_problem


@pytest.fixture
def newcomer(db):
    """Ann has signed up; her address still has to be confirmed."""
    return register(email="ann@example.com", password=PASSWORD, must_confirm=True)


def confirm(client, token):
    return client.post("/api/v1/users/confirm/", {"token": token})


def link_token(letter):
    return re.search(r"/confirm-email/\?token=([\w:-]+)", letter)[1]


def test_opening_the_link_changes_nothing_and_its_button_confirms(
    client, newcomer, letters
):
    page = f"/confirm-email/?token={link_token(letters()[0])}"

    opened = client.get(page)
    assert opened.status_code == 200
    assert link_token(letters()[0]) in opened.content.decode()
    assert User.objects.get().confirmed_at is None

    for _ in range(2):  # pressing again is harmless
        form = {"token": link_token(letters()[0])}
        pressed = client.post("/confirm-email/", form, format="multipart")
        assert pressed.status_code == 200
        assert "Your address is confirmed" in pressed.content.decode()
    assert User.objects.get().confirmed_at is not None


def test_confirming_again_is_harmless_and_keeps_the_first_moment(
    client, newcomer, letters
):
    token = link_token(letters()[0])
    confirm(client, token)
    first = User.objects.get().confirmed_at

    assert confirm(client, token).status_code == 204

    assert User.objects.get().confirmed_at == first


def aged(monkeypatch, user):
    monkeypatch.setattr(registration, "CONFIRMATION_AGE", timedelta(seconds=-1))
    return tokens.link(user, "confirm")


def forged(monkeypatch, user):
    facts = [user.pk, user.email.lower(), user.link_counter]
    return signing.dumps(facts, key="not-the-key-of-this-shop", salt="accounts.confirm")


def for_another_purpose(monkeypatch, user):
    return tokens.link(user, "reset")


def for_an_earlier_address(monkeypatch, user):
    token = tokens.link(user, "confirm")
    User.objects.update(email="new@example.com")
    return token


def from_before_the_counter_moved(monkeypatch, user):
    token = tokens.link(user, "confirm")
    User.objects.update(link_counter=7)
    return token


def of_a_deleted_account(monkeypatch, user):
    token = tokens.link(user, "confirm")
    User.objects.all().delete()
    return token


def nonsense(monkeypatch, user):
    return "nonsense:ünï:code"


@pytest.mark.parametrize(
    "make_token",
    [
        aged,
        forged,
        for_another_purpose,
        for_an_earlier_address,
        from_before_the_counter_moved,
        of_a_deleted_account,
        nonsense,
    ],
)
def test_a_link_that_is_not_in_order_confirms_nothing(
    client, newcomer, monkeypatch, make_token
):
    token = make_token(monkeypatch, newcomer)

    by_program = confirm(client, token)
    by_page = client.post("/confirm-email/", {"token": token}, format="multipart")

    assert_problem(by_program, 401, "token-invalid")
    assert by_page.status_code == 400
    assert "This link does not work" in by_page.content.decode()
    assert not User.objects.exclude(confirmed_at=None).exists()


def test_the_link_is_sent_again_only_to_whom_it_helps(client, newcomer, bob, letters):
    addresses = ["ANN@example.com", "bob@example.com", "nobody@example.com"]

    answers = [
        client.post("/api/v1/users/resend-confirmation/", {"email": address})
        for address in addresses
    ]

    assert {(a.status_code, a.content) for a in answers} == {(202, b"")}
    assert re.findall(r"To: (\S+)", "".join(letters())) == [
        "ann@example.com",
        "ann@example.com",
    ]


def test_the_sixth_request_for_a_link_within_an_hour_is_braked_for_any_address(
    client, newcomer, letters
):
    for address in ("ann@example.com", "nobody@example.com"):
        form = {"email": address}
        for _ in range(5):
            answer = client.post("/api/v1/users/resend-confirmation/", form)
            assert answer.status_code == 202

        braked = client.post("/api/v1/users/resend-confirmation/", form)

        assert_problem(braked, 429, "too-many-attempts")
        assert 0 < int(braked["Retry-After"]) <= 3601
    assert "".join(letters()).count("To: ann@example.com") == 1 + 5
