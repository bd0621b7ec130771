"""What a list was made to do, and what came of it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from catalog.models import Shop
from partners.models.lists import PriceList
from partners.querysets import PriceListRunQuerySet

# How long each takes for one good, beside the others; as bench/run measured it.
READING, CHECKING, APPLYING = 4, 1, 12


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
    corrected = models.ForeignKey(
        PriceList,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The list with its safe corrections, if there are any.",
    )
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
        return f"{self.get_kind_display()} {self.pk}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Whether the worker has still to do something about it."""
        return self.state in {self.State.QUEUED, self.State.RUNNING, self.State.FAILED}

    @property
    def estimated_end(self) -> datetime | None:
        """When it will be done if it goes on as it did; None if that is not known."""
        if self.state != self.State.RUNNING or self.started_at is None:
            return None
        applying = APPLYING if self.kind != self.Kind.CHECK else 0
        done, whole = applying * self.goods_applied, applying
        if self.check_run_id is None and self.undone_run_id is None:
            done += READING * self.goods_read + CHECKING * self.goods_checked
            whole += READING + CHECKING
        if not done:
            return None
        elapsed = timezone.now() - self.started_at
        return self.started_at + elapsed * whole * self.goods_total / done
