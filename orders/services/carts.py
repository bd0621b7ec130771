"""The open cart: filling it, and what it costs today."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.exceptions import GuestTokenRefused
from accounts.models import Customer
from catalog.exceptions import OfferNotFound
from catalog.models import Offer
from catalog.prepared import Prepared
from catalog.rows import insert, update
from catalog.services import available, is_for_sale
from orders.exceptions import (
    CartChange,
    CartIsFull,
    DeliveryNotOffered,
    OrderTooLarge,
)
from orders.models import Cart, CartLine, Coupon, DeliveryMethod
from orders.services.coupons import discounts, offered_coupon
from orders.services.quotes import Facts, pack
from orders.services.whole import whole

MOST_OF_ONE = 1_000_000
OPEN_CART = Prepared(lambda customer: Cart.objects.open_of(customer).order_by("pk")[:1])
# The customer first, as whoever takes a guest's cart over.
LOCKED_CART = Prepared(
    lambda customer: (
        Cart.objects.open_of(customer)
        .select_related("customer")
        .select_for_update(of=("customer", "self"), no_key=True)
        .order_by("pk")[:1]
    )
)
LOCKED_CUSTOMER = Prepared(
    lambda customer: Customer.objects.filter(pk=customer).select_for_update(no_key=True)
)
LINES = Prepared(lambda cart: CartLine.objects.filter(cart=cart).order_by("pk"))
LINES_TO_READ = Prepared(
    lambda customer: CartLine.objects.open_of(customer).with_offers()
)
OFFERS = Prepared(
    lambda *offers: Offer.objects.filter(pk__in=offers).select_related(
        "product", "shop"
    )
)
METHOD = Prepared(lambda code: DeliveryMethod.objects.offered().filter(code=code)[:1])
# What the sums of an order can hold, delivery included.
LARGEST_SUM = Decimal("9999999999.99")


@dataclass(frozen=True)
class PricedCart:
    """A cart at today's prices. `quote` names exactly this sight of it.

    `discounts` are the coupon's share of each line, in the lines' order.
    """

    id: int | None
    lines: list[CartLine]
    goods_total: Decimal
    coupon: Coupon | None
    discounts: list[Decimal]
    delivery_method: DeliveryMethod | None
    delivery_price: Decimal
    changes: list[CartChange]

    @property
    def discount(self) -> Decimal:
        return sum(self.discounts, Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        return self.goods_total - self.discount + self.delivery_price

    @property
    def facts(self) -> Facts:
        return Facts(
            {line.offer_id: (line.quantity, line.offer.price) for line in self.lines},
            self.delivery_method.code if self.delivery_method else "",
            self.delivery_price,
            self.coupon.code if self.coupon else "",
            self.discount,
        )

    @property
    def quote(self) -> str | None:
        return pack(self.facts) if self.lines else None


def read_cart(
    *, customer: Customer, delivery_method: str = "", coupon: str = ""
) -> PricedCart:
    """The customer's open cart at today's prices, with what changed since it was read.

    Changes are told once: this reading is the last one from now on. Nothing else is
    written. Raises DeliveryNotOffered and the refusals of coupons.
    """
    method = offered_method(delivery_method)
    offered = offered_coupon(coupon, customer, timezone.now())
    lines = LINES_TO_READ(customer.pk)
    cart = lines[0].cart if lines else next(iter(OPEN_CART(customer.pk)), None)
    return _shown(priced(cart, lines, method, offered))


def set_line(*, customer: Customer, offer_id: int, quantity: int) -> PricedCart:
    """Put exactly `quantity` of an offer into the open cart; 0 takes it out.

    Returns the cart as reading it would. Stock is not checked: a cart holds nothing
    back. Raises OfferNotFound, CartIsFull, OrderTooLarge, GuestTokenRefused.
    """
    return _put(customer, offer_id, lambda held: quantity)


def add_to_cart(*, customer: Customer, offer_id: int, quantity: int) -> PricedCart:
    """Put `quantity` more of an offer into the open cart; otherwise as set_line."""
    return _put(customer, offer_id, lambda held: held + quantity)


@transaction.atomic
def clear_cart(*, customer: Customer) -> None:
    """Take everything out of the open cart."""
    CartLine.objects.filter(cart__in=Cart.objects.open_of(customer)).delete()


@whole()
def _put(customer: Customer, offer_id: int, wanted: Callable[[int], int]) -> PricedCart:
    cart = open_cart(customer)
    lines = {line.offer_id: line for line in LINES(cart.pk)}
    offers = {offer.pk: offer for offer in OFFERS(*{*lines, offer_id})}
    for pk, present in lines.items():
        present.offer = offers[pk]
    line = lines.get(offer_id)
    quantity = wanted(line.quantity if line else 0)
    if quantity > MOST_OF_ONE:
        raise OrderTooLarge(MOST_OF_ONE)
    if quantity == 0:
        if line:
            line.delete()
            del lines[offer_id]
    else:
        offer = offers.get(offer_id)
        if offer is None or not is_for_sale(offer):
            raise OfferNotFound(offer_id)
        is_new, line = line is None, line or CartLine(cart=cart, offer=offer)
        line.quantity, line.seen_price = quantity, offer.price
        line.seen_available = None
        lines[offer_id] = line
        if is_new:
            insert(line)
        else:
            update(line, "quantity", "seen_price", "seen_available")
    if len(lines) > settings.ORDER_LINES_LIMIT:
        raise CartIsFull(settings.ORDER_LINES_LIMIT)
    return _shown(priced(cart, list(lines.values()), None, None))


def open_cart(customer: Customer) -> Cart:
    """The open cart, locked; made when there is none.

    Writes to one cart queue up, at a checkout too: what comes after it goes into a new
    cart. A guest whose cart an account is taking over at this moment is told so. Raises
    GuestTokenRefused.
    """
    for cart in LOCKED_CART(customer.pk):
        return cart
    if not LOCKED_CUSTOMER(customer.pk):
        raise GuestTokenRefused
    # Whoever opens a cart holds the customer's row: nobody else does it now.
    for cart in OPEN_CART(customer.pk):
        return cart
    return insert(Cart(customer=customer))


def lines_of(cart: Cart) -> list[CartLine]:
    """The lines in the order in which they were named, with all that prices them."""
    return list(CartLine.objects.filter(cart=cart).with_offers())


def priced(
    cart: Cart | None,
    lines: list[CartLine],
    method: DeliveryMethod | None,
    coupon: Coupon | None,
) -> PricedCart:
    """The lines at the prices their offers carry now, with totals, quote, changes.

    Raises CouponDoesNotApply, CouponSumTooSmall.
    """
    goods = sum((line.offer.price * line.quantity for line in lines), Decimal("0.00"))
    return PricedCart(
        id=cart.pk if cart else None,
        lines=lines,
        goods_total=goods,
        coupon=coupon,
        discounts=discounts(coupon, lines),
        delivery_method=method,
        # A coupon never makes delivery dearer: free is counted from the full prices.
        delivery_price=method.price_for(goods) if method and lines else Decimal("0.00"),
        changes=[change for line in lines for change in _changes(line)],
    )


def _changes(line: CartLine) -> list[CartChange]:
    """What moved since the buyer last looked: the price, how many are there."""
    changes, name, pk = [], line.offer.product.name, line.offer_id
    seen, there = _seen_available(line), min(available(line.offer), line.quantity)
    if line.offer.price != line.seen_price:
        changes.append(CartChange(pk, name, "price", line.seen_price, line.offer.price))
    if there != seen:
        field = "available" if is_for_sale(line.offer) else "withdrawn"
        changes.append(CartChange(pk, name, field, seen, there))
    return changes


def _seen_available(line: CartLine) -> int:
    return line.quantity if line.seen_available is None else line.seen_available


def _shown(sight: PricedCart) -> PricedCart:
    """Note what is shown, so that the next reading tells what changed since."""
    if not sight.changes:
        return sight
    moved = [line for line in sight.lines if _changes(line)]
    for line in moved:
        line.seen_price = line.offer.price
        line.seen_available = min(available(line.offer), line.quantity)
    CartLine.objects.bulk_update(moved, ["seen_price", "seen_available"])
    return sight


def offered_method(code: str) -> DeliveryMethod | None:
    """The delivery method of a code, None for no code; raises DeliveryNotOffered."""
    if not code:
        return None
    for method in METHOD(code):
        return method
    raise DeliveryNotOffered(code)
