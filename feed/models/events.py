"""The numbered events."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from feed.querysets import EventQuerySet

KINDS = (
    "order.created",
    "order.placed",
    "order.assembled",
    "order.sent",
    "order.delivered",
    "order.canceled",
    "stock.low",
    "stock.out",
    "stock.back",
    "price.changed",
)


class Event(models.Model):
    """Something that happened in the store, numbered 1, 2, 3 … without a gap."""

    number = models.BigIntegerField(primary_key=True, editable=False)
    kind = models.CharField(max_length=30, choices=[(kind, kind) for kind in KINDS])
    at = models.DateTimeField(help_text="When it happened.")
    data = models.JSONField(help_text="Names and figures, never a person.")
    numbered_at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__gte=1), name="event_number_positive"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "number"], name="event_of_kind"),
            models.Index(fields=["at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
