"""A shop's own list as a file that comes back in without a change."""

import csv
import json
import tempfile
from collections.abc import Iterator
from typing import Any

from catalog.models import Category, Offer, Shop

COLUMNS = (
    "id category name model brand description price price_rrc discount_price quantity"
).split()
PARAMETER = "parameters."


def export_list(*, shop: Shop, kind: str) -> Iterator[Any]:
    """The offers on sale as `yaml`, `csv` or `xlsx`, some at a time."""
    return {"yaml": export_yaml, "csv": export_csv, "xlsx": export_xlsx}[kind](shop)


def export_yaml(shop: Shop) -> Iterator[str]:
    """The list as YAML, some lines at a time; memory stays flat."""
    yield f"shop: {_quoted(shop.name)}\ncategories:\n"
    used = Category.objects.filter(products__offers__in=_offers(shop)).distinct()
    known: dict[int, Category] = {}
    for category in used:
        for node in category.ancestors(include_self=True):
            known[node.pk] = node
    for category in known.values():
        yield f"  - {{id: {category.pk}, name: {_quoted(category.name)}"
        yield f", parent: {category.parent_id}}}\n" if category.parent_id else "}\n"
    yield "goods:\n" if _offers(shop).exists() else "goods: []\n"
    for offer in _offers(shop).with_list_facts().in_batches():
        row = _row(offer)
        row["category"] = offer.product.categories.all()[0].pk
        pairs = (f"{key}: {_value(key, value)}" for key, value in row.items())
        yield "  - " + "\n    ".join(pairs) + "\n"
        attributes = ", ".join(
            f"{_quoted(key)}: {_scalar(value)}"
            for key, value in offer.product.attributes.items()
        )
        yield f"    parameters: {{{attributes}}}\n"


def export_csv(shop: Shop) -> Iterator[str]:
    """The list as CSV, line by line."""
    writer: Any = csv.writer(_Echo(), delimiter=";")
    return (writer.writerow(row) for row in _table(shop))


def export_xlsx(shop: Shop) -> Iterator[bytes]:
    """The list as a workbook; every cell is text, as money must stay exact."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Price list")
    for row in _table(shop):
        sheet.append(row)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while block := file.read(1 << 16):
            yield block


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _offers(shop: Shop) -> Any:
    return Offer.objects.filter(shop=shop, is_withdrawn=False)


def _row(offer: Offer) -> dict[str, Any]:
    product = offer.product
    values = {
        "id": offer.article,
        "category": product.categories.all()[0].name,
        "name": product.name,
        "model": offer.model,
        "brand": product.brand.name if product.brand else "",
        "description": product.description,
        "price": offer.regular_price,
        "price_rrc": offer.recommended_price,
        "discount_price": offer.discount_price,
        "quantity": offer.stock,
    }
    return {key: value for key, value in values.items() if value not in (None, "")}


def _table(shop: Shop) -> Iterator[list[str]]:
    """Head and rows; two passes, because the head names every parameter."""
    names: dict[str, None] = {}
    for attributes in _offers(shop).values_list("product__attributes", flat=True):
        names |= dict.fromkeys(attributes)
    yield ["shop", *COLUMNS, *(PARAMETER + name for name in names)]
    for offer in _offers(shop).with_list_facts().in_batches():
        row, attributes = _row(offer), offer.product.attributes
        cells = [str(row.get(column, "")) for column in COLUMNS]
        cells += [_cell(attributes.get(name, "")) for name in names]
        yield [shop.name, *cells]


def _cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(key: str, value: Any) -> str:
    return str(value) if key in {"price", "quantity", "category"} else _quoted(value)


def _scalar(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) else _cell(value)


def _quoted(value: Any) -> str:
    return json.dumps(str(value), ensure_ascii=False)
