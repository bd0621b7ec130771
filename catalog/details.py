"""What a product's page shows beyond its row in a list; also for a list that asks.

A statement for each part, however many products; SQL by hand as in catalog/listing.py.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from catalog.directory import Directory
from catalog.listing import Row, fetch, photo, rows_of

LOWEST_OF = timedelta(days=30)
TEXTS = """SELECT id, description, attributes, rating_counts, created_at, updated_at
    FROM catalog_product WHERE id IN ({})"""
PHOTOS = """SELECT product_id, id, image, width, height, alt, sizes FROM catalog_photo
    WHERE product_id IN ({}) ORDER BY product_id, position"""
# The lowest price of the last 30 days, as EU law has prices told: the lowest that began
# in them, and the one that was in force when they began.
OFFERS = """SELECT o.product_id, o.id, o.shop_id, o.article, o.model, o.price,
        o.regular_price, o.discount_price, o.recommended_price, o.stock,
        (SELECT min(c.price) FROM catalog_pricechange c
            WHERE c.offer_id = o.id AND c.created_at >= %s),
        (SELECT c.price FROM catalog_pricechange c WHERE c.offer_id = o.id
            AND c.created_at < %s ORDER BY c.id DESC LIMIT 1),
        l.reason, l.created_at
    FROM catalog_offer o JOIN catalog_shop s ON s.id = o.shop_id
    LEFT JOIN catalog_pricechange l ON l.id = (SELECT max(c.id)
        FROM catalog_pricechange c WHERE c.offer_id = o.id)
    WHERE o.product_id IN ({}) AND NOT o.is_withdrawn AND s.accepts_orders
    ORDER BY o.product_id, o.price, o.id"""

# Beside each product `p`: of a hundred neighbours by id in its category, its brand's
# first, then what sells best. So it costs the same in a category of a million.
NEAR = """SELECT * FROM (SELECT product_id FROM catalog_product_categories
    WHERE category_id = p.category_id AND product_id {} p.id
    ORDER BY product_id {} LIMIT 50) near"""
BESIDE = f"""(SELECT r.id,
        CASE WHEN r.brand_id = p.brand_id THEN 0 ELSE 1 END AS is_other_brand
    FROM catalog_product r
    WHERE r.id IN ({NEAR.format(">", "ASC")} UNION ALL {NEAR.format("<", "DESC")})
    AND r.best_offer_id IS NOT NULL
    ORDER BY is_other_brand, r.popularity DESC, r.id LIMIT 8) beside"""  # noqa: S608
RELATED = {
    "postgresql": f"array_to_json(ARRAY(SELECT id FROM {BESIDE}))::text",  # noqa: S608
    "sqlite": f"(SELECT json_group_array(id) FROM {BESIDE})",  # noqa: S608
}


def add_parts(rows: Iterable[Row], parts: Collection[str], names: Directory) -> None:
    """Add some of PARTS to what is shown of each row, with what is read together."""
    shown = {row.shown["id"]: row.shown for row in rows}
    if shown:
        for read in dict.fromkeys(PARTS[part] for part in parts):
            read(shown, names)


def _texts(shown: dict[int, dict[str, Any]], names: Directory) -> None:
    for pk, description, attributes, stars, created, updated in _read(TEXTS, shown):
        counts = _parsed(stars) or [0] * 5
        shown[pk] |= {
            "description": description,
            "attributes": _parsed(attributes),
            "rating_counts": {str(n): given for n, given in enumerate(counts, 1)},
            "created_at": utc(created),
            "updated_at": utc(updated),
        }


def _photos(shown: dict[int, dict[str, Any]], names: Directory) -> None:
    for one in shown.values():
        one["photos"] = []
    for product, pk, image, width, height, alt, sizes in _read(PHOTOS, shown):
        one = photo(pk, image, width, height, alt, _parsed(sizes))
        shown[product]["photos"].append(one)


def _offers(shown: dict[int, dict[str, Any]], names: Directory) -> None:
    for one in shown.values():
        one["offers"] = []
    start = connection.ops.adapt_datetimefield_value(timezone.now() - LOWEST_OF)
    for pk, *columns in _read(OFFERS, shown, start, start):
        shown[pk]["offers"].append(_offer(names, *columns))


def _breadcrumbs(shown: dict[int, dict[str, Any]], names: Directory) -> None:
    for one in shown.values():
        path = _longest_path(one, names)
        # One that is switched off has no page to lead to.
        one["breadcrumbs"] = [
            node for node in path if names.id_of("category", node.slug)
        ]


def _related(shown: dict[int, dict[str, Any]], names: Directory) -> None:
    """Two statements: which products lie beside each, and their rows."""
    facts: list[int] = []
    for pk, one in shown.items():
        one["related"] = []
        if path := _longest_path(one, names):
            facts += [pk, path[-1].id, one["brand"].id if one["brand"] else 0]
    if not facts:
        return
    marks = ", ".join(
        ["(CAST(%s AS bigint), CAST(%s AS bigint), CAST(%s AS bigint))"]
        * (len(facts) // 3)
    )
    beside = RELATED[connection.vendor]
    statement = f"""WITH p (id, category_id, brand_id) AS (VALUES {marks})
        SELECT p.id, {beside} FROM p"""  # noqa: S608
    lists = {
        pk: orjson.loads(ids) for pk, ids in fetch(statement, facts, is_by_key=True)
    }
    wanted = {pk for ids in lists.values() for pk in ids}
    rows = {row.shown["id"]: row.shown for row in rows_of(wanted, names)}
    for pk, ids in lists.items():
        shown[pk]["related"] = [rows[other] for other in ids if other in rows]


def _longest_path(one: dict[str, Any], names: Directory) -> list[Any]:
    """The way to the product's deepest category; empty for a product without one."""
    paths = [names.path(category.id) for category in one["categories"]]
    return max(paths, key=len, default=[])


