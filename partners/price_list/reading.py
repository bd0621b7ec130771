"""A whole file, from its first byte to its last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from partners.exceptions import PriceListInvalid
from partners.price_list.categories import Categories, ListedCategory
from partners.price_list.events import Events, utf8
from partners.price_list.findings import Finding, Findings
from partners.price_list.goods import Good, Goods

TOP_KEYS = frozenset({"shop"})
GOODS_LIMIT = 1_000_000


@dataclass
class Outline:
    """What the end of a file tells about it.

    `renamed` says what the categories of goods mean that came before the categories.
    `findings` are the first 100 of `total`; `errors` of these forbid to apply the
    list, but those that are `row_errors` only forbid their own goods.
    """

    shop: str
    categories: list[ListedCategory]
    renamed: dict[str, str]
    findings: list[Finding]
    total: int
    errors: int
    row_errors: int


def read_price_list(
    file: BinaryIO, emit: Callable[[Good], None], *, goods_limit: int = GOODS_LIMIT
) -> Outline:
    """Read the file, which must be able to seek; `emit` gets each good in turn.

    Goods with errors come too, marked as refused. Raises nothing on any bytes.
    """
    findings = Findings()
    outline = Outline("", [], {}, [], 0, 0, 0)
    try:
        with utf8(file, findings) as text:
            _read(Events(text, findings), findings, outline, emit, goods_limit)
    except PriceListInvalid:
        pass  # the findings tell where reading ended
    outline.findings, outline.total = findings.first(), findings.total
    outline.errors = findings.errors
    return outline


def _read(
    events: Events,
    findings: Findings,
    outline: Outline,
    emit: Callable[[Good], None],
    goods_limit: int,
) -> None:
    categories = Categories(events, findings)
    goods = Goods(events, findings, categories, emit, goods_limit)
    top = events.open_document()
    events.fill(top, TOP_KEYS, {"categories": categories.read, "goods": goods.read})
    events.close_document()
    outline.row_errors = goods.errors
    outline.shop = top.text("shop", required=True)
    top.require("goods")
    outline.renamed = categories.settle(are_declared="categories" in top.fields)
    outline.categories = [*categories.listed.values()]
    events.tell_unknown_keys()
    if not goods.count and not findings.errors:
        message = "The list has no goods: all goods of the shop would be withdrawn."
        findings.add(top.opening.start_mark, "goods", "no-goods", message)
