"""Who is told, and by which secret."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.outbound import check_address
from feed.exceptions import TooManyWebhooks
from feed.models import Webhook

MOST = 20


@transaction.atomic
def save_webhook(*, webhook: Webhook, values: dict[str, Any]) -> Webhook:
    """Add or change a webhook. Raises AddressRefused, TooManyWebhooks."""
    for name, value in values.items():
        setattr(webhook, name, value)
    check_address(webhook.url)
    if webhook.pk is None and Webhook.objects.count() >= MOST:
        raise TooManyWebhooks(MOST)
    webhook.save()
    return webhook


@transaction.atomic
def delete_webhook(*, webhook: Webhook) -> None:
    """Tell it no more; its log of deliveries goes, too."""
    webhook.delete()


@transaction.atomic
def rotate_secret(*, webhook: Webhook, now: datetime) -> Webhook:
    """A new secret; for a day messages are signed by the old one as well."""
    Webhook.objects.filter(pk=webhook.pk).update(
        generation=F("generation") + 1, rotated_at=now
    )
    webhook.refresh_from_db()
    return webhook
