"""What happened, told to machines: facts and constraints; import from here."""

from feed.models.events import KINDS, Event
from feed.models.webhooks import Delivery, Webhook

__all__ = ["KINDS", "Delivery", "Event", "Webhook"]
