"""v1: webhooks, received by a real server and checked as receivers check them."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from rest_framework.test import APIClient
from standardwebhooks import Webhook as Receiver
from standardwebhooks import WebhookVerificationError

from accounts.models import User
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client, person
from feed.models import Delivery, Webhook
from feed.services import deliver
from feed.tests.scenes import place, told

pytestmark = pytest.mark.django_db(transaction=True)
HOOKS = "/api/v1/webhooks/"


class Ear:
    """A server on this machine that keeps what it is sent."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                headers = {k.lower(): v for k, v in self.headers.items()}
                ear.heard.append((headers, self.rfile.read(size)))
                self.send_response(ear.answer)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?x=1"

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]


@pytest.fixture
def ear(settings: Any) -> Iterator[Ear]:
    settings.OUTBOUND_LOCAL = settings.OUTBOUND_HTTP = True
    ear = Ear()
    thread = threading.Thread(target=ear.server.serve_forever)
    thread.start()
    yield ear
    ear.server.shutdown()
    ear.server.server_close()
    thread.join()


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


def hook_of(desk: APIClient, ear: Ear, **facts: Any) -> dict[str, Any]:
    answer = desk.post(HOOKS, {"url": ear.url, **facts})
    assert answer.status_code == 201, answer.json()
    secret = desk.get(f"{HOOKS}{answer.json()['id']}/secret/").json()["secret"]
    return answer.json() | {"secret": secret}


def work() -> None:
    """Send what is waiting, as the worker does; failures wait for their next try."""
    told()
    for row in DBTaskResult.objects.ready().filter(task_path__contains="feed."):
        row.claim("a worker")
        try:
            row.task.call(*row.args_kwargs["args"])
            row.set_successful(None)
        except Exception as error:  # noqa: BLE001
            row.set_failed(error)


def test_an_event_arrives_signed_and_numbered(desk: APIClient, ear: Ear) -> None:
    hook = hook_of(desk, ear, kinds=["order.placed"])
    order = place(make_offer(stock=1))  # sells out, which this hook does not want

    work()

    ((headers, body),) = ear.heard
    message = Receiver(hook["secret"]).verify(body, headers)
    assert message["type"] == "order.placed"
    assert message["data"]["order"] == order["id"]
    assert headers["webhook-id"] == f"evt_{message['number']}"
    assert headers["content-type"] == "application/json"
    delivery = desk.get("/api/v1/webhook-deliveries/").json()["results"][0]
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == (
        "delivered",
        1,
        204,
    )


def test_a_forged_or_changed_message_is_told_apart(desk: APIClient, ear: Ear) -> None:
    hook = hook_of(desk, ear)
    place(make_offer())
    work()
    headers, body = ear.heard[0]

    with pytest.raises(WebhookVerificationError):
        Receiver(hook["secret"]).verify(body.replace(b"order", b"Order"), headers)
    other = hook_of(desk, ear)["secret"]
    with pytest.raises(WebhookVerificationError):
        Receiver(other).verify(body, headers)


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    desk: APIClient, ear: Ear
) -> None:
    hook = hook_of(desk, ear)
    desk.post(f"{HOOKS}{hook['id']}/rotate/")
    new = desk.get(f"{HOOKS}{hook['id']}/secret/").json()["secret"]
    place(make_offer())
    work()
    Webhook.objects.update(rotated_at=timezone.now() - timezone.timedelta(days=2))
    place(make_offer())
    work()

    (first, first_body), (second, second_body) = ear.heard
    assert new != hook["secret"]
    for secret in (hook["secret"], new):
        Receiver(secret).verify(first_body, first)
    Receiver(new).verify(second_body, second)
    with pytest.raises(WebhookVerificationError):
        Receiver(hook["secret"]).verify(second_body, second)