# What may be asked for, and who reads it.
PARTS: dict[str, Callable[[dict[int, dict[str, Any]], Directory], None]] = {
    "description": _texts,
    "attributes": _texts,
    "rating_counts": _texts,
    "created_at": _texts,
    "updated_at": _texts,
    "photos": _photos,
    "offers": _offers,
    "breadcrumbs": _breadcrumbs,
    "related": _related,
}


def _offer(
    names: Directory,
    pk: int,
    shop: int,
    article: str,
    model: str,
    price: Any,
    regular: Any,
    discount: Any,
    recommended: Any,
    stock: int,
    lowest: Any,
    at_start: Any,
    reason: str | None,
    since: datetime | str | None,
) -> dict[str, Any]:
    known = [one for one in (lowest, at_start, price) if one is not None]
    return {
        "id": pk,
        "shop": names.shops[shop],
        "article": article,
        "model": model,
        "price": money(price),
        "regular_price": money(regular),
        "discount_price": money(discount),
        "recommended_price": money(recommended),
        "lowest_price_30_days": money(min(known)),
        "price_since": utc(since),
        "price_reason": reason,
        "stock": stock,
        "in_stock": stock > 0,
    }


def money(amount: Any) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def utc(moment: datetime | str | None) -> str | None:
    """A column of time as v1 writes it; SQLite keeps times as text."""
    if moment is None:
        return None
    text = moment if isinstance(moment, str) else moment.isoformat()
    return text.replace(" ", "T").removesuffix("+00:00") + "Z"


def _parsed(value: Any) -> Any:
    """A column of JSON, which a raw cursor gives as text on either database."""
    return orjson.loads(value) if isinstance(value, str) else value


def _read(
    statement: str, ids: Collection[int], *parameters: Any
) -> list[tuple[Any, ...]]:
    marks = ", ".join(["%s"] * len(ids))
    return fetch(statement.format(marks), (*parameters, *ids), is_by_key=True)
