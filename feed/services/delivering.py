"""Messages to webhooks: queued with the numbers, sent by the worker, told apart."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from accounts.exceptions import AddressRefused, Unreachable
from accounts.outbound import call
from feed.exceptions import DeliveryFailed, WebhookIsOff
from feed.models import Delivery, Event, Webhook
from feed.signing import headers_of

GONE = 410


def queue_deliveries(events: Sequence[Event]) -> None:
    """Queue each event to each webhook that wants it, in the caller's transaction."""
    for webhook in Webhook.objects.active():
        wanted = [event for event in events if webhook.wants(event.kind)]
        deliveries = Delivery.objects.bulk_create(
            Delivery(webhook=webhook, event=event) for event in wanted
        )
        for delivery in deliveries:
            deliver.enqueue(delivery.pk)


def send_test(*, webhook: Webhook) -> Delivery:
    """Queue a message of the kind webhook.test; raises WebhookIsOff."""
    if not webhook.is_active:
        raise WebhookIsOff
    delivery = Delivery.objects.create(webhook=webhook)
    deliver.enqueue(delivery.pk)
    return delivery


def redeliver(*, delivery: Delivery) -> Delivery:
    """Queue a message again under its old id; raises WebhookIsOff."""
    if not delivery.webhook.is_active:
        raise WebhookIsOff
    delivery.state, delivery.attempts = Delivery.State.WAITING, 0
    delivery.save(update_fields=["state", "attempts"])
    deliver.enqueue(delivery.pk)
    return delivery


# Below everything else: an address that does not answer must not hold letters up.
@task(priority=-10)
def deliver(delivery_id: int) -> None:
    """Send one message. Refused or unanswered, the worker tries it again later.

    An address that says it is gone (410) is switched off. A message sent twice after
    a crash has the same webhook-id.
    """
    found = Delivery.objects.newest_first().filter(pk=delivery_id)
    delivery = found.filter(state=Delivery.State.WAITING).first()
    if delivery is None or not delivery.webhook.is_active:
        return
    status = _sent(delivery)
    is_good = status is not None and 200 <= status < 300
    is_last = status == GONE or delivery.attempts + 1 >= settings.TASK_ATTEMPTS
    state = Delivery.State.FAILED if is_last else Delivery.State.WAITING
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.DELIVERED if is_good else state,
        attempts=F("attempts") + 1,
        status=status,
        tried_at=timezone.now(),
    )
    if status == GONE:
        Webhook.objects.filter(pk=delivery.webhook_id).update(is_active=False)
    elif not is_good:
        raise DeliveryFailed(f"{delivery.webhook_id}: {status}")


def message_of(delivery: Delivery) -> dict[str, Any]:
    """What is sent: the event as the feed shows it."""
    event = delivery.event
    if event is None:
        return {"number": None, "type": "webhook.test", "timestamp": None, "data": {}}
    return {
        "number": event.number,
        "type": event.kind,
        "timestamp": event.at,
        "data": event.data,
    }


def _sent(delivery: Delivery) -> int | None:
    """The status of the answer, None for none."""
    body = orjson.dumps(message_of(delivery), option=orjson.OPT_UTC_Z)
    headers = headers_of(
        delivery.webhook, message=delivery.message, body=body, now=timezone.now()
    )
    url = delivery.webhook.url
    try:
        return call(url, method="POST", body=body, headers=headers, redirects=0).status
    except (AddressRefused, Unreachable):
        return None
