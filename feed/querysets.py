"""Reads with names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from feed.models import Delivery, Event, Webhook


class EventQuerySet(models.QuerySet["Event"]):
    def after(self, number: int) -> EventQuerySet:
        """The events behind this number, in order."""
        return self.filter(number__gt=number).order_by("number")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def active(self) -> WebhookQuerySet:
        return self.filter(is_active=True).order_by("pk")

    def in_order(self) -> WebhookQuerySet:
        return self.order_by("pk")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def newest_first(self) -> DeliveryQuerySet:
        return self.select_related("event", "webhook").order_by("-pk")
