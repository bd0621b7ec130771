"""Who acts for a shop, and where its list lies."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.models import Shop
from partners.querysets import MembershipQuerySet


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
        return f"{self.user} · {self.shop}"


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