def test_a_failed_message_is_tried_again_and_at_last_given_up(
    desk: APIClient, ear: Ear, settings: Any, letters: Callable[[], list[str]]
) -> None:
    settings.TASK_ATTEMPTS = 2
    hook_of(desk, ear, kinds=["order.placed"])
    ear.answer = 500
    place(make_offer())
    told()

    letters()  # the real worker: it queues the failed task again, for later
    first = Delivery.objects.get()
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    letters()
    second = Delivery.objects.get()

    assert (first.state, first.attempts, first.status) == ("waiting", 1, 500)
    assert (second.state, second.attempts) == ("failed", 2)
    ids = {headers["webhook-id"] for headers, _ in ear.heard}
    assert (len(ear.heard), len(ids)) == (2, 1)

    ear.answer = 200
    again = desk.post(f"/api/v1/webhook-deliveries/{second.pk}/redeliver/")
    letters()

    assert again.status_code == 202
    assert Delivery.objects.get().state == "delivered"
    assert ear.heard[2][0]["webhook-id"] in ids


def test_a_redirect_is_no_delivery_and_leads_nowhere(desk: APIClient, ear: Ear) -> None:
    hook_of(desk, ear)
    ear.answer = 302
    place(make_offer())

    work()

    delivery = Delivery.objects.get()
    assert (len(ear.heard), delivery.state, delivery.attempts) == (1, "waiting", 1)


def test_who_is_gone_is_told_no_more(desk: APIClient, ear: Ear) -> None:
    hook = hook_of(desk, ear)
    ear.answer = 410
    place(make_offer())
    work()
    place(make_offer())
    work()

    assert len(ear.heard) == 1
    assert Delivery.objects.get().state == "failed"
    assert desk.get(f"{HOOKS}{hook['id']}/").json()["is_active"] is False
    refused = desk.post(f"{HOOKS}{hook['id']}/test/")
    assert_problem(refused, 409, "webhook-is-off")


def test_a_test_message_and_a_delivery_run_twice(desk: APIClient, ear: Ear) -> None:
    hook = hook_of(desk, ear)

    answer = desk.post(f"{HOOKS}{hook['id']}/test/")
    work()
    deliver.call(answer.json()["id"])  # as after a crash: nothing more is sent

    assert (answer.status_code, answer.json()["kind"]) == (202, "webhook.test")
    assert [m["type"] for m in ear.messages()] == ["webhook.test"]


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@shop.example/",
        "https://shop.example:22/",
        "ftp://shop.example/",
        "http://shop.example/",
    ],
)
def test_an_address_that_is_never_called_is_refused(desk: APIClient, url: str) -> None:
    answer = desk.post(HOOKS, {"url": url})

    assert (answer.status_code, Webhook.objects.count()) == (400, 0)
    assert answer.json()["code"] in {"address-refused", "invalid"}


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "169.254.169.254"])
def test_nothing_is_sent_into_the_own_network(
    desk: APIClient, ear: Ear, settings: Any, host: str
) -> None:
    hook_of(desk, ear)
    inside = ear.url.replace("127.0.0.1", host)
    Webhook.objects.update(url=inside)
    settings.OUTBOUND_LOCAL = False
    place(make_offer())

    work()

    assert ear.heard == []
    assert Delivery.objects.get().status is None


def test_there_is_a_ceiling_and_a_hook_can_be_changed_and_removed(
    desk: APIClient, ear: Ear
) -> None:
    hooks = [hook_of(desk, ear)["id"] for _ in range(20)]
    assert_problem(desk.post(HOOKS, {"url": ear.url}), 409, "too-many-webhooks")

    changed = desk.patch(f"{HOOKS}{hooks[0]}/", {"kinds": ["stock.out"]})
    removed = desk.delete(f"{HOOKS}{hooks[1]}/")

    assert changed.json()["kinds"] == ["stock.out"]
    assert removed.status_code == 204
    assert desk.get(HOOKS).json()["count"] == 19
    bad = desk.patch(f"{HOOKS}{hooks[0]}/", {"kinds": ["stock.gone"]})
    assert_problem(bad, 400, "invalid")


def test_the_admin_shows_the_secret_and_the_log(desk: APIClient, ear: Ear) -> None:
    hook = hook_of(desk, ear)
    place(make_offer())
    work()
    browser = Client()
    browser.force_login(person("olga", "superuser"))

    page = browser.get(f"/admin/feed/webhook/{hook['id']}/change/").content.decode()

    assert hook["secret"].rstrip("=") in page
    for name in ("event", "webhook", "delivery"):
        assert browser.get(f"/admin/feed/{name}/").status_code == 200
