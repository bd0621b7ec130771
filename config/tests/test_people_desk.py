"""At the admin's desk: people, their sessions and brakes, roles, tasks that failed."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import ApiKey, Brake, Role, Session, User
from accounts.services import replace_key
from conftest import make_client, person
from orders.emails import send_buyer_letter
from orders.models import Order

pytestmark = pytest.mark.django_db
# What each role finds at the desk; what is not here answers 403.
GOODS = {
    "catalog.Product",
    "catalog.Offer",
    "catalog.Category",
    "catalog.Brand",
    "catalog.Shop",
    "catalog.StockMovement",
}
LISTS = {"partners.Membership", "partners.PriceListRun"}
SALES = {
    "orders.Order",
    "orders.Payment",
    "orders.Coupon",
    "orders.DeliveryMethod",
    "orders.PaymentMethod",
}
PEOPLE = {"accounts.Customer", "accounts.Address"}
WIRES = {"feed.Event", "feed.Webhook", "feed.Delivery"}
SEEN = {
    "clerk": GOODS | SALES | PEOPLE | {"orders.Review"},
    "editor": GOODS | LISTS | {"orders.Review"},
    "integrator": GOODS | SALES | LISTS | WIRES,
}
ADDS = {
    "clerk": set(),
    "editor": {"catalog.Product", "catalog.Offer", "catalog.Category"},
    "integrator": {"feed.Webhook"},
}


def browser(name: str, role: str) -> Client:
    client = Client()
    client.force_login(person(name, role))
    return client


def path(model: Any, page: str = "") -> str:
    of = model._meta
    return f"/admin/{of.app_label}/{of.model_name}/{page}"


@pytest.fixture
def owner(db: None) -> Client:
    return browser("olga", "owner")


@pytest.mark.parametrize("role", ["clerk", "editor", "integrator", "owner"])
def test_a_role_sees_its_lists_and_no_other(role: str) -> None:
    client = browser("rita", role)
    lists = {m._meta.label: client.get(path(m)) for m in admin.site._registry}
    seen = {label for label, answer in lists.items() if answer.status_code == 200}

    assert {a.status_code for a in lists.values()} <= {200, 403}
    if role == "owner":
        assert seen == set(lists)
    else:
        # A desk that somebody adds to the catalogue is the editor's as well.
        assert seen & known() == SEEN[role]
        assert {m for m in seen - known() if not m.startswith(("catalog", "par"))} == (
            set()
        )


def known() -> set[str]:
    return GOODS | LISTS | SALES | PEOPLE | WIRES | {"orders.Review"}


@pytest.mark.parametrize("role", ["clerk", "editor", "integrator"])
def test_a_role_adds_what_it_may_and_no_account(role: str) -> None:
    client = browser("rita", role)

    for model in admin.site._registry:
        if model._meta.label in ADDS[role] | {"accounts.User", "orders.Coupon"}:
            status = client.get(path(model, "add/")).status_code
            assert status == (200 if model._meta.label in ADDS[role] else 403)


def test_an_owner_makes_no_superuser_and_touches_none(owner: Client) -> None:
    boss, clerk = person("boss", "superuser"), person("rita", "clerk")
    page = owner.get(path(User, f"{clerk.pk}/change/")).content.decode()
    assert 'name="is_staff"' in page
    assert 'name="is_superuser"' not in page
    assert 'name="user_permissions"' not in page

    for deed in ("change/", "password/", "delete/"):
        answer = owner.post(path(User, f"{boss.pk}/{deed}"), {"is_superuser": ""})
        assert answer.status_code == 403, deed
    chosen = {"action": "sign_out_everywhere", "_selected_action": [boss.pk]}
    make_client(boss)
    owner.post(path(User), chosen)

    boss.refresh_from_db()
    assert boss.is_superuser
    assert Session.objects.get(user=boss).revoked_at is None


def test_signing_out_everywhere_ends_devices_keys_and_the_admin(
    owner: Client, ann: User
) -> None:
    device = make_client(ann)
    replace_key(user=ann, now=timezone.now())
    chosen = {"action": "sign_out_everywhere", "_selected_action": [ann.pk]}

    answer = owner.post(path(User), chosen, follow=True)

    assert "ann is signed out everywhere." in answer.content.decode()
    assert device.get("/api/v1/me/").status_code == 401
    assert ApiKey.objects.get(user=ann).digest is None


def test_one_session_is_revoked(owner: Client, ann: User) -> None:
    lost, kept = make_client(ann), make_client(ann)
    first = Session.objects.order_by("created_at").first()
    assert first is not None

    chosen = {"action": "revoke", "_selected_action": [str(first.pk)]}
    owner.post(path(Session), chosen)

    assert lost.get("/api/v1/me/").status_code == 401
    assert kept.get("/api/v1/me/").status_code == 200
    first.refresh_from_db()
    assert first.revoked_because == "staff"


def test_a_brake_is_released(owner: Client, client: Any, ann: User) -> None:
    form = {"login": "ann", "password": "wrong"}
    for _ in range(11):
        client.post("/api/v1/sessions/", form)
    held = Brake.objects.get(key=f"sign-in-account:user:{ann.pk}")

    owner.post(path(Brake), {"action": "release", "_selected_action": [held.key]})

    assert client.post("/api/v1/sessions/", form).status_code == 401


def test_the_roles_of_the_store_stay_and_own_groups_are_edited(owner: Client) -> None:
    clerk, own = Group.objects.get(name=Role.CLERK), Group.objects.create(name="Own")

    assert owner.post(path(Group, f"{clerk.pk}/change/"), {}).status_code == 403
    assert owner.post(path(Group, f"{clerk.pk}/delete/"), {}).status_code == 403
    renamed = owner.post(path(Group, f"{own.pk}/change/"), {"name": "Night shift"})

    assert renamed.status_code == 302
    assert Group.objects.filter(name="Night shift").exists()


def test_a_task_that_was_given_up_is_tried_again(owner: Client) -> None:
    send_buyer_letter.enqueue(1)
    send_buyer_letter.enqueue(2)
    failed, waiting = DBTaskResult.objects.order_by("enqueued_at")
    DBTaskResult.objects.filter(pk=failed.pk).update(
        status="FAILED", worker_ids=["a"] * 6, finished_at=timezone.now()
    )
    both = [str(failed.pk), str(waiting.pk)]

    answer = owner.post(
        path(DBTaskResult), {"action": "again", "_selected_action": both}, follow=True
    )

    assert "Tasks queued again: 1." in answer.content.decode()
    failed.refresh_from_db()
    assert (failed.status, failed.worker_ids) == ("READY", [])
    assert failed in DBTaskResult.objects.ready()
    assert not Order.objects.exists()


def test_secrets_are_not_shown(owner: Client, ann: User) -> None:
    make_client(ann)
    replace_key(user=ann, now=timezone.now())
    session = Session.objects.get(user=ann)

    page = owner.get(path(Session, f"{session.pk}/change/")).content.decode()
    key = owner.get(path(type(ann.api_key), f"{ann.api_key.pk}/change/"))

    assert session.refresh_jti not in page
    assert (ann.api_key.digest or "?") not in key.content.decode()
