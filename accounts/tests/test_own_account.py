"""The own account: names, password, and another e-mail address."""

import re

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import tokens
from accounts.models import SecurityEvent, Session, User
from accounts.services import register, replace_key
from conftest import PASSWORD, assert_problem, make_client

ME, NEW = "/api/v1/me/", "another-long-walk"


@pytest.fixture
def owner(ann):
    return make_client(ann)


def facts(user):
    return User.objects.filter(pk=user.pk).values().get()


def refusals(answer):
    body = assert_problem(answer, 400, "invalid")
    return [(error["pointer"], error["code"]) for error in body["errors"]]


def sign_in(client, login="ann", password=PASSWORD):
    return client.post("/api/v1/sessions/", {"login": login, "password": password})


def change_password(client, password=PASSWORD, new_password=NEW):
    form = {"password": password, "new_password": new_password}
    return client.post(f"{ME}password/", form)


def change_email(client, email, password=PASSWORD):
    return client.post(f"{ME}email/", {"password": password, "email": email})


def confirm_change(client, token):
    return client.post("/api/v1/users/confirm-email-change/", {"token": token})


def change_token(letters, to):
    (letter,) = [text for text in letters() if f"To: {to}" in text][-1:]
    return re.search(r"/change-email/\?token=([\w:-]+)", letter)[1]


def test_one_reads_and_replaces_the_own_account(owner, ann):
    before = owner.get(ME).json()
    form = {"username": "annie", "first_name": "Ann", "last_name": "Lee"}

    answer = owner.put(ME, form)

    assert (answer.status_code, answer.json()) == (200, before | form)
    assert owner.get(ME).json() == before | form
    assert before == {
        "id": ann.pk,
        "username": "ann",
        "email": "ann@example.com",
        "first_name": "",
        "last_name": "",
        "is_partner": False,
        "is_staff": False,
        "confirmed_at": ann.confirmed_at.isoformat().replace("+00:00", "Z"),
        "date_joined": ann.date_joined.isoformat().replace("+00:00", "Z"),
    }
    assert sign_in(owner, "annie").status_code == 201
    assert_problem(sign_in(owner, "ann"), 401, "invalid-credentials")


def test_a_patch_changes_what_it_names_and_nothing_else(owner):
    before = owner.get(ME).json()

    for form in ({"last_name": "Lee"}, {}):
        assert owner.patch(ME, form).json() == before | {"last_name": "Lee"}


def test_a_put_needs_every_name(owner, ann):
    before = facts(ann)

    assert refusals(owner.put(ME, {"first_name": "Ann"})) == [
        ("#/username", "required"),
        ("#/last_name", "required"),
    ]
    assert facts(ann) == before


@pytest.mark.parametrize(
    ("username", "code"),
    [
        ("bob", "taken"),
        ("BOB", "taken"),
        ("bob@example.com", "invalid"),
        ("nobody@example.com", "invalid"),
        ("two words", "invalid"),
        ("", "blank"),
        ("a" * 151, "max_length"),
    ],
)
def test_a_username_that_is_taken_or_strange_is_refused(
    owner, ann, bob, username, code
):
    before = facts(ann)

    answer = owner.patch(ME, {"username": username, "first_name": "Ann"})
    assert refusals(answer) == [("#/username", code)]
    assert facts(ann) == before


@pytest.mark.parametrize("username", ["ANN", "ann@example.com", "Ann@Example.com"])
def test_the_own_name_in_another_case_or_the_own_address_is_fine(owner, username):
    assert owner.patch(ME, {"username": username}).json()["username"] == username


def test_no_role_address_or_password_is_written_here(owner, ann):
    before = facts(ann)
    wished = {
        "id": 77,
        "email": "boss@example.com",
        "new_email": "boss@example.com",
        "password": NEW,
        "is_staff": True,
        "is_superuser": True,
        "is_partner": True,
        "is_active": False,
        "confirmed_at": None,
        "link_counter": 9,
    }

    answer = owner.patch(ME, wished)

    assert answer.status_code == 200
    assert facts(ann) == before


def test_strangers_and_guests_have_no_account(client, guest):
    assert_problem(client.get(ME), 401, "not-authenticated")
    assert_problem(make_client(guest).get(ME), 403, "forbidden")


def test_a_new_password_ends_the_other_sessions_and_the_old_links(owner, ann, letters):
    other, program = make_client(ann), make_client(ann)
    key = replace_key(user=ann, now=timezone.now())
    program.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    refresh = sign_in(owner).json()["refresh"]
    old_link = tokens.link(User.objects.get(), "reset")

    answer = change_password(owner)

    assert (answer.status_code, answer.content) == (204, b"")
    assert owner.get(ME).status_code == 200  # this one lives
    assert program.get(ME).status_code == 200  # and so does the key
    assert_problem(other.get(ME), 401, "not-authenticated")
    renewed = other.post("/api/v1/sessions/refresh/", {"refresh": refresh})
    assert_problem(renewed, 401, "token-invalid")
    form = {"token": old_link, "password": "yet-another-walk"}
    reset = owner.post("/api/v1/users/reset-password/", form)
    assert_problem(reset, 401, "token-invalid")
    assert_problem(sign_in(owner), 401, "invalid-credentials")
    assert sign_in(owner, password=NEW).status_code == 201
    kinds = SecurityEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["key-replaced", "password-changed"]
    ended = Session.objects.exclude(revoked_at=None)
    assert set(ended.values_list("revoked_because", flat=True)) == {"password"}


