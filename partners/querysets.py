"""Reads with names. Ownership is part of the read: foreign runs are not found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import Shop
    from partners.models import Membership, OfferChange, PriceListRun


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: User) -> MembershipQuerySet:
        return self.filter(user=user).select_related("shop")

    def shops_of(self, user: User) -> models.QuerySet[Shop]:
        """The shops that the user acts for, by id."""
        shops: Any = self.model._meta.get_field("shop").related_model
        mine = self.filter(user=user).values("shop")
        return models.QuerySet(shops).filter(pk__in=mine).order_by("pk")


class PriceListRunQuerySet(models.QuerySet["PriceListRun"]):
    def with_corrected(self) -> PriceListRunQuerySet:
        """Runs whose list could be corrected, with that list."""
        return self.filter(corrected__isnull=False).select_related("corrected")

    def visible_to(self, user: User) -> PriceListRunQuerySet:
        """Runs of the user's own lists and shops; staff who may see all."""
        runs = self.select_related("price_list", "shop").order_by("-pk")
        runs = runs.defer("price_list__content")  # up to a mebibyte each
        if user.is_staff and user.has_perm("partners.view_pricelistrun"):
            return runs
        return runs.filter(
            Q(price_list__uploaded_by=user) | Q(shop__memberships__user=user)
        ).distinct()

    def unfinished(self) -> PriceListRunQuerySet:
        """Runs that wait for a worker, or have one."""
        return self.filter(state__in=["queued", "running"])

    def without_success(self, since: datetime) -> PriceListRunQuerySet:
        """Runs since then that were refused, or failed by a fault of ours."""
        return self.filter(state__in=["refused", "failed"], created_at__gte=since)


class OfferChangeQuerySet(models.QuerySet["OfferChange"]):
    def of_run(self, run: PriceListRun) -> OfferChangeQuerySet:
        """The change set of a run, an undo's being that of what it undid."""
        return self.filter(run=run.undone_run_id or run.pk).order_by("pk")
