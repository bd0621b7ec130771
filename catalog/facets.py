"""Counts for the current filter: what a shopper could narrow it down by."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from catalog.directory import Ref
from catalog.listing import Selection, fetch

MOST = 50
TOTALS = "SELECT count(*), min(price_from), max(price_from) FROM ({}) c"
BY_CATEGORY = """SELECT l.category_id, count(*) FROM ({}) c
    JOIN catalog_product_categories l ON l.product_id = c.id GROUP BY 1"""
BY_BRAND = "SELECT brand_id, count(*) FROM ({}) c WHERE brand_id IS NOT NULL GROUP BY 1"
BY_SHOP = """SELECT o.shop_id, count(DISTINCT c.id) FROM ({}) c
    JOIN catalog_offer o ON o.product_id = c.id JOIN catalog_shop s ON s.id = o.shop_id
    WHERE NOT o.is_withdrawn AND s.accepts_orders GROUP BY 1"""
# One row for each attribute and value of the products; values as JSON text.
BY_ATTRIBUTE = {
    "postgresql": """SELECT a.key, a.value::text, count(*) FROM ({}) c
        CROSS JOIN LATERAL jsonb_each(c.attributes) a
        GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000""",
    "sqlite": """SELECT a.key, json_quote(a.value), count(*) FROM ({}) c
        CROSS JOIN json_each(c.attributes) a
        GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000""",
}


@dataclass(frozen=True)
class Facets:
    """Counts of products, the most frequent first, at most 50 of each kind."""

    count: int
    price_min: Decimal | None
    price_max: Decimal | None
    categories: list[dict[str, Any]]
    brands: list[dict[str, Any]]
    shops: list[dict[str, Any]]
    attributes: list[dict[str, Any]]


def facets(chosen: Selection) -> Facets:
    """What the chosen products have in common, in five statements."""
    names = chosen.names
    inner, parameters = chosen.sql("p.id, p.price_from, p.brand_id, p.attributes")

    def grouped(statement: str) -> list[tuple[Any, ...]]:
        return fetch(statement.format(inner), parameters)

    count, low, high = grouped(TOTALS)[0]
    return Facets(
        count=count,
        price_min=low,
        price_max=high,
        categories=_named(grouped(BY_CATEGORY), names.categories),
        brands=_named(grouped(BY_BRAND), names.brands),
        shops=_named(grouped(BY_SHOP), names.shops),
        attributes=_attributes(grouped(BY_ATTRIBUTE[connection.vendor])),
    )


def _named(rows: list[tuple[Any, ...]], refs: dict[int, Ref]) -> list[dict[str, Any]]:
    counts = [
        {"slug": refs[pk].slug, "name": refs[pk].name, "count": count}
        for pk, count in rows
    ]
    counts.sort(key=lambda row: (-row["count"], row["name"], row["slug"]))
    return counts[:MOST]


def _attributes(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    by_name: dict[str, list[dict[str, Any]]] = {}
    for name, value, count in rows:
        entry = {"value": json.loads(value), "count": count}
        by_name.setdefault(name, []).append(entry)
    return [
        {"name": name, "values": values[:MOST]}
        for name, values in list(by_name.items())[:MOST]
    ]