def test_with_a_key_a_new_password_ends_every_session(owner, ann, client):
    key = replace_key(user=ann, now=timezone.now())
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")

    assert change_password(client).status_code == 204

    assert client.get(ME).status_code == 200
    assert_problem(owner.get(ME), 401, "not-authenticated")


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ({"password": "a-wrong-password"}, ("#/password", "wrong")),
        ({"password": ""}, ("#/password", "blank")),
        ({"password": f" {PASSWORD}"}, ("#/password", "wrong")),
        ({"new_password": "short-1"}, ("#/new_password", "weak")),
        ({"new_password": "ann@example.com"}, ("#/new_password", "weak")),
        ({"new_password": "x" * 4097}, ("#/new_password", "max_length")),
    ],
)
def test_a_wrong_or_weak_password_changes_nothing(owner, ann, form, refusal):
    other, before = make_client(ann), facts(ann)

    assert refusals(change_password(owner, **form)) == [refusal]

    assert facts(ann) == before
    assert other.get(ME).status_code == 200
    assert not SecurityEvent.objects.exists()


def test_a_new_address_counts_once_its_link_is_followed(owner, ann, letters, client):
    answer = change_email(owner, "Ann.Lee@example.com")

    assert (answer.status_code, answer.content) == (202, b"")
    assert owner.get(ME).json()["email"] == "ann@example.com"
    token = change_token(letters, "Ann.Lee@example.com")

    confirmed = confirm_change(client, token)

    assert (confirmed.status_code, confirmed.content) == (204, b"")
    now = owner.get(ME).json()
    assert (now["email"], now["username"]) == ("Ann.Lee@example.com", "ann")
    assert sign_in(client, "ann.lee@example.com").status_code == 201
    assert_problem(sign_in(client, "ann@example.com"), 401, "invalid-credentials")
    assert SecurityEvent.objects.get().kind == "email-changed"
    told = [text for text in letters() if "To: ann@example.com" in text]
    assert len(told) == 1
    assert "was changed just now" in told[0]
    # The link is used up.
    assert_problem(confirm_change(client, token), 401, "token-invalid")


def test_the_page_behind_the_link_changes_nothing_until_its_button(
    owner, ann, letters, client
):
    change_email(owner, "new@example.com")
    token = change_token(letters, "new@example.com")

    opened = client.get(f"/change-email/?token={token}")
    assert token in opened.content.decode()
    assert owner.get(ME).json()["email"] == "ann@example.com"

    for words in ("This is your address now.", "This link does not work"):
        form = {"token": token}
        pressed = client.post("/change-email/", form, format="multipart")
        assert words in pressed.content.decode()
    assert owner.get(ME).json()["email"] == "new@example.com"


def test_a_username_that_is_the_address_follows_it(db, client, letters):
    ann = register(email="Ann@example.com", password=PASSWORD, must_confirm=False)
    owner = make_client(ann)
    change_email(owner, "new@example.com")

    confirm_change(client, change_token(letters, "new@example.com"))

    now = owner.get(ME).json()
    assert (now["username"], now["email"]) == ("new@example.com", "new@example.com")
    assert_problem(sign_in(client, "ann@example.com"), 401, "invalid-credentials")


def test_a_taken_address_gets_a_letter_and_the_same_answer(owner, ann, bob, letters):
    taken, free = (
        change_email(owner, f"{name}@example.com") for name in ("BOB", "free")
    )

    assert (taken.status_code, taken.content) == (free.status_code, free.content)
    assert set(taken.headers) == set(free.headers)
    assert facts(ann)["email"] == "ann@example.com"
    told = [text for text in letters() if "To: bob@example.com" in text]
    assert len(told) == 1
    assert "an account already" in told[0]
    assert "token=" not in told[0]


def test_for_a_wrong_password_no_letter_leaves(owner, ann):
    before = facts(ann)

    answer = change_email(owner, "new@example.com", "a-wrong-password")

    assert refusals(answer) == [("#/password", "wrong")]
    assert facts(ann) == before
    assert not DBTaskResult.objects.exists()


def test_a_later_wish_makes_the_earlier_link_useless(owner, ann, letters, client):
    change_email(owner, "one@example.com")
    one = change_token(letters, "one@example.com")
    change_email(owner, "two@example.com")
    two = change_token(letters, "two@example.com")

    assert_problem(confirm_change(client, one), 401, "token-invalid")
    assert owner.get(ME).json()["email"] == "ann@example.com"
    assert confirm_change(client, two).status_code == 204


def test_an_address_that_was_taken_meanwhile_stays_whose_it_is(
    owner, ann, letters, client
):
    change_email(owner, "new@example.com")
    token = change_token(letters, "new@example.com")
    register(email="NEW@example.com", password=PASSWORD, must_confirm=False)
    before = facts(ann)

    assert_problem(confirm_change(client, token), 401, "token-invalid")

    assert facts(ann) == before
    assert not SecurityEvent.objects.exists()
