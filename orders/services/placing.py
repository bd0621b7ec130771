"""From cart to order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts import brakes
from accounts.models import Customer, User
from catalog.services import take_stock
from orders.emails import send_admin_letter, send_buyer_letter, send_shop_letter
from orders.exceptions import (
    AddressMissing,
    CartIsEmpty,
    CartIsFull,
    OrderTooLarge,
    QuoteChanged,
)
from orders.models import Cart, CartLine, DeliveryMethod, Order, OrderEvent, OrderLine
from orders.services.carts import (
    LARGEST_SUM,
    PricedCart,
    lines_of,
    offered_method,
    priced,
)


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


@transaction.atomic
def checkout(
    *,
    customer: Customer,
    delivery: Delivery,
    quote: str | None,
    actor: User | None,
    now: datetime,
) -> Order:
    """Turn the open cart into a placed order, once, at the price the buyer saw.

    `quote` is the one that reading the cart gave; None, for surfaces whose document
    knows no quote, accepts today's prices. Raises CartIsEmpty, OutOfStock,
    QuoteChanged, DeliveryNotOffered, AddressMissing; nothing has changed then.
    """
    # The lock makes a parallel checkout of the same cart wait, and then find none.
    cart = Cart.objects.open_of(customer).select_for_update().first()
    lines = lines_of(cart) if cart else []
    if cart is None or not lines:
        raise CartIsEmpty
    method = offered_method(delivery.method)
    _check_address(method, delivery)
    quantities = {line.offer_id: line.quantity for line in lines}
    offers = take_stock(quantities=quantities, document=f"order:{cart.pk}")
    for line in lines:
        line.offer = offers[line.offer_id]
    sight = priced(cart, lines, method)
    if quote is not None and quote != sight.quote:
        raise QuoteChanged(sight.quote or "", sight.changes, sight)
    return _place(cart, sight, customer, delivery, actor, now)


@transaction.atomic
def place_order(
    *,
    customer: Customer,
    quantities: Mapping[int, int],
    delivery: Delivery,
    actor: User | None,
    now: datetime,
) -> Order:
    """Order these offers (id → quantity) at once, without touching the open cart.

    Refusals as checkout, and OfferNotFound is told as OutOfStock with 0 available.
    """
    if not quantities:
        raise CartIsEmpty
    if len(quantities) > settings.ORDER_LINES_LIMIT:
        raise CartIsFull(settings.ORDER_LINES_LIMIT)
    method = offered_method(delivery.method)
    _check_address(method, delivery)
    cart = Cart.objects.create(customer=customer, placed_at=now)
    offers = take_stock(quantities=quantities, document=f"order:{cart.pk}")
    lines = [
        CartLine(
            cart=cart,
            offer=offers[pk],
            quantity=quantity,
            seen_price=offers[pk].price,
        )
        for pk, quantity in quantities.items()
    ]
    return _place(cart, priced(cart, lines, method), customer, delivery, actor, now)


def _place(
    cart: Cart,
    sight: PricedCart,
    customer: Customer,
    delivery: Delivery,
    actor: User | None,
    now: datetime,
) -> Order:
    """Write the order of a cart whose stock is taken, and enqueue its letters."""
    if sight.total > LARGEST_SUM:
        raise OrderTooLarge(LARGEST_SUM)
    Cart.objects.filter(pk=cart.pk).update(placed_at=now)
    order = Order(
        id=cart.pk,
        customer=customer,
        status=Order.Status.CONFIRMED,
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
        delivery_price=sight.delivery_price,
        placed_at=now,
    )
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(_frozen(order, line) for line in sight.lines)
    OrderEvent.objects.create(order=order, after=order.status, actor=actor, at=now)
    # A guest may give anybody's address: past the brake the order stands unwritten.
    if actor or brakes.has_room("letters", delivery.email.lower(), now=now):
        send_buyer_letter.enqueue(order.pk)
    send_admin_letter.enqueue(order.pk)
    for shop in sorted({line.offer.shop_id for line in sight.lines}):
        send_shop_letter.enqueue(order.pk, shop)
    return order


def _frozen(order: Order, line: CartLine) -> OrderLine:
    offer = line.offer
    return OrderLine(
        order=order,
        offer=offer,
        shop=offer.shop,
        product_name=offer.product.name,
        shop_name=offer.shop.name,
        article=offer.article,
        unit_price=offer.price,
        quantity=line.quantity,
    )


def _check_address(method: DeliveryMethod | None, delivery: Delivery) -> None:
    if method is None or not method.needs_address:
        return
    missing = [name for name in ("city", "address") if not getattr(delivery, name)]
    if missing:
        raise AddressMissing(missing)
