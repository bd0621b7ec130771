"""At the admin's desk: webhooks are tried, given new secrets, and told again."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import person
from feed.models import Delivery, Event, Webhook
from feed.services import save_webhook

pytestmark = pytest.mark.django_db
HOOKS, LOG = "/admin/feed/webhook/", "/admin/feed/delivery/"


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(person("olga", "owner"))
    return client


@pytest.fixture
def hook(settings: Any) -> Webhook:
    settings.OUTBOUND_LOCAL = settings.OUTBOUND_HTTP = True
    return save_webhook(webhook=Webhook(url="http://127.0.0.1:9/hook"), values={})


def delivered(hook: Webhook, number: int, state: str = "failed") -> Delivery:
    kind = "order.placed" if number % 2 else "stock.out"
    event = Event.objects.create(
        number=number, kind=kind, at=timezone.now(), data={"order": number}
    )
    return Delivery.objects.create(webhook=hook, event=event, state=state, attempts=5)


def test_a_test_message_goes_out_when_it_is_confirmed(
    desk: Client, hook: Webhook
) -> None:
    button = f"{HOOKS}{hook.pk}/test_one/"

    asked = desk.get(button)
    assert asked.status_code == 200
    assert not Delivery.objects.exists()
    answer = desk.post(button, follow=True)

    sent = Delivery.objects.get()
    assert (sent.webhook, sent.event, sent.state) == (hook, None, "waiting")
    assert f"Queued: test_{sent.pk}." in answer.content.decode()


def test_a_new_secret_is_made_when_it_is_confirmed(desk: Client, hook: Webhook) -> None:
    button = f"{HOOKS}{hook.pk}/rotate_one/"

    desk.get(button)
    hook.refresh_from_db()
    assert hook.generation == 1
    desk.post(button)

    hook.refresh_from_db()
    assert hook.generation == 2


def test_a_message_is_sent_again_from_its_page_and_from_the_list(
    desk: Client, hook: Webhook
) -> None:
    first, second, third = (delivered(hook, number) for number in (1, 2, 3))

    desk.post(f"{LOG}{first.pk}/send_again/")
    chosen = {"action": "again", "_selected_action": [second.pk]}
    answer = desk.post(LOG, chosen, follow=True)

    states = [(one.state, one.attempts) for one in Delivery.objects.order_by("pk")]
    assert states == [("waiting", 0), ("waiting", 0), ("failed", 5)]
    assert "Queued: 1." in answer.content.decode()
    assert third.state == "failed"


def test_a_webhook_that_is_off_is_told_nothing(desk: Client, hook: Webhook) -> None:
    kept = delivered(hook, 1)
    Webhook.objects.update(is_active=False)

    one = desk.post(f"{LOG}{kept.pk}/send_again/", follow=True)
    chosen = {"action": "again", "_selected_action": [kept.pk]}
    many = desk.post(LOG, chosen, follow=True)

    assert "This webhook is off: nothing was sent." in one.content.decode()
    assert "Not sent, the webhook is off: 1." in many.content.decode()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("failed", 5)


def test_the_log_is_narrowed_down(desk: Client, hook: Webhook) -> None:
    old, new = delivered(hook, 1), delivered(hook, 2, "delivered")
    probe = Delivery.objects.create(webhook=hook)
    last_week = timezone.now() - timedelta(days=7)
    Delivery.objects.filter(pk=old.pk).update(created_at=last_week)
    quiet = Webhook.objects.create(url="http://127.0.0.1:9/quiet")
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()

    def found(**wanted: Any) -> set[int]:
        page = desk.get(LOG, wanted)
        return {row.pk for row in page.context["cl"].result_list}

    assert found() == {old.pk, new.pk, probe.pk}
    assert found(state__exact="delivered") == {new.pk}
    assert found(kind="order.placed") == {old.pk}
    assert found(kind="webhook.test") == {probe.pk}
    assert found(webhook__id__exact=quiet.pk) == set()
    assert found(created_at_from=yesterday) == {new.pk, probe.pk}


@pytest.mark.parametrize("address", [HOOKS, LOG, "/admin/feed/event/"])
def test_a_longer_list_asks_no_more(desk: Client, hook: Webhook, address: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(address).status_code == 200
        return len(asked)

    delivered(hook, 1)
    statements()
    few = statements()
    for number in range(2, 12):
        delivered(hook, number)
        Webhook.objects.create(url=f"http://127.0.0.1:9/{number}")

    assert statements() == few


def test_who_may_only_look_sees_no_secret_and_no_button(hook: Webhook) -> None:
    viewer = person("vera", "staff")
    viewer.groups.clear()
    names = ("view_webhook", "view_delivery")
    viewer.user_permissions.add(*Permission.objects.filter(codename__in=names))
    browser = Client()
    browser.force_login(viewer)
    kept = delivered(hook, 1)

    page = browser.get(f"{HOOKS}{hook.pk}/change/")

    assert page.status_code == 200
    assert "whsec_" not in page.content.decode()
    for button in (
        f"{HOOKS}{hook.pk}/test_one/",
        f"{HOOKS}{hook.pk}/rotate_one/",
        f"{LOG}{kept.pk}/send_again/",
    ):
        assert browser.post(button).status_code == 403
    hook.refresh_from_db()
    kept.refresh_from_db()
    assert (hook.generation, kept.state) == (1, "failed")


def test_a_webhook_is_added_for_chosen_kinds_and_refused_above_twenty(
    desk: Client, hook: Webhook
) -> None:
    facts = {"url": "http://127.0.0.1:9/", "kinds": ["stock.out"], "is_active": "on"}

    assert desk.post(f"{HOOKS}add/", facts).status_code == 302
    assert Webhook.objects.order_by("pk").values_list("kinds", flat=True)[1] == [
        "stock.out"
    ]
    for number in range(18):
        Webhook.objects.create(url=f"http://127.0.0.1:9/{number}")
    refused = desk.post(f"{HOOKS}add/", facts, follow=True)

    assert "There are 20 webhooks already: not saved." in refused.content.decode()
    assert Webhook.objects.count() == 20


def test_deleting_a_webhook_does_not_list_its_log(desk: Client, hook: Webhook) -> None:
    kept = delivered(hook, 1)

    asked = desk.get(f"{HOOKS}{hook.pk}/delete/").content.decode()
    desk.post(f"{HOOKS}{hook.pk}/delete/", {"post": "yes"})

    assert str(kept) not in asked
    assert not Webhook.objects.exists()
    assert not Delivery.objects.exists()


def test_the_pages_speak_russian(desk: Client, hook: Webhook) -> None:
    kept = delivered(hook, 1)
    russian = {"accept-language": "ru"}

    one = desk.get(f"{LOG}{kept.pk}/change/", headers=russian).content.decode()
    other = desk.get(f"{HOOKS}{hook.pk}/change/", headers=russian).content.decode()

    assert "Отправить ещё раз" in one
    for words in ("Отправить пробное сообщение", "Создать новый секрет", "Доставки"):
        assert words in other
