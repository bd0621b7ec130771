"""Reads with names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from feed.models import Event


class EventQuerySet(models.QuerySet["Event"]):
    def after(self, number: int) -> EventQuerySet:
        """The events behind this number, in order."""
        return self.filter(number__gt=number).order_by("number")
