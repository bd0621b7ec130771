"""Selling: who acts for a shop, and what their price lists did."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Offer, Shop
from partners.querysets import PriceListRunQuerySet


class Membership(models.Model):
    """This user, who has the partner role, may act for this shop."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="memberships")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "shop"], name="one_membership_per_shop"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.shop}"


class PriceList(models.Model):
    """One uploaded or fetched file, byte for byte."""

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="price_lists",
        help_text="Empty when an operator imported it from the command line.",
    )
    source = models.CharField(max_length=2000, help_text="File name or URL.")
    content = models.BinaryField()
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the bytes.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.source


class PriceListRun(models.Model):
    """One check or application of a price list, and what it found and did."""

    class Kind(models.TextChoices):
        CHECK = "check"
        APPLY = "apply"
        UNDO = "undo"

    class State(models.TextChoices):
        QUEUED = "queued"
        DONE = "done"
        REFUSED = "refused"
        SUPERSEDED = "superseded"
        FAILED = "failed"  # a fault of ours; the worker tries again

    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, related_name="runs"
    )
    shop = models.ForeignKey(
        Shop, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    kind = models.CharField(max_length=5, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    withdrawn_count = models.PositiveIntegerField(default=0)
    # At most 100 of {line, column, field, severity, code, message}; the rest counted.
    findings = models.JSONField(default=list)
    findings_total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = PriceListRunQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["shop", "-id"], name="run_of_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"


class OfferChange(models.Model):
    """The change set of an applied run: one offer's values before and after.

    `before` is null for an offer that the run made. Money is text.
    """

    run = models.ForeignKey(
        PriceListRun, on_delete=models.CASCADE, related_name="changes"
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "offer"], name="one_change_per_offer_and_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} in run {self.run_id}"
