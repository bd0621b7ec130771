"""Coupons: what they take off, and how often."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from accounts.models import Customer
from catalog.models import Product
from orders.exceptions import (
    CouponDoesNotApply,
    CouponEnded,
    CouponNotFound,
    CouponNotYet,
    CouponSumTooSmall,
    CouponUsedByYou,
    CouponUsedUp,
)
from orders.models import CartLine, Coupon, CouponUse, Order
from orders.services.shares import divide, percent_of


def offered_coupon(code: str, customer: Customer, now: datetime) -> Coupon | None:
    """The coupon of a code that the customer may use now; None for no code.

    Raises CouponNotFound, CouponNotYet, CouponEnded, CouponUsedUp, CouponUsedByYou.
    """
    if not code:
        return None
    coupon = Coupon.objects.coded(code).first()
    if coupon is None:
        raise CouponNotFound(code)
    if coupon.starts_at and now < coupon.starts_at:
        raise CouponNotYet(coupon.code, coupon.starts_at)
    if coupon.ends_at and now >= coupon.ends_at:
        raise CouponEnded(coupon.code, coupon.ends_at)
    if coupon.total_limit is not None and coupon.used >= coupon.total_limit:
        raise CouponUsedUp(coupon.code)
    _check_customer(coupon, customer, customer.email)
    return coupon


def discounts(coupon: Coupon | None, lines: Sequence[CartLine]) -> list[Decimal]:
    """What the coupon takes off each line, to the hundredth, in the lines' order.

    Raises CouponDoesNotApply, CouponSumTooSmall.
    """
    shares = [Decimal("0.00")] * len(lines)
    if coupon is None or not lines:
        return shares
    chosen = _chosen(coupon, lines)
    amounts = [lines[i].offer.price * lines[i].quantity for i in chosen]
    goods = sum(amounts, Decimal("0.00"))
    if not chosen:
        raise CouponDoesNotApply(coupon.code)
    if coupon.from_sum is not None and goods < coupon.from_sum:
        raise CouponSumTooSmall(coupon.code, coupon.from_sum, goods)
    off = percent_of(goods, coupon.percent) if coupon.percent else coupon.amount
    parts = divide(min(off or Decimal(0), goods), amounts)
    for index, part in zip(chosen, parts, strict=True):
        shares[index] = part
    return shares


def use_coupon(coupon: Coupon, order: Order) -> None:
    """Count the order as a use; call it in the order's transaction, stock taken.

    The update both decides the last use and makes other buyers with this coupon wait,
    so that a customer's uses can be counted. Raises CouponUsedUp, CouponUsedByYou.
    """
    if not Coupon.objects.with_room().filter(pk=coupon.pk).update(used=F("used") + 1):
        raise CouponUsedUp(coupon.code)
    _check_customer(coupon, order.customer, order.email)
    CouponUse.objects.create(
        coupon=coupon, order=order, customer=order.customer, email=order.email.lower()
    )


def return_coupon(order: Order) -> None:
    """A cancelled order gives its use back, once."""
    use = CouponUse.objects.filter(order=order, is_returned=False)
    for coupon in use.values_list("coupon", flat=True):
        if use.update(is_returned=True):
            Coupon.objects.filter(pk=coupon).update(used=F("used") - 1)


def _chosen(coupon: Coupon, lines: Sequence[CartLine]) -> list[int]:
    """The places of the lines that the coupon is for."""
    places = [
        place
        for place, line in enumerate(lines)
        if coupon.shop_id in {None, line.offer.shop_id}
    ]
    if coupon.category is None:
        return places
    products = {line.offer.product_id for line in lines}
    in_category = Product.objects.in_category(coupon.category)
    inside = set(in_category.filter(pk__in=products).values_list("pk", flat=True))
    return [i for i in places if lines[i].offer.product_id in inside]


def _check_customer(coupon: Coupon, customer: Customer, email: str) -> None:
    """A buyer is known by the record and, for guests with new tokens, the address."""
    if coupon.customer_limit is None:
        return
    uses = CouponUse.objects.standing().by_buyer(customer, email)
    if uses.filter(coupon=coupon).count() >= coupon.customer_limit:
        raise CouponUsedByYou(coupon.code, coupon.customer_limit)
