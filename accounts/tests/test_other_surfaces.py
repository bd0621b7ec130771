"""Services for surfaces whose documents ask for less than v1, or for more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.exceptions import (
    AddressNotConfirmed,
    EmailTaken,
    FieldRefused,
    GuestTokenRefused,
    InvalidCredentials,
    TokenInvalid,
)
from accounts.models import ApiKey, Customer, SecurityEvent, User
from accounts.services import (
    bind_guest,
    change_account,
    find_customer,
    identify,
    key_for_password,
    open_guest,
    register,
    renew,
    renew_access,
    revoke_refresh,
    set_password,
    sign_in,
)
from conftest import PASSWORD

NOW = timezone.now()


def session(who, **more):
    facts = {"login": who, "password": PASSWORD, "address": "127.0.0.1"}
    return sign_in(**facts | more, now=timezone.now())


def key(**more):
    facts = {"login": "ann", "password": PASSWORD, "address": "127.0.0.1"}
    return key_for_password(**facts | more, now=timezone.now())


def reason(refresh, **more):
    with pytest.raises(TokenInvalid) as refusal:
        revoke_refresh(refresh=refresh, now=timezone.now(), **more)
    return refusal.value.reason


def test_an_access_token_is_renewed_and_the_refresh_token_stays(ann):
    pair = session("ann")

    for _ in range(2):
        access = renew_access(refresh=pair.refresh, now=timezone.now())
        assert access != pair.access
        assert identify(credential=access, now=timezone.now())[0] == ann


def test_a_refresh_token_that_was_rotated_is_refused_after_the_grace(ann):
    pair = session("ann")
    renew(refresh=pair.refresh, now=timezone.now())

    later = timezone.now() + timedelta(seconds=11)
    with pytest.raises(TokenInvalid) as refusal:
        renew_access(refresh=pair.refresh, now=later)
    assert refusal.value.reason == "revoked"


def test_a_refresh_token_is_revoked_once_and_only_by_its_owner(ann, bob):
    pair, other = session("ann"), session("ann")

    assert reason(pair.refresh, user=bob) == "malformed"
    revoke_refresh(refresh=pair.refresh, user=ann, now=timezone.now())

    assert reason(pair.refresh) == "revoked"
    assert reason(pair.access) == "malformed"
    renew_access(refresh=other.refresh, now=timezone.now())
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert reason(other.refresh) == "owner-gone"


def test_the_key_for_a_password_stays_until_it_is_replaced(ann):
    first = key()

    assert key() == first
    assert identify(credential=first, now=NOW) == (ann, None)
    second = key(replace=True)
    assert second != first
    assert key() == second
    with pytest.raises(TokenInvalid):
        identify(credential=first, now=NOW)


def test_the_key_stays_the_same_during_a_change_over_of_signing_keys(ann, settings):
    first = key()
    settings.JWT_KEY_OLD, settings.JWT_KEY = settings.JWT_KEY, "another " * 8

    assert key() == first
    settings.JWT_KEY_OLD = ""
    assert key() != first


def test_no_key_without_the_right_password_or_a_confirmed_address(ann):
    register(
        email="late@example.com", username="late", password=PASSWORD, must_confirm=True
    )

    with pytest.raises(InvalidCredentials):
        key(password="wrong-password")
    with pytest.raises(InvalidCredentials):
        key(login="ann@example.com")
    with pytest.raises(AddressNotConfirmed):
        key(login="late")
    assert not ApiKey.objects.exists()


def test_a_login_of_one_kind_is_not_taken_for_the_other(ann):
    session("ann@example.com", login_is="email")
    session("ANN", login_is="username")

    for login, kind in (("ann", "email"), ("ann@example.com", "username")):
        with pytest.raises(InvalidCredentials):
            session(login, login_is=kind)


def test_everything_about_an_account_changes_at_once_or_nothing(ann, bob):
    before = User.objects.filter(pk=ann.pk).values().get()
    good = {"username": "anna", "first_name": "Anna", "email": "anna@example.com"}

    for wrong, refusal in (
        ({"email": "BOB@example.com"}, EmailTaken),
        ({"username": "Bob"}, FieldRefused),
        ({"password": "12345678"}, FieldRefused),
    ):
        with pytest.raises(refusal):
            change_account(
                user=User.objects.get(pk=ann.pk), changes=good | wrong, now=NOW
            )
        assert User.objects.filter(pk=ann.pk).values().get() == before
    change_account(user=ann, changes=good, now=NOW)
    assert User.objects.filter(pk=ann.pk).values(*good).get() == good


def test_the_old_address_hears_of_a_new_one(ann, letters):
    change_account(user=ann, changes={"email": "anna@example.com"}, now=NOW)

    (letter,) = letters()
    assert "To: ann@example.com" in letter
    assert SecurityEvent.objects.get().was == "ann@example.com"
    session("anna@example.com")


def test_who_has_to_confirm_an_address_has_to_confirm_the_next(db, letters):
    user = register(
        email="ann@example.com", username="ann", password=PASSWORD, must_confirm=True
    )
    User.objects.update(confirmed_at=NOW)
    user.refresh_from_db()
    session("ann")

    change_account(user=user, changes={"email": "anna@example.com"}, now=NOW)

    with pytest.raises(AddressNotConfirmed):
        session("ann")
    assert any("To: anna@example.com" in letter for letter in letters())


def test_the_common_list_is_left_out_only_where_it_is_asked(ann):
    with pytest.raises(FieldRefused):
        set_password(user=ann, password="password123", now=NOW)
    for weak in ("seven77", "1234567890123", "ann@example.com"):
        with pytest.raises(FieldRefused):
            set_password(user=ann, password=weak, allow_common=True, now=NOW)

    set_password(user=ann, password="password123", allow_common=True, now=NOW)

    session("ann", password="password123")


def test_a_new_password_ends_every_session_and_leaves_the_key(ann):
    pair, text = session("ann"), key()

    set_password(user=ann, password="another long walk", now=NOW)

    assert reason(pair.refresh) == "revoked"
    assert identify(credential=text, now=NOW)[0] == ann


def test_a_customer_is_found_by_token_before_and_after_it_is_bound(ann):
    guest = open_guest()
    token = str(guest.token)
    assert find_customer(token=token) == guest

    bind_guest(guest.token, ann)

    assert find_customer(token=token).user == ann
    User.objects.update(is_active=False)
    for unknown in (token, "395bce87-0edd-4834-9063-a36311e2f81f", "no uuid"):
        with pytest.raises(GuestTokenRefused):
            find_customer(token=unknown)
    assert Customer.objects.count() == 1
