"""What is logged, and what is removed when nobody needs it."""

import json
import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Brake, Customer, Session, User
from accounts.services import open_guest
from catalog.models import ChangeSet
from catalog.tests.factories import make_offer
from config.logs import JsonLines, current_id
from config.management.commands.tidy import tidy
from conftest import make_client
from orders.models import IdempotencyRecord
from orders.services import set_line


def test_a_log_line_is_one_json_object_with_the_request_it_belongs_to() -> None:
    record = logging.LogRecord("x", 30, "", 1, 'two\nlines "%s"', ("a",), None)
    token = current_id.set("abc")

    line = JsonLines().format(record)
    current_id.reset(token)

    assert "\n" not in line
    told = json.loads(line)
    assert told["message"] == 'two\nlines "a"'
    assert (told["level"], told["request_id"]) == ("WARNING", "abc")


@pytest.mark.django_db
def test_a_bug_is_logged_under_the_id_that_the_client_was_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def fail(**kwargs: object) -> None:
        seen.append(current_id.get())
        raise RuntimeError

    monkeypatch.setattr("orders.views.people.sign_in_with_guest", fail)
    client = APIClient(raise_request_exception=False)
    form = {"login": "ann", "password": "a-long-walk-home"}

    response = client.post("/api/v1/sessions/", form)

    assert seen == [response["X-Request-ID"]] == [response.json()["request_id"]]


@pytest.mark.django_db
def test_tidying_removes_what_is_over_and_nothing_else(ann: User) -> None:
    now = timezone.now()
    long_ago = now - timedelta(days=31)
    make_client(ann)
    idle, buying = open_guest(), open_guest()
    set_line(customer=buying, offer_id=make_offer().pk, quantity=1)
    Customer.objects.update(created_at=long_ago)
    fresh = open_guest()
    for ends_at in (now - timedelta(seconds=1), now + timedelta(hours=1)):
        Brake.objects.create(key=str(ends_at), ends_at=ends_at)
        IdempotencyRecord.objects.create(
            scope="s", endpoint="e", key=str(ends_at), expires_at=ends_at
        )

    for state in ("preview", "applied"):
        ChangeSet.objects.create(kind="price", state=state, previewed_by="user:1")
    ChangeSet.objects.update(created_at=long_ago)

    removed = tidy(now)

    assert removed["previews"] == 1
    assert ChangeSet.objects.get().is_applied
    assert removed["stored answers"] == 1
    assert removed["brakes"] == 1
    assert not Customer.objects.filter(pk=idle.pk).exists()
    assert Customer.objects.filter(pk__in=[buying.pk, fresh.pk]).count() == 2
    assert Session.objects.count() == 1
    assert IdempotencyRecord.objects.count() == 1
