"""The rows of an order, written once: names, prices and sums as they are bought."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts import brakes
from accounts.models import Customer, User
from catalog.rows import insert, update
from orders.emails import (
    queue_all,
    send_admin_letter,
    send_buyer_letter,
    send_shop_letter,
)
from orders.exceptions import AddressMissing, OrderTooLarge
from orders.models import (
    Cart,
    CartLine,
    DeliveryMethod,
    Order,
    OrderEvent,
    OrderLine,
    PaymentMethod,
)
from orders.services.carts import LARGEST_SUM, PricedCart
from orders.services.coupons import use_coupon
from orders.services.payments import open_payment


@dataclass(frozen=True)
class Delivery:
    """Where the goods go, and whom to ask. `method` is a delivery method's code."""

    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    country: str = ""
    city: str = ""
    postal_code: str = ""
    address: str = ""
    method: str = ""


def write_order(
    *,
    cart: Cart,
    sight: PricedCart,
    customer: Customer,
    delivery: Delivery,
    payment: PaymentMethod | None,
    status: Order.Status,
    actor: User | None,
    now: datetime,
) -> Order:
    """The order of a cart as it is seen, with its lines, first event and payment.

    A draft (status new) is not placed. Its coupon is used. Raises OrderTooLarge,
    CouponUsedUp, CouponUsedByYou.
    """
    if sight.total > LARGEST_SUM:
        raise OrderTooLarge(LARGEST_SUM)
    cart.placed_at = now
    update(cart, "placed_at")
    order = Order(
        id=cart.pk,
        customer=customer,
        status=status,
        first_name=delivery.first_name,
        last_name=delivery.last_name,
        email=delivery.email,
        phone=delivery.phone,
        country=delivery.country,
        city=delivery.city,
        postal_code=delivery.postal_code,
        address=delivery.address,
        delivery_method=sight.delivery_method,
        goods_total=sight.goods_total,
        coupon_code=sight.coupon.code if sight.coupon else "",
        discount=sight.discount,
        delivery_price=sight.delivery_price,
        placed_at=None if status == Order.Status.NEW else now,
    )
    insert(order)
    order.total = sight.total
    lines = [
        _frozen(order, line, discount)
        for line, discount in zip(sight.lines, sight.discounts, strict=True)
    ]
    insert(*lines)
    event = insert(OrderEvent(order=order, after=status, actor=actor, at=now))
    _keep(order, lines=lines, events=[event], parcels=[])
    if sight.coupon:
        use_coupon(sight.coupon, order)
    if payment:
        open_payment(order, payment, sight.total)
    return order


def _frozen(order: Order, line: CartLine, discount: Decimal) -> OrderLine:
    offer = line.offer
    frozen = OrderLine(
        order=order,
        offer=offer,
        shop=offer.shop,
        product_name=offer.product.name,
        shop_name=offer.shop.name,
        article=offer.article,
        unit_price=offer.price,
        quantity=line.quantity,
        discount=discount,
    )
    frozen.amount = offer.price * line.quantity
    return frozen


def _keep(order: Order, **written: list[Any]) -> None:
    """Let who shows the order find the rows just written, as a prefetch would."""
    kept: dict[str, QuerySet[Any]] = {}
    for name, rows in written.items():
        kept[name] = getattr(order, name).all()
        kept[name]._result_cache = rows
    order._prefetched_objects_cache = kept  # type: ignore[attr-defined]
    Order._meta.get_field("payment").set_cached_value(order, None)


def queue_letters(
    order: Order, shops: Iterable[int], actor: User | None, now: datetime
) -> None:
    """Queue the letters about a placed order: buyer, admins, each shop in it."""
    letters: list[Any] = []
    # A guest may give anybody's address: past the brake the order stands unwritten.
    if actor or brakes.has_room("letters", order.email.lower(), now=now):
        letters.append((send_buyer_letter, (order.pk,)))
    letters.append((send_admin_letter, (order.pk,)))
    letters += [(send_shop_letter, (order.pk, shop)) for shop in sorted(set(shops))]
    queue_all(letters)


def check_address(method: DeliveryMethod | None, *, city: str, address: str) -> None:
    """Raise AddressMissing when the delivery method needs more than is given."""
    if method is None or not method.needs_address:
        return
    given = {"city": city, "address": address}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise AddressMissing(missing)
