"""From cart to order, in one step or two."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from accounts.models import Customer, User
from catalog.exceptions import OfferNotFound, OutOfStock, Shortage
from catalog.models import Offer
from catalog.prepared import Prepared
from catalog.rows import insert
from catalog.services import available, take_stock
from orders.exceptions import (
    CartChange,
    CartIsEmpty,
    CartIsFull,
    MoveNotAllowed,
    QuoteChanged,
)
from orders.models import Cart, CartLine, Order, OrderEvent, PaymentMethod
from orders.services.carts import LINES, PricedCart, offered_method, priced
from orders.services.coupons import offered_coupon
from orders.services.payments import offered_payment
from orders.services.quotes import differences, unpack
from orders.services.whole import whole
from orders.services.writing import Delivery, check_address, queue_letters, write_order

CART_TO_PLACE = Prepared(
    lambda customer: (
        Cart.objects.open_of(customer).select_for_update().order_by("pk")[:1]
    )
)


@whole()
def checkout(
    *,
    customer: Customer,
    delivery: Delivery,
    quote: str | None,
    actor: User | None,
    now: datetime,
    coupon: str = "",
    payment: str = "",
) -> Order:
    """Turn the open cart into a placed order, once, at the price the buyer saw.

    `quote` is the one that reading the cart gave; None, for surfaces whose document
    knows no quote, accepts today's prices. Raises CartIsEmpty, OutOfStock,
    QuoteChanged, DeliveryNotOffered, AddressMissing, PaymentNotOffered, the refusals
    of `coupon`; both are codes, or none. Nothing has changed then.
    """
    # The lock makes a parallel checkout of the same cart wait, and then find none.
    cart = next(iter(CART_TO_PLACE(customer.pk)), None)
    lines = LINES(cart.pk) if cart else []
    if cart is None or not lines:
        raise CartIsEmpty
    method = offered_method(delivery.method)
    check_address(method, city=delivery.city, address=delivery.address)
    offered, paid_by = offered_coupon(coupon, customer, now), offered_payment(payment)
    quantities = {line.offer_id: line.quantity for line in lines}
    offers = take_stock(quantities=quantities, document=f"order:{cart.pk}")
    for line in lines:
        line.offer = offers[line.offer_id]
    sight = priced(cart, lines, method, offered)
    if quote is not None and quote != sight.quote:
        raise QuoteChanged(sight.quote or "", _since(quote, sight), sight)
    return _place(cart, sight, customer, delivery, paid_by, actor, now)


@whole()
def place_order(
    *,
    customer: Customer,
    quantities: Mapping[int, int],
    delivery: Delivery,
    actor: User | None,
    now: datetime,
    coupon: str = "",
    payment: str = "",
    total: Decimal | None = None,
) -> Order:
    """Order these offers (id → quantity) at once, without touching the open cart.

    `total` is what the buyer expects to pay; None accepts today's prices. Refusals as
    checkout, and OfferNotFound is told as OutOfStock with 0 available.
    """
    method = offered_method(delivery.method)
    check_address(method, city=delivery.city, address=delivery.address)
    offered, paid_by = offered_coupon(coupon, customer, now), offered_payment(payment)
    cart = _closed_cart(customer, quantities, now)
    offers = take_stock(quantities=quantities, document=f"order:{cart.pk}")
    sight = priced(cart, _lines(cart, quantities, offers), method, offered)
    if total is not None and total != sight.total:
        raise QuoteChanged(sight.quote or "", [], replace(sight, id=None))
    return _place(cart, sight, customer, delivery, paid_by, actor, now)


@whole()
def draft_order(
    *,
    customer: Customer,
    quantities: Mapping[int, int],
    delivery: Delivery,
    actor: User | None,
    now: datetime,
    coupon: str = "",
    payment: str = "",
) -> Order:
    """An order in state new: today's prices are kept, no stock is taken.

    No letter is written; the address may come with confirm_order. A coupon is used
    now. Raises CartIsEmpty, CartIsFull, OfferNotFound, OutOfStock, DeliveryNotOffered,
    OrderTooLarge, PaymentNotOffered, the refusals of coupons.
    """
    method = offered_method(delivery.method)
    offered, paid_by = offered_coupon(coupon, customer, now), offered_payment(payment)
    cart = _closed_cart(customer, quantities, now)
    found = Offer.objects.for_sale().select_related("product", "shop")
    offers = found.in_bulk(quantities)
    for pk in quantities:
        if pk not in offers:
            raise OfferNotFound(pk)
    shortages = [
        Shortage(pk, offers[pk].product.name, quantity, available(offers[pk]))
        for pk, quantity in quantities.items()
        if available(offers[pk]) < quantity
    ]
    if shortages:
        raise OutOfStock(shortages)
    return write_order(
        cart=cart,
        sight=priced(cart, _lines(cart, quantities, offers), method, offered),
        customer=customer,
        delivery=delivery,
        payment=paid_by,
        status=Order.Status.NEW,
        actor=actor,
        now=now,
    )


@whole()
def confirm_order(
    *, order: Order, address: str, phone: str, actor: User | None, now: datetime
) -> None:
    """Place an order that is new: its stock is taken, its letters are queued.

    It costs what it said when it was made. An empty `address` or `phone` keeps the
    order's own. Raises MoveNotAllowed (also when it was confirmed already), OutOfStock
    (it stays new), AddressMissing.
    """
    address, phone = address or order.address, phone or order.phone
    check_address(order.delivery_method, city=order.city, address=address)
    confirmed = Order.objects.filter(pk=order.pk, status=Order.Status.NEW).update(
        status=Order.Status.CONFIRMED, address=address, phone=phone, placed_at=now
    )
    if not confirmed:
        order.refresh_from_db(fields=["status"])
        raise MoveNotAllowed(order.status, Order.Status.CONFIRMED)
    quantities = dict(order.lines.values_list("offer_id", "quantity"))
    offers = take_stock(quantities=quantities, document=f"order:{order.pk}")
    OrderEvent.objects.create(
        order=order,
        before=Order.Status.NEW,
        after=Order.Status.CONFIRMED,
        actor=actor,
        at=now,
    )
    order.status, order.placed_at = Order.Status.CONFIRMED, now
    order.address, order.phone = address, phone
    queue_letters(order, (offer.shop_id for offer in offers.values()), actor, now)


def _place(
    cart: Cart,
    sight: PricedCart,
    customer: Customer,
    delivery: Delivery,
    payment: PaymentMethod | None,
    actor: User | None,
    now: datetime,
) -> Order:
    """Write the order of a cart whose stock is taken, and queue its letters."""
    order = write_order(
        cart=cart,
        sight=sight,
        customer=customer,
        delivery=delivery,
        payment=payment,
        status=Order.Status.CONFIRMED,
        actor=actor,
        now=now,
    )
    queue_letters(order, (line.offer.shop_id for line in sight.lines), actor, now)
    return order


def _since(quote: str, sight: PricedCart) -> list[CartChange]:
    """What moved since the buyer got this quote; since the last reading, if unknown."""
    seen = unpack(quote)
    if seen is None:
        return sight.changes
    names = {line.offer_id: line.offer.product.name for line in sight.lines}
    return differences(seen, sight.facts, names)


def _closed_cart(
    customer: Customer, quantities: Mapping[int, int], now: datetime
) -> Cart:
    """A cart that was never open: it gives the order its number."""
    if not quantities:
        raise CartIsEmpty
    if len(quantities) > settings.ORDER_LINES_LIMIT:
        raise CartIsFull(settings.ORDER_LINES_LIMIT)
    return insert(Cart(customer=customer, placed_at=now))


def _lines(
    cart: Cart, quantities: Mapping[int, int], offers: Mapping[int, Offer]
) -> list[CartLine]:
    return [
        CartLine(
            cart=cart, offer=offers[pk], quantity=quantity, seen_price=offers[pk].price
        )
        for pk, quantity in quantities.items()
    ]
