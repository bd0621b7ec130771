"""Many rows changed at once: what was shown before, what was done, what is back."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.offers import Offer
from catalog.models.products import Product
from catalog.querysets import ChangeQuerySet, ChangeSetQuerySet


class ChangeSet(models.Model):
    """One deed on many offers or products: previewed, then applied, then undone.

    An undo is a change set too; it names the one that it takes back.
    """

    class Kind(models.TextChoices):
        PRICE = "price", _("prices")
        STOCK = "stock", _("stock")
        LISTING = "listing", _("offers listed or withdrawn")
        CATEGORY = "category", _("categories")
        ACTIVE = "active", _("products shown or hidden")

    class State(models.TextChoices):
        PREVIEW = "preview", _("preview")
        APPLIED = "applied", _("applied")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    state = models.CharField(
        _("state"), max_length=7, choices=State.choices, default=State.PREVIEW
    )
    parameters = models.JSONField(
        _("parameters"), default=dict, help_text='{"how": "percent", "value": "5"}'
    )
    note = models.CharField(
        _("reason"), max_length=255, blank=True, help_text=_("In somebody's words.")
    )
    undoes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="undos",
        verbose_name=_("undoes"),
        help_text=_("The change that this takes back."),
    )
    is_forced = models.BooleanField(
        _("forced"),
        default=False,
        help_text=_("Takes back also what was edited since."),
    )
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    refused_count = models.PositiveIntegerField(_("refused"), default=0)
    undone_count = models.PositiveIntegerField(_("undone"), default=0)
    previewed_by = models.CharField(
        _("previewed by"), max_length=64, help_text="user:3"
    )
    applied_by = models.CharField(_("applied by"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def document(self) -> str:
        """How the logs of prices and stock name it."""
        return f"change-set:{self.pk}"

    @property
    def is_of_products(self) -> bool:
        return self.kind in {self.Kind.CATEGORY, self.Kind.ACTIVE}

    @property
    def is_applied(self) -> bool:
        return self.state == self.State.APPLIED

    @property
    def can_be_undone(self) -> bool:
        """Whether anything it did is still as it left it, or might be."""
        return self.is_applied and self.undone_count < self.changed_count


class Change(models.Model):
    """What a change set does, or did, to one offer or product.

    `before` and `after` hold the same facts, money as text. A row with a `refusal` is
    left as it is; `after` then is what was asked.
    """

    class Refusal(models.TextChoices):
        NOT_POSITIVE = "min_value", _("a price must be above 0")
        TOO_MUCH = "max_value", _("more than the shop can hold")
        NO_DISCOUNT = (
            "not_below_regular",
            _("the discount price must be below the regular one"),
        )
        BELOW_ZERO = "below_zero", _("stock would fall below 0")
        EDITED = "edited_since", _("edited since, and kept")
        GONE = "gone", _("deleted since")

    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, related_name="changes"
    )
    offer = models.ForeignKey(
        Offer, null=True, on_delete=models.PROTECT, related_name="+"
    )
    product = models.ForeignKey(
        Product, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=255)
    article = models.CharField(max_length=255, blank=True)
    before = models.JSONField()
    after = models.JSONField()
    refusal = models.CharField(max_length=20, choices=Refusal.choices, blank=True)
    is_undone = models.BooleanField(default=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(refusal="") | Q(is_undone=False),
                name="change_refused_is_not_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.before} → {self.after}"

    @property
    def thing(self) -> int | None:
        """The id of its offer, or of its product; None if that is deleted."""
        return self.offer_id or self.product_id
