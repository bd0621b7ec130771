"""Every write about buying: the cart, the checkout, the life of an order."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts.models import Customer, User
from catalog.exceptions import OfferNotFound
from catalog.models import Offer
from catalog.services import available, return_stock, take_stock
from orders.emails import send_admin_letter, send_buyer_letter, send_shop_letter
from orders.exceptions import (
    AddressMissing,
    CartChange,
    CartIsEmpty,
    CartIsFull,
    DeliveryNotOffered,
    MoveNotAllowed,
    QuoteChanged,
)
from orders.models import Cart, CartLine, DeliveryMethod, Order, OrderEvent, OrderLine


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


@dataclass(frozen=True)
class PricedCart:
    """A cart at today's prices. `quote` names exactly this sight of it."""

    id: int | None
    lines: list[CartLine]
    goods_total: Decimal
    delivery_method: DeliveryMethod | None
    delivery_price: Decimal
    quote: str | None
    changes: list[CartChange]

    @property
    def total(self) -> Decimal:
        return self.goods_total + self.delivery_price


def read_cart(*, customer: Customer, delivery_method: str = "") -> PricedCart:
    """The customer's open cart at today's prices, with what moved since it was filled.

    Writes nothing. Raises DeliveryNotOffered.
    """
    method = _offered(delivery_method)
    cart = Cart.objects.open_of(customer).first()
    return _priced(cart, _lines(cart) if cart else [], method)


@transaction.atomic
def set_line(*, customer: Customer, offer_id: int, quantity: int) -> None:
    """Put exactly `quantity` of an offer into the open cart; 0 takes it out.

    Stock is not checked: a cart holds nothing back. Raises OfferNotFound, CartIsFull.
    """
    cart = _open_cart(customer)
    if quantity == 0:
        CartLine.objects.filter(cart=cart, offer=offer_id).delete()
        return
    offer = Offer.objects.for_sale().filter(pk=offer_id).first()
    if offer is None:
        raise OfferNotFound(offer_id)
    _, is_new = CartLine.objects.update_or_create(
        cart=cart,
        offer=offer,
        defaults={"quantity": quantity, "seen_price": offer.price},
    )
    if is_new and cart.lines.count() > settings.ORDER_LINES_LIMIT:
        raise CartIsFull(settings.ORDER_LINES_LIMIT)


@transaction.atomic
def add_to_cart(*, customer: Customer, offer_id: int, quantity: int) -> None:
    """Put `quantity` more of an offer into the open cart; refusals as set_line."""
    cart = _open_cart(customer)
    present = CartLine.objects.filter(cart=cart, offer=offer_id).first()
    total = quantity + (present.quantity if present else 0)
    set_line(customer=customer, offer_id=offer_id, quantity=total)


@transaction.atomic
def clear_cart(*, customer: Customer) -> None:
    """Take everything out of the open cart."""
    CartLine.objects.filter(cart__in=Cart.objects.open_of(customer)).delete()


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
    lines = _lines(cart) if cart else []
    if cart is None or not lines:
        raise CartIsEmpty
    method = _offered(delivery.method)
    _check_address(method, delivery)
    quantities = {line.offer_id: line.quantity for line in lines}
    offers = take_stock(quantities=quantities, document=f"order:{cart.pk}")
    for line in lines:
        line.offer = offers[line.offer_id]
    priced = _priced(cart, lines, method)
    if quote is not None and quote != priced.quote:
        raise QuoteChanged(priced.quote or "", priced.changes)
    return _place(cart, priced, customer, delivery, actor, now)


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
    method = _offered(delivery.method)
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
    return _place(cart, _priced(cart, lines, method), customer, delivery, actor, now)


@transaction.atomic
def move_order(*, order: Order, to: str, actor: User | None, now: datetime) -> None:
    """Move an order along Order.TRANSITIONS; a cancelled one gives its stock back once.

    Raises MoveNotAllowed, also when somebody else moved it first.
    """
    before = order.status
    if to not in Order.TRANSITIONS[before]:
        raise MoveNotAllowed(before, to)
    values: dict[str, object] = {"status": to}
    if to == Order.Status.DELIVERED:
        values["delivered_at"] = now
    if not Order.objects.filter(pk=order.pk, status=before).update(**values):
        raise MoveNotAllowed(before, to)
    if to == Order.Status.CANCELED and order.placed_at is not None:
        quantities = dict(order.lines.values_list("offer_id", "quantity"))
        return_stock(quantities=quantities, document=f"order:{order.pk}")
    OrderEvent.objects.create(order=order, before=before, after=to, actor=actor, at=now)
    order.status = to


def _place(
    cart: Cart,
    priced: PricedCart,
    customer: Customer,
    delivery: Delivery,
    actor: User | None,
    now: datetime,
) -> Order:
    """Write the order of a cart whose stock is taken, and enqueue its letters."""
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
        delivery_method=priced.delivery_method,
        goods_total=priced.goods_total,
        delivery_price=priced.delivery_price,
        placed_at=now,
    )
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(_frozen(order, line) for line in priced.lines)
    OrderEvent.objects.create(order=order, after=order.status, actor=actor, at=now)
    send_buyer_letter.enqueue(order.pk)
    send_admin_letter.enqueue(order.pk)
    for shop in sorted({line.offer.shop_id for line in priced.lines}):
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


def _open_cart(customer: Customer) -> Cart:
    """The open cart, locked; made when there is none."""
    cart, _ = Cart.objects.select_for_update().get_or_create(
        customer=customer, placed_at=None
    )
    return cart


def _lines(cart: Cart) -> list[CartLine]:
    return list(
        cart.lines.select_related("offer__product", "offer__shop").order_by("pk")
    )


def _priced(
    cart: Cart | None, lines: list[CartLine], method: DeliveryMethod | None
) -> PricedCart:
    goods = sum((line.offer.price * line.quantity for line in lines), Decimal("0.00"))
    delivery = method.price_for(goods) if method and lines else Decimal("0.00")
    return PricedCart(
        id=cart.pk if cart else None,
        lines=lines,
        goods_total=goods,
        delivery_method=method,
        delivery_price=delivery,
        quote=_quote(lines, method, delivery) if lines else None,
        changes=[change for line in lines for change in _changes(line)],
    )


def _quote(
    lines: list[CartLine], method: DeliveryMethod | None, delivery: Decimal
) -> str:
    """Names this sight: offers, quantities, prices, delivery."""
    facts = [f"{line.offer_id}x{line.quantity}@{line.offer.price}" for line in lines]
    facts.append(f"{method.code if method else ''}@{delivery}")
    return hashlib.sha256("|".join(facts).encode()).hexdigest()[:32]


def _changes(line: CartLine) -> list[CartChange]:
    """Price moved since the line was set, or fewer there than it asks for."""
    changes, name, pk = [], line.offer.product.name, line.offer_id
    there = available(line.offer)
    if line.offer.price != line.seen_price:
        changes.append(CartChange(pk, name, "price", line.seen_price, line.offer.price))
    if there < line.quantity:
        changes.append(CartChange(pk, name, "available", line.quantity, there))
    return changes


def _offered(code: str) -> DeliveryMethod | None:
    if not code:
        return None
    method = DeliveryMethod.objects.offered().filter(code=code).first()
    if method is None:
        raise DeliveryNotOffered(code)
    return method


def _check_address(method: DeliveryMethod | None, delivery: Delivery) -> None:
    if method is None or not method.needs_address:
        return
    missing = [name for name in ("city", "address") if not getattr(delivery, name)]
    if missing:
        raise AddressMissing(missing)
