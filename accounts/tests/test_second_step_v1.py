"""v1 asks staff who have a second step for its code; the older APIs know none."""

import pytest
from rest_framework.test import APIClient

from accounts.models import ApiKey, Session
from accounts.tests.test_second_step import (  # noqa: F401 - a fixture of its own
    KEY,
    code_of,
    codes,
    kinds,
)
from conftest import PASSWORD, assert_problem

OLD_DOORS = {
    "mini_store": ("/login/", "email", 400),
    "diplom": ("/get_token/", "username", 400),
    "webstore": ("/api/login_view", "username", 403),
    "pyshop": ("/api/login/", "email", 403),
    "generic_store": ("/api/jwt/auth/", "username", 401),
}


def sign_in(password=PASSWORD, login="sam", **more):
    given = {"login": login, "password": password, **more}
    return APIClient().post("/api/v1/sessions/", given)


def test_a_password_alone_is_told_that_a_code_is_needed(sam, codes):  # noqa: F811
    for given in ({}, {"otp": ""}, {"otp": "  "}):
        assert_problem(sign_in(**given), 403, "otp-required")
    assert not Session.objects.exists()


def test_a_wrong_password_hears_nothing_of_a_code(sam, codes):  # noqa: F811
    code = code_of(KEY)

    assert_problem(sign_in("a-wrong-guess", otp=code), 401, "invalid-credentials")
    assert sign_in(otp=code).status_code == 201  # it was not used up


def test_a_code_lets_in_once(sam, codes):  # noqa: F811
    code = code_of(KEY)

    first, second = sign_in(otp=f" {code[:3]} {code[3:]} "), sign_in(otp=code)

    assert first.status_code == 201
    browser = APIClient(headers={"Authorization": f"Bearer {first.json()['access']}"})
    assert browser.get("/api/v1/me/").json()["username"] == "sam"
    assert_problem(second, 403, "otp-invalid")
    assert Session.objects.count() == 1


def test_a_recovery_code_lets_in_once_and_is_an_event(sam, codes):  # noqa: F811
    first, second = sign_in(otp=codes[0]), sign_in(otp=codes[0])

    assert first.status_code == 201
    assert_problem(second, 403, "otp-invalid")
    assert kinds() == ["second-step-set", "recovery-code-used"]


def test_guessing_codes_is_braked_as_in_the_admin(sam, codes):  # noqa: F811
    for _ in range(5):
        assert_problem(sign_in(otp="000000"), 403, "otp-invalid")

    braked = sign_in(otp=code_of(KEY))

    assert_problem(braked, 429, "too-many-attempts")
    assert int(braked["Retry-After"]) > 600
    assert not Session.objects.exists()
    assert kinds() == ["second-step-set", "braked"]


def test_buyers_and_staff_without_an_app_sign_in_as_ever(ann, sam):
    assert sign_in(login="ann", otp="123456").status_code == 201
    assert sign_in().status_code == 201


def test_where_it_is_required_staff_set_one_first(ann, sam, settings):
    settings.STAFF_TOTP = "required"

    body = assert_problem(sign_in(otp="123456"), 403, "otp-required")

    assert "in the admin" in body["detail"]
    assert sign_in(login="ann").status_code == 201


@pytest.mark.parametrize("document", OLD_DOORS)
def test_the_older_apis_refuse_in_their_own_shape(document, sam, codes):  # noqa: F811
    path, kind, status = OLD_DOORS[document]
    login = "sam@example.com" if kind == "email" else "sam"

    answer = APIClient().post(path, {kind: login, "password": PASSWORD}, format="json")

    text = (
        "This account signs in with a second step, which this API does not know."
        " Use /api/v1/sessions/."
    )
    body = {"non_field_errors": [text]} if status == 400 else {"detail": text}
    assert (answer.status_code, answer.json()) == (status, body)
    assert not Session.objects.exists()
    assert not ApiKey.objects.exists()
