"""A whole file, from its first byte to its last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any, BinaryIO, TextIO

from partners.exceptions import PriceListInvalid
from partners.price_list.categories import Categories, ListedCategory
from partners.price_list.events import Events, utf8
from partners.price_list.findings import Finding, Findings, Mark
from partners.price_list.goods import Good, Goods, Sink
from partners.price_list.mending import Mending
from partners.price_list.tables import (
    ZIP,
    Row,
    csv_rows,
    read_table,
    separator_of,
    xlsx_rows,
)

TOP_KEYS = frozenset({"shop"})
GOODS_LIMIT = 1_000_000
Emit = Callable[[Good], None]


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
    file: BinaryIO, emit: Emit, *, goods_limit: int = GOODS_LIMIT
) -> Outline:
    """Read the file, which must be able to seek; `emit` gets each good in turn.

    Goods with errors come too, marked as refused. Raises nothing on any bytes.
    """
    findings, outline = Findings(), empty_outline()
    _read(file, findings, outline, Sink(emit, goods_limit))
    outline.findings, outline.total = findings.first(), findings.total
    outline.errors = findings.errors
    return outline


def mend_price_list(file: BinaryIO, *, goods_limit: int = GOODS_LIMIT) -> Iterator[str]:
    """The list as YAML with its safe corrections, named at its top.

    Nothing if there are none, or if more than values is wrong.
    """
    with TemporaryFile("w+", encoding="utf-8") as goods:
        findings, mending = _mended(file, goods, goods_limit)
        if not any(found.text == "encoding/cp1251" for found in findings.first()):
            yield from mending.text(findings)
            return
    with TemporaryFile() as copy, TemporaryFile("w+", encoding="utf-8") as goods:
        file.seek(0)
        copy.writelines(line.decode("cp1251").encode() for line in file)
        copy.seek(0)
        findings, mending = _mended(copy, goods, goods_limit)
        mending.corrections.insert(0, "Windows-1251 → UTF-8")
        yield from mending.text(findings)


def _mended(
    file: BinaryIO, goods: TextIO, goods_limit: int
) -> tuple[Findings, Mending]:
    findings, outline, mending = Findings(), empty_outline(), Mending(goods)
    _read(file, findings, outline, Sink(lambda good: None, goods_limit, mending))
    mending.shop = outline.shop
    return findings, mending


def empty_outline() -> Outline:
    return Outline("", [], {}, [], 0, 0, 0)


def _read(file: BinaryIO, findings: Findings, outline: Outline, sink: Sink) -> None:
    try:
        if file.read(len(ZIP)) == ZIP:
            rows = xlsx_rows(file, findings)
            _read_table(rows, findings, outline, sink)
        else:
            _read_text(file, findings, outline, sink)
    except PriceListInvalid:
        pass  # the findings tell where reading ended


def _read_text(
    file: BinaryIO, findings: Findings, outline: Outline, sink: Sink
) -> None:
    file.seek(0)
    with utf8(file, findings) as text:
        separator = separator_of(text)
        if separator:
            rows = csv_rows(text, separator, findings)
            _read_table(rows, findings, outline, sink)
        else:
            _read_yaml(Events(text, findings), findings, outline, sink)


def _read_yaml(
    events: Events, findings: Findings, outline: Outline, sink: Sink
) -> None:
    categories = Categories(events, findings, sink.mending)
    goods = Goods(events, findings, categories, sink)
    top = events.open_document()
    events.fill(top, TOP_KEYS, {"categories": categories.read, "goods": goods.read})
    events.close_document()
    outline.row_errors = goods.errors
    outline.shop = top.text("shop", required=True)
    top.require("goods")
    outline.renamed = categories.settle(are_declared="categories" in top.fields)
    outline.categories = [*categories.listed.values()]
    events.tell_unknown_keys()
    _tell_emptiness(goods, findings, top.opening.start_mark)


def _read_table(
    rows: Iterator[Row],
    findings: Findings,
    outline: Outline,
    sink: Sink,
) -> None:
    nothing = Events(BytesIO(), findings)  # of YAML is in a table
    categories = Categories(nothing, findings, sink.mending)
    goods = Goods(nothing, findings, categories, sink)
    outline.shop = read_table(rows, findings, goods)
    outline.row_errors = goods.errors
    categories.settle(are_declared=False)
    outline.categories = [*categories.listed.values()]
    _tell_emptiness(goods, findings, Mark(0, 0))


def _tell_emptiness(goods: Goods, findings: Findings, mark: Any) -> None:
    if not goods.count and not findings.errors:
        findings.add(mark, "goods", "no-goods")
