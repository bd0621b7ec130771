"""A quote: what a buyer saw, as text that comes back with the order.

It is made of the facts themselves. So a checkout can tell what moved since, to each
browser tab what it saw, and nothing is stored. It is not secret and proves nothing:
only a quote that is equal to today's is ordered by.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from orders.exceptions import CartChange

MONEY = r"[0-9]{1,13}\.[0-9]{2}"
LINE = re.compile(rf"([0-9]{{1,19}})x([0-9]{{1,7}})@({MONEY})")
EXTRA = re.compile(rf"([-a-zA-Z0-9_]{{0,40}})@({MONEY})")


@dataclass(frozen=True)
class Facts:
    """What a cart costs: offer → quantity and unit price; delivery; discount."""

    lines: Mapping[int, tuple[int, Decimal]]
    method: str
    delivery_price: Decimal
    coupon: str
    discount: Decimal


def pack(facts: Facts) -> str:
    """Equal facts have equal quotes."""
    lines = [f"{pk}x{number}@{price}" for pk, (number, price) in facts.lines.items()]
    extras = [
        f"{facts.method}@{facts.delivery_price}",
        f"{facts.coupon}@{facts.discount}",
    ]
    text = ";".join([*extras, *lines])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(quote: str) -> Facts | None:
    """The facts of a quote; None when it is no quote of ours."""
    try:
        padded = quote + "=" * (-len(quote) % 4)
        text = urlsafe_b64decode(padded.encode("ascii")).decode("ascii")
    except (binascii.Error, UnicodeError):
        return None
    method, coupon, *rest = text.split(";") if ";" in text else ("", "")
    extras = EXTRA.fullmatch(method), EXTRA.fullmatch(coupon)
    lines = [LINE.fullmatch(line) for line in rest]
    if None in extras or None in lines:
        return None
    (code, delivery), (coupon_code, discount) = (m.groups() for m in extras if m)
    return Facts(
        {int(m[1]): (int(m[2]), Decimal(m[3])) for m in lines if m},
        code,
        Decimal(delivery),
        coupon_code,
        Decimal(discount),
    )


def differences(
    before: Facts, after: Facts, names: Mapping[int, str]
) -> list[CartChange]:
    """What moved from one sight of a cart to another."""
    changes = []
    for pk in sorted({*before.lines, *after.lines}):
        old, old_price = before.lines.get(pk, (0, None))
        new, new_price = after.lines.get(pk, (0, None))
        name = names.get(pk, "")
        if old != new:
            changes.append(CartChange(pk, name, "quantity", old, new))
        if old_price and new_price and old_price != new_price:
            changes.append(CartChange(pk, name, "price", old_price, new_price))
    if before.delivery_price != after.delivery_price or before.method != after.method:
        sums = before.delivery_price, after.delivery_price
        changes.append(CartChange(None, "", "delivery", *sums))
    if before.discount != after.discount or before.coupon != after.coupon:
        changes.append(
            CartChange(None, "", "discount", before.discount, after.discount)
        )
    return changes
