"""Selling: who acts for a shop, and what their price lists did."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models import Offer, Product, Shop, price_field
from partners.querysets import (
    MembershipQuerySet,
    OfferChangeQuerySet,
    PriceListRunQuerySet,
)


class Membership(models.Model):
    """This user, who has the partner role, may act for this shop."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="memberships")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "shop"], name="one_membership_per_shop"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.shop}"


class PriceList(models.Model):
    """One uploaded or fetched file, byte for byte.

    `content` is the first mebibyte; what is beyond it is in `parts`.
    """

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


class PriceListPart(models.Model):
    """A further mebibyte of a large file."""

    price_list = models.ForeignKey(
        PriceList, on_delete=models.CASCADE, related_name="parts"
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["price_list", "number"], name="price_list_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.price_list_id}"


class PriceListRun(models.Model):
    """One check or application of a price list, and what it found and did."""

    class Kind(models.TextChoices):
        CHECK = "check"
        APPLY = "apply"
        UNDO = "undo"

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
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
    check_run = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications",
        help_text="The check whose result this applies.",
    )
    undone_run = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="undos",
        help_text="The application that this takes back.",
    )
    is_forced = models.BooleanField(
        default=False, help_text="Take back also what was edited since."
    )
    refuses_warnings = models.BooleanField(
        default=False, help_text="Warnings forbid to apply the list as errors do."
    )
    is_partial = models.BooleanField(
        default=False, help_text="Goods with errors are left as they are today."
    )
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    withdrawn_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    # At most 100, each as partners/price_list/findings.py has it; the rest counted.
    findings = models.JSONField(default=list)
    findings_total = models.PositiveIntegerField(default=0)
    errors_total = models.PositiveIntegerField(default=0)
    # Written while the run goes on; goods_total is a guess until all are read.
    goods_total = models.PositiveIntegerField(default=0)
    goods_read = models.PositiveIntegerField(default=0)
    goods_checked = models.PositiveIntegerField(default=0)
    goods_applied = models.PositiveIntegerField(default=0)
    # What the list names beside its goods, and what the run made of it.
    outline = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = PriceListRunQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["shop", "-id"], name="run_of_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"

    @property
    def estimated_end(self) -> datetime | None:
        """When it will be done if it goes on as it did; None if that is not known."""
        if self.state != self.State.RUNNING or self.started_at is None:
            return None
        done, steps = self.goods_applied, int(self.kind != self.Kind.CHECK)
        if self.check_run_id is None:
            done += self.goods_read + self.goods_checked
            steps += 2
        if not done:
            return None
        elapsed = timezone.now() - self.started_at
        return self.started_at + elapsed * steps * self.goods_total / done


class PriceListSource(models.Model):
    """The address from which a shop's list is fetched, and how that went."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="source")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Whose lists these are.",
    )
    url = models.CharField("address", max_length=2000)
    every_hours = models.PositiveSmallIntegerField(default=24)
    next_at = models.DateTimeField()
    fetched_at = models.DateTimeField(
        null=True, blank=True, help_text="When it last answered, changed or not."
    )
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it last gave another list."
    )
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    problem = models.CharField(max_length=255, blank=True)
    # What the server said of the list, so that it is sent only when it changed.
    etag = models.CharField(max_length=255, blank=True)
    last_modified = models.CharField(max_length=64, blank=True)
    checksum = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.url


class StagedGood(models.Model):
    """One good as its list has it, between reading and applying.

    Written and read by sets (partners/services/sql). A refused good stands
    here only so that its offer is not taken for a missing one.
    """

    pk = models.CompositePrimaryKey("run_id", "position")
    run = models.ForeignKey(
        PriceListRun, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    position = models.IntegerField()
    line = models.IntegerField()
    col = models.IntegerField()
    is_refused = models.BooleanField()
    article = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    model = models.CharField(max_length=255)
    brand = models.CharField(max_length=255)
    category = models.CharField(max_length=255)
    description = models.TextField()
    attributes = models.JSONField()
    regular_price = price_field()
    discount_price = price_field(null=True)
    recommended_price = price_field(null=True)
    stock = models.IntegerField()
    match_key = models.CharField(max_length=64)
    search_text = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["run", "article"], name="staged_good_by_article"),
            models.Index(fields=["run", "match_key"], name="staged_good_by_key"),
        ]

    def __str__(self) -> str:
        return self.name


class OfferChange(models.Model):
    """One row of a run's change set: what it does, or did, to one offer and its card.

    Written and read by sets. `before` is null for an offer that is new, `after` for
    one that is withdrawn; `card_before` and `card_after` are null unless the card is
    changed. Money is text. `offer` and `product` are empty as long as there is none.
    """

    class Kind(models.TextChoices):
        NEW = "new"
        CHANGED = "changed"
        WITHDRAWN = "withdrawn"

    class Undo(models.TextChoices):
        KEPT = "kept"  # edited since
        RESTORED = "restored"
        REMOVED = "removed"

    class Card(models.TextChoices):
        MADE = "made"
        CHANGED = "changed"

    run = models.ForeignKey(
        PriceListRun,
        on_delete=models.CASCADE,
        related_name="changes",
        db_constraint=False,
    )
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.CHANGED)
    position = models.IntegerField(null=True, help_text="In the list, from 0.")
    line = models.IntegerField(null=True)
    article = models.CharField(max_length=255, default="")
    name = models.CharField(max_length=255, default="")
    offer = models.ForeignKey(
        Offer,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    product = models.ForeignKey(
        Product,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    old_product = models.ForeignKey(
        Product,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
    )
    card = models.CharField(max_length=7, choices=Card.choices, blank=True, default="")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    undo = models.CharField(
        max_length=8, choices=Undo.choices, blank=True, db_default=""
    )
    card_undo = models.CharField(
        max_length=8, choices=Undo.choices, blank=True, db_default=""
    )
    card_before = models.JSONField(null=True)
    card_after = models.JSONField(null=True)

    objects = OfferChangeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["run", "kind", "id"], name="change_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.article} in run {self.run_id}"
