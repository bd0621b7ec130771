"""Signatures by the Standard Webhooks convention (standardwebhooks.com).

Secrets are derived from the server's own and never stored; a new generation makes a
new one. For a day after that, messages carry the signatures of both.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings

from feed.models import Webhook

OVERLAP = timedelta(days=1)


def secret_of(webhook: Webhook, generation: int | None = None) -> str:
    """What the receiver checks by: `whsec_` and base64."""
    return f"whsec_{base64.b64encode(_key(webhook, generation)).decode()}"


def headers_of(
    webhook: Webhook, *, message: str, body: bytes, now: datetime
) -> dict[str, str]:
    """The headers that prove a message ours, and when it was sent."""
    stamp = str(int(now.timestamp()))
    generations = [webhook.generation]
    if webhook.rotated_at and now - webhook.rotated_at < OVERLAP:
        generations.append(webhook.generation - 1)
    signed = f"{message}.{stamp}.".encode() + body
    signatures = []
    for generation in generations:
        digest = hmac.digest(_key(webhook, generation), signed, hashlib.sha256)
        signatures.append(f"v1,{base64.b64encode(digest).decode()}")
    return {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signatures),
    }


def _key(webhook: Webhook, generation: int | None) -> bytes:
    facts = f"webhook:{webhook.pk}:{generation or webhook.generation}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), facts, hashlib.sha256)
