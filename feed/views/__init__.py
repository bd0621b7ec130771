"""v1: what happened, told to machines; import from here."""

from feed.views.events import EventViewSet
from feed.views.webhooks import DeliveryViewSet, WebhookViewSet

__all__ = ["DeliveryViewSet", "EventViewSet", "WebhookViewSet"]
