"""The operator's command: accounts made and reset without asking."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role, Session, User
from conftest import PASSWORD, assert_problem, make_client

NEW_PASSWORD = "another-long-walk"


def make_account(role, username="ann", email="ann@example.com", password=NEW_PASSWORD):
    out = StringIO()
    call_command(
        "make_account",
        role=role,
        username=username,
        email=email,
        password=password,
        stdout=out,
    )
    return out.getvalue()


def roles(user):
    groups = sorted(user.groups.values_list("name", flat=True))
    return user.is_partner, user.is_staff, user.is_superuser, *groups


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("buyer", (False, False, False)),
        ("partner", (True, False, False)),
        ("clerk", (False, True, False, "Order clerk")),
        ("owner", (False, True, False, "Owner")),
        ("staff", (False, True, False, *sorted(Role.of_v1()))),
        ("superuser", (False, True, True)),
    ],
)
def test_an_account_is_made_confirmed_and_with_exactly_its_role(
    client, db, role, expected
):
    said = make_account(role)

    assert said == f"ann: {role}\n"
    user = User.objects.get()
    assert (user.username, user.email) == ("ann", "ann@example.com")
    assert roles(user) == expected
    assert user.confirmed_at is not None
    form = {"login": "ann", "password": NEW_PASSWORD}
    assert client.post("/api/v1/sessions/", form).status_code == 201


def test_a_reset_takes_the_role_that_was_and_gives_the_one_asked_for(sam):
    make_account("partner", "SAM", "sam@new.example.com")

    user = User.objects.get()
    assert (user.pk, user.username, user.email) == (
        sam.pk,
        "sam",
        "sam@new.example.com",
    )
    assert roles(user) == (True, False, False)
    assert user.check_password(NEW_PASSWORD)


def test_a_reset_opens_a_switched_off_account_again(ann):
    User.objects.update(is_active=False, confirmed_at=None, must_confirm=True)

    make_account("buyer")

    user = User.objects.get()
    assert (user.is_active, user.may_sign_in) == (True, True)


def test_a_reset_ends_the_sessions_of_its_account_and_of_no_other(client, ann, bob):
    anns, bobs = make_client(ann), make_client(bob)

    make_account("buyer")

    assert_problem(anns.get("/api/v1/me/"), 401, "not-authenticated")
    assert bobs.get("/api/v1/me/").status_code == 200
    assert Session.objects.get(user=ann).revoked_because == "reset"
    form = {"login": "ann", "password": PASSWORD}
    assert_problem(client.post("/api/v1/sessions/", form), 401, "invalid-credentials")


def test_the_address_of_another_account_is_refused_and_nothing_changes(ann, bob):
    before = list(User.objects.order_by("pk").values())

    with pytest.raises(CommandError, match=r"^email: Another account has this addr"):
        make_account("superuser", "ann", "BOB@example.com")

    assert list(User.objects.order_by("pk").values()) == before


def test_an_unknown_role_is_refused(db):
    with pytest.raises(CommandError, match="invalid choice: 'king'"):
        call_command(
            "make_account",
            "--role=king",
            "--username=ann",
            "--email=ann@example.com",
            f"--password={PASSWORD}",
        )

    assert not User.objects.exists()
