"""The open cart: filling it, and what it costs today."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.exceptions import GuestTokenRefused
from accounts.models import Customer
from catalog.exceptions import OfferNotFound
from catalog.models import Offer
from catalog.services import available
from orders.exceptions import (
    CartChange,
    CartIsFull,
    DeliveryNotOffered,
    OrderTooLarge,
)
from orders.models import Cart, CartLine, Coupon, DeliveryMethod
from orders.services.coupons import discounts, offered_coupon
from orders.services.quotes import Facts, pack

MOST_OF_ONE = 1_000_000
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
    cart = Cart.objects.open_of(customer).first()
    sight = priced(cart, lines_of(cart) if cart else [], method, offered)
    if sight.changes:
        _remember(sight.lines)
    return sight


@transaction.atomic
def set_line(*, customer: Customer, offer_id: int, quantity: int) -> None:
    """Put exactly `quantity` of an offer into the open cart; 0 takes it out.

    Stock is not checked: a cart holds nothing back. Raises OfferNotFound, CartIsFull,
    OrderTooLarge.
    """
    if quantity > MOST_OF_ONE:
        raise OrderTooLarge(MOST_OF_ONE)
    cart = open_cart(customer)
    if quantity == 0:
        CartLine.objects.filter(cart=cart, offer=offer_id).delete()
        return
    offer = Offer.objects.for_sale().filter(pk=offer_id).first()
    if offer is None:
        raise OfferNotFound(offer_id)
    _, is_new = CartLine.objects.update_or_create(
        cart=cart,
        offer=offer,
        defaults={
            "quantity": quantity,
            "seen_price": offer.price,
            "seen_available": None,
        },
    )
    if is_new and cart.lines.count() > settings.ORDER_LINES_LIMIT:
        raise CartIsFull(settings.ORDER_LINES_LIMIT)


@transaction.atomic
def add_to_cart(*, customer: Customer, offer_id: int, quantity: int) -> None:
    """Put `quantity` more of an offer into the open cart; refusals as set_line."""
    cart = open_cart(customer)
    present = CartLine.objects.filter(cart=cart, offer=offer_id).first()
    total = quantity + (present.quantity if present else 0)
    set_line(customer=customer, offer_id=offer_id, quantity=total)


@transaction.atomic
def clear_cart(*, customer: Customer) -> None:
    """Take everything out of the open cart."""
    CartLine.objects.filter(cart__in=Cart.objects.open_of(customer)).delete()


def open_cart(customer: Customer) -> Cart:
    """The open cart; made when there is none.

    The customer's row is the lock: writes to one cart queue up, and a guest whose cart
    an account is taking over at this moment is told so. Raises GuestTokenRefused.
    """
    row = Customer.objects.filter(pk=customer.pk).select_for_update(no_key=True)
    if not row.values_list("pk"):
        raise GuestTokenRefused
    cart, _ = Cart.objects.get_or_create(customer=customer, placed_at=None)
    return cart


def lines_of(cart: Cart) -> list[CartLine]:
    """The lines in the order in which they were named, with all that prices them."""
    return list(
        cart.lines.select_related("offer__product", "offer__shop").order_by("pk")
    )


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
        gone = line.offer.is_withdrawn or not line.offer.shop.accepts_orders
        field = "withdrawn" if gone else "available"
        changes.append(CartChange(pk, name, field, seen, there))
    return changes


def _seen_available(line: CartLine) -> int:
    return line.quantity if line.seen_available is None else line.seen_available


def _remember(lines: list[CartLine]) -> None:
    """Note what is shown, so that the next reading tells what changed since."""
    moved = [line for line in lines if _changes(line)]
    for line in moved:
        line.seen_price = line.offer.price
        line.seen_available = min(available(line.offer), line.quantity)
    CartLine.objects.bulk_update(moved, ["seen_price", "seen_available"])


def offered_method(code: str) -> DeliveryMethod | None:
    """The delivery method of a code, None for no code; raises DeliveryNotOffered."""
    if not code:
        return None
    method = DeliveryMethod.objects.offered().filter(code=code).first()
    if method is None:
        raise DeliveryNotOffered(code)
    return method
