"""Reads with names. Ownership is part of the read: foreign things are not found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate, Upper

SUM: models.DecimalField[Any, Any] = models.DecimalField(
    max_digits=20, decimal_places=2
)

if TYPE_CHECKING:
    from accounts.models import Customer, User
    from catalog.models import Product, Shop
    from orders.models import (
        Cart,
        CartLine,
        Coupon,
        CouponUse,
        DeliveryMethod,
        IdempotencyRecord,
        Order,
        OrderLine,
        PaymentMethod,
        Review,
    )


class DeliveryMethodQuerySet(models.QuerySet["DeliveryMethod"]):
    def offered(self) -> DeliveryMethodQuerySet:
        return self.filter(is_active=True).order_by("position", "pk")


class PaymentMethodQuerySet(models.QuerySet["PaymentMethod"]):
    def offered(self) -> PaymentMethodQuerySet:
        """Methods on offer; a hosted page only where a provider is set."""
        methods = self.filter(is_active=True).order_by("position", "pk")
        hosted = self.model.Provider.HOSTED_PAGE
        return (
            methods if settings.PAYMENT_PAGE_URL else methods.exclude(provider=hosted)
        )


class CartQuerySet(models.QuerySet["Cart"]):
    def open_of(self, customer: Customer | int) -> CartQuerySet:
        """The one cart that the customer is filling, if any."""
        return self.filter(customer=customer, placed_at=None)


class CartLineQuerySet(models.QuerySet["CartLine"]):
    def in_open_cart_of(self, token: str) -> CartLineQuerySet:
        """The lines that a customer token's holder is about to buy, as they were named.

        None for an unknown token.
        """
        try:
            known = self.filter(cart__customer__token=UUID(token))
        except ValueError:
            return self.none()
        active = known.exclude(cart__customer__user__is_active=False)
        return active.filter(cart__placed_at=None).with_offers()

    def open_of(self, customer: Customer | int) -> CartLineQuerySet:
        """The lines of the customer's open cart, with it."""
        open_carts = self.filter(cart__customer=customer, cart__placed_at=None)
        return open_carts.select_related("cart")

    def with_offers(self) -> CartLineQuerySet:
        """In the order in which they were named, with all that prices them."""
        return self.select_related("offer__product", "offer__shop").order_by("pk")


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

    def placed(self) -> OrderQuerySet:
        return self.filter(placed_at__isnull=False)

    def with_items(self) -> OrderQuerySet:
        """With the lines as they were named, and what is on sale behind each."""
        related: Any = self.model._meta.get_field("lines").related_model
        offers: Any = related._meta.get_field("offer").related_model.objects
        lines: models.QuerySet[Any] = models.QuerySet(related).order_by("pk")
        return self.prefetch_related(
            Prefetch("lines", lines),
            Prefetch("lines__offer", offers.with_categories()),
        )

    def with_opening(self) -> OrderQuerySet:
        """With `opened_at`: when the cart that the order was, was opened."""
        customers: Any = self.model._meta.get_field("customer").related_model
        carts: models.QuerySet[Any] = models.QuerySet(
            customers._meta.get_field("carts").related_model
        )
        opened = carts.filter(pk=OuterRef("pk")).values("created_at")
        return self.annotate(opened_at=Coalesce(Subquery(opened), "created_at"))

    def latest_first(self) -> OrderQuerySet:
        """By when the order was made; a cart may have had its number for long."""
        return self.order_by("-created_at", "-pk")

    def newest_first(self) -> OrderQuerySet:
        return self.order_by("-pk")

    def placed_by(self, customer: Customer) -> OrderQuerySet:
        """The customer's own placed orders, newest first."""
        return self.filter(customer=customer, placed_at__isnull=False).order_by("-pk")

    def bought_by(self, user: User | int) -> OrderQuerySet:
        return self.filter(customer__user=user)

    def sold_by(self, shop: Shop) -> OrderQuerySet:
        """Orders with a line of this shop."""
        return self.filter(Exists(self._lines().filter(shop=shop)))

    def mentioning(self, text: str) -> OrderQuerySet:
        """Orders with this number or code, or with the text in what people wrote."""
        products = self._lines().filter(product_name__icontains=text)
        words = Q(pk__in=[min(int(text), 2**63 - 1)] if text.isdecimal() else [])
        for name in ("email", "first_name", "last_name", "phone"):
            words |= Q(**{f"{name}__icontains": text})
        return self.filter(words | Q(code=text) | Q(Exists(products)))

    def completed(self) -> OrderQuerySet:
        return self.filter(status="delivered")

    def on_their_way(self) -> OrderQuerySet:
        """Placed orders that are neither delivered nor canceled."""
        return self.filter(status__in=["confirmed", "assembled", "sent"])

    def delivered_to(self, user: User, product: Product) -> OrderQuerySet:
        """Orders by which an account received a product, as a guest included."""
        return self.filter(
            customer__user=user, status="delivered", lines__offer__product=product
        )

    def by_day(self, since: datetime, until: datetime, zone: tzinfo) -> Any:
        """(day, orders, canceled, turnover) of each day on which orders were placed.

        Orders are those that stand. Their turnover is their totals, delivery included,
        less what was refunded of them, whenever that was.
        """
        stands = ~Q(status="canceled")
        back = Coalesce("payment__refunded", Decimal(0))
        turnover = Sum(F("total") - back, filter=stands, output_field=SUM)
        days = self.filter(placed_at__gte=since, placed_at__lt=until).order_by()
        return days.values_list(TruncDate("placed_at", tzinfo=zone)).annotate(
            orders=Count("pk", filter=stands),
            canceled=Count("pk", filter=~stands),
            turnover=Coalesce(turnover, Decimal(0), output_field=SUM),
        )

    def to_prepare(self) -> Any:
        """(state, how many) of the orders that wait for the store's hands."""
        waiting = self.filter(status__in=["confirmed", "assembled"]).order_by()
        return waiting.values_list("status").annotate(Count("pk"))

    def with_lines(self) -> OrderQuerySet:
        """With the lines in the order in which they were named."""
        return self.select_related("delivery_method").prefetch_related(
            self._in_order("lines")
        )

    def with_lines_of(self, shop: Shop) -> OrderQuerySet:
        """Orders in which the shop sells something, with its own lines and parcel."""
        own = self._in_order("lines", shop=shop), self._in_order("parcels", shop=shop)
        found = self.sold_by(shop).select_related("delivery_method")
        return found.prefetch_related(*own).order_by("-pk")

    def with_lines_at(self, shop: Shop | int, statuses: Iterable[str]) -> OrderQuerySet:
        """Orders in which the shop's own lines are in one of these states."""
        journey = list(self.model.JOURNEY)
        parcels: Any = self.model._meta.get_field("parcels").related_model
        own: models.QuerySet[Any] = models.QuerySet(parcels).filter(
            order=OuterRef("pk"), shop=shop
        )
        found: Any = Q(pk__in=[])
        for status in statuses:
            place = journey.index(status) if status in journey else len(journey)
            ahead = Exists(own.filter(status__in=journey[place + 1 :]))
            there = Exists(own.filter(status=status))
            found |= Q(status=status) & ~ahead
            if status in journey:
                found |= Q(status__in=journey[:place]) & there
        return self.filter(found)

    def with_timeline(self) -> OrderQuerySet:
        """All that the detail of an order shows, the oldest event first."""
        events, parcels = self._in_order("events"), self._in_order("parcels")
        refunds = "payment__refunds__lines__line"
        with_payment = self.with_lines().select_related("payment__method")
        return with_payment.prefetch_related(events, parcels, refunds)

    def _lines(self) -> models.QuerySet[Any]:
        """The lines of each order, for a subquery."""
        lines = self.model._meta.get_field("lines").related_model
        return models.QuerySet(lines).filter(order=OuterRef("pk"))

    def _in_order(self, name: str, **only: object) -> Prefetch[Any]:
        """By the relation, because this room knows no model."""
        rows: models.QuerySet[Any] = models.QuerySet(
            self.model._meta.get_field(name).related_model
        )
        return Prefetch(name, queryset=rows.filter(**only).order_by("pk"))


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    def in_orders(self, orders: OrderQuerySet) -> Iterator[OrderLine]:
        """The lines of these orders with all that a table shows, a batch at a time."""
        by_order = "order" if orders.query.order_by == ("pk",) else "-order"
        lines = self.filter(order__in=orders.order_by()).order_by(by_order, "pk")
        return lines.select_related("order__delivery_method").iterator(chunk_size=500)

    def sold_since(self, moment: datetime) -> OrderLineQuerySet:
        """Lines of orders placed since then and not canceled."""
        placed = self.filter(order__placed_at__gte=moment)
        return placed.exclude(order__status="canceled")

    def sold_by_day(self, shop: Shop, first: date, last: date, zone: tzinfo) -> Any:
        """Day, orders, units, turnover of a shop, where it sold anything."""
        since = datetime.combine(first, time.min, zone)
        until = datetime.combine(last + timedelta(1), time.min, zone)
        sold = self.sold_since(since).filter(shop=shop, order__placed_at__lt=until)
        by_day = sold.values(day=TruncDate("order__placed_at", tzinfo=zone)).order_by()
        return by_day.annotate(
            orders=Count("order", distinct=True),
            units=Sum("quantity"),
            turnover=Sum(F("amount") - F("discount")),
        )

    def best_sellers(self, limit: int) -> Any:
        """(product, its name, units, amount paid) of what these lines sold most."""
        amount = Sum(F("amount") - F("discount"), output_field=SUM)
        by_product = self.values_list("offer__product", "offer__product__name")
        rows = by_product.annotate(units=Sum("quantity"), paid=amount)
        return rows.order_by("-units", "offer__product")[:limit]


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
