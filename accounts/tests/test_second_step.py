"""The admin asks staff for a second step: a code of an app, or a recovery code."""

import re
import time
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import SecurityEvent, Session, User
from accounts.services import close_doors, new_app_key, set_second_step
from conftest import PASSWORD

KEY = new_app_key()
STEP, SETTING = "/admin/second-step/", "/admin/two-step/"
WRONG = "This code is wrong"


@pytest.fixture
def desk(db):
    return Client()


@pytest.fixture
def codes(sam):
    """Sam has an app; returns the recovery codes."""
    codes = set_second_step(user=sam, key=KEY, code=code_of(KEY), now=timezone.now())
    # As if it had been long ago: each code is good once.
    TOTPDevice.objects.update(last_t=-1, drift=0)
    return codes


def code_of(key):
    app = TOTP(bytes.fromhex(key))
    app.time = time.time()
    return f"{app.token():06d}"


def sign_in(desk, path="/admin/"):
    form = {"username": "sam", "password": PASSWORD, "next": path}
    return desk.post("/admin/login/", form, follow=True)


def enter(desk, code, **form):
    return desk.post(STEP, {"code": code, "next": "/admin/password_change/", **form})


def is_open(desk):
    return desk.get("/admin/password_change/").status_code == 200


def kinds():
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_without_an_app_the_password_opens_the_admin(desk, sam):
    assert sign_in(desk).redirect_chain == [("/admin/", 302)]
    assert is_open(desk)
    assert not Session.objects.exists()  # of the API


def test_with_an_app_the_password_alone_opens_nothing(desk, sam, codes):
    answer = sign_in(desk, "/admin/password_change/")

    assert answer.redirect_chain[-1][0].startswith(STEP)
    assert 'name="next" value="/admin/password_change/"' in answer.content.decode()
    assert not is_open(desk)
    assert desk.get(SETTING).status_code == 302
    assert desk.post("/admin/orders/order/", {"action": "x"}).status_code == 302


def test_a_code_opens_the_admin_where_one_wanted_to_go(desk, sam, codes):
    sign_in(desk)
    before = desk.session.session_key

    answer = enter(desk, code_of(KEY))

    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/")
    assert is_open(desk)
    assert desk.session.session_key != before


def test_a_code_is_good_once(desk, sam, codes):
    sign_in(desk)
    code = code_of(KEY)
    enter(desk, code)

    other = Client()
    sign_in(other)
    answer = enter(other, code)

    assert WRONG in answer.content.decode()
    assert not is_open(other)


@pytest.mark.parametrize("code", ["000000", "", "abcd", "١٢٣", "1" * 41, "\0"])
def test_a_wrong_code_is_told_and_opens_nothing(desk, sam, codes, code):
    sign_in(desk)

    answer = enter(desk, code)

    assert answer.status_code in {200, 400}
    assert not is_open(desk)


def test_guessing_codes_is_braked_and_an_event(desk, sam, codes):
    sign_in(desk)
    for _ in range(5):
        assert WRONG in enter(desk, "000000").content.decode()

    answer = enter(desk, code_of(KEY))

    assert "Too many attempts. Try again in 15 minutes" in answer.content.decode()
    assert not is_open(desk)
    assert kinds() == ["second-step-set", "braked"]


def test_a_recovery_code_is_good_once_and_an_event(desk, sam, codes):
    sign_in(desk)
    enter(desk, f" {codes[0].upper()} ")
    assert is_open(desk)

    other = Client()
    sign_in(other)
    assert WRONG in enter(other, codes[0]).content.decode()
    assert StaticToken.objects.count() == 9
    assert not StaticToken.objects.filter(token__in=codes).exists()  # only digests
    assert kinds() == ["second-step-set", "recovery-code-used"]


