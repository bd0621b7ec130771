"""Reads with names. Ownership is part of the read: foreign things are not found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, F, Prefetch, Q
from django.db.models.functions import Upper

if TYPE_CHECKING:
    from accounts.models import Customer, User
    from catalog.models import Product
    from orders.models import (
        Cart,
        Coupon,
        CouponUse,
        DeliveryMethod,
        IdempotencyRecord,
        Order,
        OrderLine,
        Review,
    )


class DeliveryMethodQuerySet(models.QuerySet["DeliveryMethod"]):
    def offered(self) -> DeliveryMethodQuerySet:
        return self.filter(is_active=True).order_by("position", "pk")


class CartQuerySet(models.QuerySet["Cart"]):
    def open_of(self, customer: Customer) -> CartQuerySet:
        """The one cart that the customer is filling, if any."""
        return self.filter(customer=customer, placed_at=None)


class CouponQuerySet(models.QuerySet["Coupon"]):
    def coded(self, code: str) -> CouponQuerySet:
        """The active coupon of a code, in whatever case, with its category."""
        found = self.annotate(key=Upper("code")).filter(key=code.upper())
        return found.filter(is_active=True).select_related("category")

    def with_room(self) -> CouponQuerySet:
        """Coupons that one more order may use."""
        return self.filter(
            Q(total_limit=None) | Q(used__lt=F("total_limit")), is_active=True
        )


class CouponUseQuerySet(models.QuerySet["CouponUse"]):
    def standing(self) -> CouponUseQuerySet:
        """Uses of orders that were not cancelled."""
        return self.filter(is_returned=False)

    def by_buyer(self, customer: Customer, email: str) -> CouponUseQuerySet:
        """Uses by this customer, or for this address."""
        same = Q(customer=customer)
        return self.filter(same | Q(email=email.lower()) if email else same)


class OrderQuerySet(models.QuerySet["Order"]):
    def of(self, customer: Customer) -> OrderQuerySet:
        """All of the customer's orders, drafts included, newest first."""
        return self.filter(customer=customer).order_by("-pk")

    def newest_first(self) -> OrderQuerySet:
        return self.order_by("-pk")

    def placed_by(self, customer: Customer) -> OrderQuerySet:
        """The customer's own placed orders, newest first."""
        return self.filter(customer=customer, placed_at__isnull=False).order_by("-pk")

    def on_their_way(self) -> OrderQuerySet:
        """Placed orders that are neither delivered nor canceled."""
        return self.filter(status__in=["confirmed", "assembled", "sent"])

    def delivered_to(self, user: User, product: Product) -> OrderQuerySet:
        """Orders by which an account received a product, as a guest included."""
        return self.filter(
            customer__user=user, status="delivered", lines__offer__product=product
        )

    def with_lines(self) -> OrderQuerySet:
        """With the lines in the order in which they were named."""
        return self.select_related("delivery_method").prefetch_related(
            self._in_order("lines")
        )

    def with_timeline(self) -> OrderQuerySet:
        """With lines and events, the oldest event first."""
        events = self._in_order("events")
        return self.with_lines().prefetch_related(events)

    def _in_order(self, name: str) -> Prefetch[Any]:
        """By the relation, because this room knows no model."""
        rows: models.QuerySet[Any] = models.QuerySet(
            self.model._meta.get_field(name).related_model
        )
        return Prefetch(name, queryset=rows.order_by("pk"))


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    def sold_since(self, moment: datetime) -> OrderLineQuerySet:
        """Lines of orders placed since then and not canceled."""
        placed = self.filter(order__placed_at__gte=moment)
        return placed.exclude(order__status="canceled")


class IdempotencyRecordQuerySet(models.QuerySet["IdempotencyRecord"]):
    def expired(self, now: datetime) -> IdempotencyRecordQuerySet:
        """Records whose keys may be used anew."""
        return self.filter(expires_at__lt=now)


class ReviewQuerySet(models.QuerySet["Review"]):
    def shown(self) -> ReviewQuerySet:
        """Reviews that anybody may read."""
        return self.filter(status="approved")

    def of(self, product: Product) -> ReviewQuerySet:
        """The reviews of a product with their authors, the newest first."""
        return self.filter(product=product).select_related("author").order_by("-pk")

    def written_by(self, user: User) -> ReviewQuerySet:
        """The account's own reviews with their products, the newest first."""
        return self.filter(author=user).select_related("product").order_by("-pk")

    def counted(self, products: Iterable[int]) -> Any:
        """(product, rating, how many) of each rating that these products got."""
        rows = self.filter(product__in=products).order_by()
        return rows.values_list("product", "rating").annotate(Count("pk"))

    def locked(self, reviews: Iterable[int]) -> ReviewQuerySet:
        """These reviews, locked in primary-key order."""
        rows = self.filter(pk__in=list(reviews)).order_by("pk")
        return rows.select_for_update(of=("self",), no_key=True)
