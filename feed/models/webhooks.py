"""Addresses that are told what happens, and what became of each message."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from feed.models.events import Event
from feed.querysets import DeliveryQuerySet, WebhookQuerySet


class Webhook(models.Model):
    """An address that is told of events. Its secret is derived, never stored."""

    url = models.CharField("URL", max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    kinds = models.JSONField(
        default=list, blank=True, help_text="Kinds of events; empty for all."
    )
    is_active = models.BooleanField(default=True)
    generation = models.PositiveIntegerField(default=1, editable=False)
    rotated_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.url

    def wants(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


class Delivery(models.Model):
    """One message to one webhook: waiting, delivered or failed for good."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.ForeignKey(
        Event,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty for a test.",
    )
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The last answer's; empty for no answer."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["webhook", "event"],
                condition=Q(event__isnull=False),
                name="one_delivery_of_an_event",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["created_at"], name="delivery_by_time"),
            # Nearly all are delivered; staff look for the others.
            models.Index(
                fields=["state", "id"],
                condition=Q(state__in=["waiting", "failed"]),
                name="delivery_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} → {self.webhook_id}"

    @property
    def message(self) -> str:
        """The message's id, the same each time it is sent."""
        return f"evt_{self.event_id}" if self.event_id else f"test_{self.pk}"
