"""Refusals of orders. `config/problems.py` gives each its status and words."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class CartChange:
    """What moved since the buyer looked: `field` of an offer, before and after.

    price, quantity, available (of those asked for), withdrawn; without an offer:
    delivery, discount.
    """

    offer: int | None
    name: str
    field: str
    before: Decimal | int | None
    after: Decimal | int | None


class OrderError(Exception):
    """Base of all refusals of this app."""


@dataclass(frozen=True)
class MergedLine:
    """What became of one line of a guest's cart; `outcome` says it in a word.

    added, summed, larger (of the two), kept-mine, kept-guest; capped when there is
    less stock; dropped when the offer is not on sale or the cart is full.
    """

    offer: int
    name: str
    guest_quantity: int
    own_quantity: int
    quantity: int
    outcome: str


class CartIsEmpty(OrderError):
    """There is nothing to order."""


class CartIsFull(OrderError):
    """One order holds at most so many different offers."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class QuoteChanged(OrderError):
    """The buyer saw something else; nothing was ordered. Carries the new quote.

    `cart` is the sight that the new quote names, a PricedCart.
    """

    def __init__(self, quote: str, changes: list[CartChange], cart: object) -> None:
        super().__init__(quote, changes)
        self.quote = quote
        self.changes = changes
        self.cart = cart


class DeliveryNotOffered(OrderError):
    """No active delivery method has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AddressMissing(OrderError):
    """The delivery method needs these fields of the address."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(fields)
        self.fields = fields


class PaymentNotOffered(OrderError):
    """No active payment method has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PaymentNotFound(OrderError):
    """The provider names a payment that we never asked for."""


class NoticeRefused(OrderError):
    """The notice of a payment is not signed by the provider, or is too old."""


class PaymentDiffers(OrderError):
    """The provider announces another sum, or another currency, than was asked for."""

    def __init__(self, asked: Decimal, announced: Decimal) -> None:
        super().__init__(asked, announced)
        self.asked = asked
        self.announced = announced


class PaymentMoveNotAllowed(OrderError):
    """The payment is in a state from which this move does not start."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(current, wanted)
        self.current = current
        self.wanted = wanted


class NothingToRefund(OrderError):
    """The order was not paid, or this part of it went back already."""


class RefundTooLarge(OrderError):
    """More units than are left to give back: offer id → how many are left."""

    def __init__(self, left: dict[int, int]) -> None:
        super().__init__(left)
        self.left = left


class RefundedMeanwhile(OrderError):
    """Something went back since the refund's form was opened; nothing more did now."""


class LetterNotFound(OrderError):
    """The order has no such letter."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class OfCoupon(Exception):
    """What all refusals of a coupon carry: its code."""

    def __init__(self, code: str, *facts: object) -> None:
        super().__init__(code, *facts)
        self.code = code


class CouponNotFound(OfCoupon, OrderError):
    """No coupon in force has this code."""


class CouponNotYet(OfCoupon, OrderError):
    """The coupon is valid from a later moment on."""

    def __init__(self, code: str, starts_at: datetime) -> None:
        super().__init__(code, starts_at)
        self.starts_at = starts_at


class CouponEnded(OfCoupon, OrderError):
    """The coupon is not valid any more."""

    def __init__(self, code: str, ended_at: datetime) -> None:
        super().__init__(code, ended_at)
        self.ended_at = ended_at


class CouponUsedUp(OfCoupon, OrderError):
    """As many orders as may have used the coupon."""


class CouponUsedByYou(OfCoupon, OrderError):
    """This buyer has used the coupon as often as one buyer may."""

    def __init__(self, code: str, limit: int) -> None:
        super().__init__(code, limit)
        self.limit = limit


class CouponSumTooSmall(OfCoupon, OrderError):
    """The goods that the coupon is for are worth less than it asks for."""

    def __init__(self, code: str, from_sum: Decimal, goods: Decimal) -> None:
        super().__init__(code, from_sum, goods)
        self.from_sum = from_sum
        self.goods = goods


class CouponDoesNotApply(OfCoupon, OrderError):
    """Nothing in the order is of the category or shop that the coupon is for."""


class MoveNotAllowed(OrderError):
    """The order is in a state from which this move does not start."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(current, wanted)
        self.current = current
        self.wanted = wanted


class CancelTooLate(OrderError):
    """The order is being packed or gone; its buyer can cancel it no more."""

    def __init__(self, current: str) -> None:
        super().__init__(current)
        self.current = current


class IdempotencyKeyReused(OrderError):
    """The same key came with another request."""


class IdempotencyKeyBusy(OrderError):
    """The first request with this key is still running."""


class IdempotencyKeyMalformed(OrderError):
    """A key is 1 to 255 printable ASCII characters."""


class OrdersStillOpen(OrderError):
    """The account's orders are on their way; it cannot be deleted before they end."""

    def __init__(self, orders: list[int]) -> None:
        super().__init__(orders)
        self.orders = orders


class OrderTooLarge(OrderError):
    """More of one offer, or a larger sum, than an order can hold."""

    def __init__(self, limit: Decimal | int) -> None:
        super().__init__(limit)
        self.limit = limit


class ProductNotReceived(OrderError):
    """Only who has received a product may review it."""


class AlreadyReviewed(OrderError):
    """The buyer has reviewed this product before; `review` is the id of that one."""

    def __init__(self, review: int) -> None:
        super().__init__(review)
        self.review = review


class ReviewNotFound(OrderError):
    """The review was deleted meanwhile."""
