"""Every write about the feed, by noun; import from here."""

from feed.services.delivering import deliver, redeliver, send_test
from feed.services.numbering import number_events
from feed.services.webhooks import delete_webhook, rotate_secret, save_webhook

__all__ = [
    "delete_webhook",
    "deliver",
    "number_events",
    "redeliver",
    "rotate_secret",
    "save_webhook",
    "send_test",
]
