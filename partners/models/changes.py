"""Rows that sets of SQL write and read: staged goods, and changes of offers."""

from typing import Any, ClassVar

from django.db import models

from catalog.models import Offer, Product, price_field
from partners.models.runs import PriceListRun
from partners.querysets import OfferChangeQuerySet


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

    @property
    def differences(self) -> list[tuple[str, Any, Any]]:
        """Each value of offer and card that differs: its name, before and after."""
        pairs = ((self.before, self.after), (self.card_before, self.card_after))
        return [
            (name, (before or {}).get(name), value)
            for before, after in pairs
            for name, value in (after or {}).items()
            if before is None or before.get(name) != value
        ]