def test_an_app_is_set_with_its_first_code_and_codes_are_shown_once(desk, sam):
    sign_in(desk)
    page = desk.get(SETTING).content.decode()
    key = desk.session["app_key"]
    assert "<svg" in page
    assert not TOTPDevice.objects.exists()
    assert WRONG in desk.post(SETTING, {"code": "000000"}).content.decode()
    assert not TOTPDevice.objects.exists()

    page = desk.post(SETTING, {"code": code_of(key)}).content.decode()

    shown = re.findall(r"<li>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</li>", page)
    assert len(shown) == 10
    assert is_open(desk)  # this session has shown a code
    assert shown[0] not in desk.get(SETTING).content.decode()
    assert sign_in(Client()).redirect_chain[-1][0].startswith(STEP)


def test_where_it_is_required_staff_set_an_app_before_anything_else(
    desk, sam, settings
):
    settings.STAFF_TOTP = "required"

    answer = sign_in(desk)

    assert answer.redirect_chain[-1][0].startswith(SETTING)
    assert not is_open(desk)
    desk.post(SETTING, {"code": code_of(desk.session["app_key"])})
    assert is_open(desk)
    with mock.patch("time.time", return_value=time.time() + 60):
        desk.post(SETTING, {"code": code_of(KEY), "deed": "remove"})
    assert TOTPDevice.objects.exists()


def test_doing_without_takes_a_code_and_ends_what_it_opened(desk, sam, codes):
    sign_in(desk)
    enter(desk, code_of(KEY))
    other = Client()
    sign_in(other)
    enter(other, codes[0])

    assert WRONG in desk.post(SETTING, {"code": "1", "deed": "remove"}).content.decode()
    assert TOTPDevice.objects.exists()
    assert (
        desk.post(SETTING, {"code": codes[1], "deed": "remove"})["Location"]
        == "/admin/"
    )

    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert sign_in(Client()).redirect_chain == [("/admin/", 302)]


def test_new_recovery_codes_replace_the_old(desk, sam, codes):
    sign_in(desk)
    enter(desk, code_of(KEY))

    page = desk.post(SETTING, {"code": codes[0], "deed": "codes"}).content.decode()

    assert codes[1] not in page
    other = Client()
    sign_in(other)
    assert WRONG in enter(other, codes[1]).content.decode()


def test_an_operator_lets_the_password_alone_do_again(desk, sam, codes):
    out = StringIO()
    call_command("remove_second_step", "SAM@example.com", stdout=out)

    assert out.getvalue() == "sam signs in by password alone now.\n"
    sign_in(desk)
    assert is_open(desk)
    assert kinds()[-1] == "second-step-removed"
    for login in ("sam", "nobody"):
        with pytest.raises(CommandError):
            call_command("remove_second_step", login)


def test_who_is_no_staff_meets_the_sign_in(desk, ann):
    desk.force_login(ann)

    for path in (STEP, SETTING):
        assert desk.get(path)["Location"] == "/admin/login/"


def test_no_stranger_is_sent_elsewhere(desk, sam, codes):
    sign_in(desk)

    answer = enter(desk, code_of(KEY), next="https://evil.example/")

    assert answer["Location"] == "/admin/"


def test_one_may_leave_instead_of_showing_a_code(desk, sam, codes):
    sign_in(desk)

    desk.post(STEP, {"deed": "sign-out"})

    assert "_auth_user_id" not in desk.session


def test_closing_all_doors_ends_the_sessions_of_the_admin(desk, sam):
    sign_in(desk)
    assert is_open(desk)

    close_doors(sam, "revoked", timezone.now())

    assert not is_open(desk)


def test_a_wrong_password_and_a_brake_are_told_apart(desk, sam):
    def attempt(password):
        form = {"username": "sam", "password": password}
        return desk.post("/admin/login/", form).content.decode()

    for _ in range(10):
        assert "Please enter the correct username and password" in attempt("wrong")

    assert "Too many attempts. Try again in 15 minutes" in attempt(PASSWORD)


def test_the_cookie_of_the_admin_is_for_the_admin_alone(desk, sam, settings):
    answer = sign_in(desk)

    cookie = answer.client.cookies["sessionid"]
    assert cookie["path"] == "/admin/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600
    assert User.objects.get(pk=sam.pk).last_login is not None
