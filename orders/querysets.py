"""Reads with names. Ownership is part of the read: foreign things are not found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Customer
    from orders.models import Cart, DeliveryMethod, IdempotencyRecord, Order


class DeliveryMethodQuerySet(models.QuerySet["DeliveryMethod"]):
    def offered(self) -> DeliveryMethodQuerySet:
        return self.filter(is_active=True).order_by("position", "pk")


class CartQuerySet(models.QuerySet["Cart"]):
    def open_of(self, customer: Customer) -> CartQuerySet:
        """The one cart that the customer is filling, if any."""
        return self.filter(customer=customer, placed_at=None)


class OrderQuerySet(models.QuerySet["Order"]):
    def of(self, customer: Customer) -> OrderQuerySet:
        """All of the customer's orders, drafts included, newest first."""
        return self.filter(customer=customer).order_by("-pk")

    def placed_by(self, customer: Customer) -> OrderQuerySet:
        """The customer's own placed orders, newest first."""
        return self.filter(customer=customer, placed_at__isnull=False).order_by("-pk")

    def on_their_way(self) -> OrderQuerySet:
        """Placed orders that are neither delivered nor canceled."""
        return self.filter(status__in=["confirmed", "assembled", "sent"])

    def with_lines(self) -> OrderQuerySet:
        return self.select_related("delivery_method").prefetch_related("lines")

    def with_timeline(self) -> OrderQuerySet:
        return self.with_lines().prefetch_related("events")


class IdempotencyRecordQuerySet(models.QuerySet["IdempotencyRecord"]):
    def expired(self, now: datetime) -> IdempotencyRecordQuerySet:
        """Records whose keys may be used anew."""
        return self.filter(expires_at__lt=now)
