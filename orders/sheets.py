"""Orders as a table for spreadsheets, written line by line."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from orders.models import OrderLine

HEAD = (
    "order",
    "code",
    "status",
    "placed_at",
    "email",
    "first_name",
    "last_name",
    "phone",
    "country",
    "city",
    "postal_code",
    "address",
    "delivery_method",
    "shop",
    "article",
    "product",
    "unit_price",
    "quantity",
    "amount",
    "discount",
)
# A spreadsheet takes a text that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"  # by it Excel knows UTF-8


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(lines: Iterable[OrderLine]) -> Iterator[str]:
    """The table's lines, one for each order line; holds one at a time in memory."""
    writer: Any = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(HEAD)
    for line in lines:
        yield writer.writerow(_cells(line))


def _cells(line: OrderLine) -> list[object]:
    order = line.order
    method = order.delivery_method
    return [
        order.pk,
        _text(order.code),
        order.status,
        order.placed_at.isoformat() if order.placed_at else "",
        _text(order.email),
        _text(order.first_name),
        _text(order.last_name),
        _text(order.phone),
        _text(order.country),
        _text(order.city),
        _text(order.postal_code),
        _text(order.address),
        method.code if method else "",
        _text(line.shop_name),
        _text(line.article),
        _text(line.product_name),
        line.unit_price,
        line.quantity,
        line.amount,
        line.discount,
    ]


def _text(value: str) -> str:
    """Never a formula: the sign in front makes it text."""
    return f"'{value}" if value.startswith(FORMULA) else value
