"""Counts for the current filter: what a shopper could narrow it down by."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connections
from django.db.models import Count, Max, Min

from catalog.models import Offer, Product
from catalog.querysets import ProductQuerySet

MOST = 50
# One row for each attribute and value of the products; values as JSON text.
BY_ATTRIBUTE = {
    "postgresql": """SELECT a.key, a.value::text, count(*) FROM ({}) p
        CROSS JOIN LATERAL jsonb_each(p.attributes) a
        GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000""",
    "sqlite": """SELECT a.key, json_quote(a.value), count(*) FROM ({}) p
        CROSS JOIN json_each(p.attributes) a
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


def facets(products: ProductQuerySet) -> Facets:
    """What the filtered products have in common, in five queries."""
    chosen = products.order_by()
    totals = chosen.aggregate(
        count=Count("pk"), low=Min("price_from"), high=Max("price_from")
    )
    links = Product.categories.through.objects.filter(product__in=chosen.values("pk"))
    offers = Offer.objects.filter(
        product__in=chosen.values("pk"), is_withdrawn=False, shop__accepts_orders=True
    )
    return Facets(
        count=totals["count"],
        price_min=totals["low"],
        price_max=totals["high"],
        categories=_named(links, "category", "pk"),
        brands=_named(chosen.filter(brand__isnull=False), "brand", "pk"),
        shops=_named(offers, "shop", "product"),
        attributes=_attributes(chosen),
    )


def _named(rows: Any, relation: str, counted: str) -> list[dict[str, Any]]:
    slug, name = f"{relation}__slug", f"{relation}__name"
    counts = rows.values(slug, name).annotate(count=Count(counted, distinct=True))
    return [
        {"slug": row[slug], "name": row[name], "count": row["count"]}
        for row in counts.order_by("-count", name, slug)[:MOST]
    ]


def _attributes(products: ProductQuerySet) -> list[dict[str, Any]]:
    connection = connections[products.db]
    inner, parameters = products.values("attributes").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(BY_ATTRIBUTE[connection.vendor].format(inner), parameters)
        rows = cursor.fetchall()
    by_name: dict[str, list[dict[str, Any]]] = {}
    for name, value, count in rows:
        entry = {"value": json.loads(value), "count": count}
        by_name.setdefault(name, []).append(entry)
    return [
        {"name": name, "values": values[:MOST]}
        for name, values in list(by_name.items())[:MOST]
    ]
