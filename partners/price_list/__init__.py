"""Reads a partner's price list: bytes in, a `PriceList` or `PriceListInvalid` out.

One pass over the events of the C parser, the only safe door to hostile YAML: nothing
is composed or constructed, and one good at a time is in the making.

Each module imports only from those before it: `findings`, `values`, `events`,
`categories`, `goods`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from partners.price_list.categories import Categories, ListedCategory
from partners.price_list.events import Events, utf8
from partners.price_list.findings import Finding, Findings
from partners.price_list.goods import Good, Goods
from partners.price_list.values import Attribute

__all__ = [
    "Attribute",
    "Finding",
    "Good",
    "ListedCategory",
    "PriceList",
    "read_price_list",
]

TOP_KEYS = frozenset({"shop"})


@dataclass
class PriceList:
    """A list without errors; articles and category names in it are unique.

    `findings` are the first 100 warnings of `findings_total`.
    """

    shop: str
    categories: list[ListedCategory]
    goods: list[Good]
    findings: list[Finding]
    findings_total: int


def read_price_list(
    content: bytes, *, bytes_limit: int = 5_000_000, goods_limit: int = 1_000_000
) -> PriceList:
    """Read the whole list.

    Raises PriceListInvalid with the errors found, and nothing else on any bytes.
    """
    findings = Findings()
    if len(content) > bytes_limit:
        problem = f"The file has {len(content)} bytes, more than {bytes_limit}."
        findings.stop(None, "too-large", problem)
    events = Events(utf8(content, findings), findings)
    categories = Categories(events, findings)
    goods = Goods(events, findings, categories, goods_limit)

    top = events.open_document()
    events.fill(top, TOP_KEYS, {"categories": categories.read, "goods": goods.read})
    events.close_document()
    shop = top.text("shop", required=True)
    top.require("goods")
    goods.settle_ids()
    renamed = categories.settle(are_declared="categories" in top.fields)
    events.tell_unknown_keys()
    if findings.errors:
        findings.refuse()

    listed = goods.listed
    if not listed:
        message = "The list has no goods: all goods of the shop would be withdrawn."
        findings.add(top.opening.start_mark, "goods", "no-goods", message)
    if renamed:
        listed = [replace(good, category=renamed[good.category]) for good in listed]
    kept = findings.first()
    return PriceList(shop, [*categories.listed.values()], listed, kept, findings.total)
