"""Lists of products: the store's hottest reads, in SQL written by hand.

The ORM needs longer to build such a statement and its objects than the database to
answer it (docs/decisions/0024-kept-pages.md).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, connections

from catalog import freshness
from catalog.directory import Directory
from catalog.pictures import SIZES
from catalog.prepared import MOST, statement_of
from catalog.replica import source

# Each is total with the id behind it, and follows an index in one direction.
ORDERINGS = {
    "": ("p.id", ""),
    "newest": ("p.id", "DESC"),
    "price": ("p.price_from", ""),
    "-price": ("p.price_from", "DESC"),
    "name": ("p.name", ""),
    "-name": ("p.name", "DESC"),
    "popularity": ("p.popularity", "DESC"),  # what sells best comes first
    "-popularity": ("p.popularity", ""),
}
# Shown of a product beside its own columns: JSON, which each database spells its way.
SHOWN = {
    "postgresql": """array_to_json(ARRAY(
            SELECT category_id FROM catalog_product_categories
            WHERE product_id = p.id ORDER BY category_id))::text,
        (SELECT json_build_array(id, image, width, height, alt, sizes)::text
            FROM catalog_photo WHERE product_id = p.id ORDER BY position LIMIT 1)""",
    "sqlite": """(SELECT json_group_array(category_id) FROM (
            SELECT category_id FROM catalog_product_categories
            WHERE product_id = p.id ORDER BY category_id)),
        (SELECT json_array(id, image, width, height, alt, json(sizes))
            FROM catalog_photo WHERE product_id = p.id ORDER BY position LIMIT 1)""",
}


@dataclass(frozen=True)
class Row:
    """One product of a list: what is shown, and what the list does with it."""

    shown: dict[str, Any]
    description: str
    """Of a search only."""
    marked: tuple[str, ...]
    """The words that were searched for, as they are spelled in the catalogue."""
    at: Any
    """Its value of the ordering's column."""
    version: freshness.Version
    """The catalogue's when the row was read."""
    counted: int
    """How many rows there were in all, as far as the selection was to count."""


@dataclass(frozen=True)
class Ranking:
    """A search's own order: a score, of the best so many candidates only."""

    score: str
    score_parameters: tuple[Any, ...]
    candidates: str
    candidate_parameters: tuple[Any, ...]


@dataclass(frozen=True)
class Selection:
    """Products on sale under some conditions, in an order; asks nothing until read.

    A condition is SQL over `p`, the product; what a shopper typed is a parameter.
    Sliced, counted and iterated over as a queryset is.
    """

    names: Directory
    conditions: tuple[str, ...] = ("p.best_offer_id IS NOT NULL",)
    parameters: tuple[Any, ...] = ()
    ordering: str = ""
    ranking: Ranking | None = None
    marked: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 2**31
    ceiling: int = 0
    """How far to count all of them while the slice is read."""
    is_by_key: bool = False
    """Whether the conditions name the products one by one."""

    def where(self, condition: str, *parameters: Any) -> Self:
        return replace(
            self,
            conditions=(*self.conditions, condition),
            parameters=(*self.parameters, *parameters),
        )

    def sorted_by(self, ordering: str) -> Self:
        """In one of ORDERINGS; it beats a search's own order."""
        return replace(self, ordering=ordering)

    def behind(self, at: Any, pk: int) -> Self:
        """What follows the row with this value of the ordering's column and this id."""
        column, direction = ORDERINGS[self.ordering]
        sign = "<" if direction else ">"
        return self.where(f"({column}, p.id) {sign} (%s, %s)", at, pk)

    def sql(self, columns: str = "p.id") -> tuple[str, tuple[Any, ...]]:
        """The products in no order, as a statement that others may build on."""
        if self.ranking:
            condition = f"p.id IN ({self.ranking.candidates})"
            parameters = self.ranking.candidate_parameters
        else:
            condition, parameters = " AND ".join(self.conditions), self.parameters
        return f"SELECT {columns} FROM catalog_product p WHERE {condition}", parameters  # noqa: S608

    def __getitem__(self, part: slice) -> Self:
        start, stop = part.start or 0, part.stop or 2**31
        return replace(self, offset=start, limit=stop - start)

    def count(self) -> int:
        """How many, up to the length of the slice."""
        inner, parameters = self.sql("1")
        counted = f"SELECT count(*) FROM ({inner} LIMIT %s) counted"  # noqa: S608
        return int(fetch(counted, (*parameters, self.limit))[0][0])

    def counting(self, ceiling: int) -> Self:
        """Count all, up to the ceiling, in the statement that reads the slice."""
        return replace(self, ceiling=ceiling)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @cached_property
    def rows(self) -> list[Row]:
        """The slice, in one statement; with descriptions if words are marked."""
        if self.ranking:
            at, direction, then = self.ranking.score, "DESC", "p.id"
            first = self.ranking.score_parameters
        else:
            (at, direction), first = ORDERINGS[self.ordering], ()
            then = f"p.id {direction}"
        description = "p.description" if self.marked else "''"
        inner, parameters = self.sql(
            f"p.id, p.slug, p.name, p.brand_id, {description} AS description,"
            f" p.best_offer_id, p.rating,"
            f" p.review_count, {at} AS at"
        )
        counted, counted_parameters = "0", tuple[Any, ...]()
        if self.ceiling:
            all_rows, counted_parameters = self.sql("1")
            counted_parameters += (self.ceiling,)
            counted = f"(SELECT count(*) FROM ({all_rows} LIMIT %s) counted)"  # noqa: S608
        statement = f"""
            SELECT ({freshness.READ[connection.vendor]}), {counted},
                p.description, p.at,
                p.id, p.slug, p.name, p.brand_id, p.rating, p.review_count,
                o.id, o.shop_id, o.price, o.regular_price, o.stock,
                {SHOWN[connection.vendor]}
            FROM ({inner} ORDER BY at {direction}, {then} LIMIT %s OFFSET %s) p
            JOIN catalog_offer o ON o.id = p.best_offer_id
            ORDER BY p.at {direction}, {then}"""  # noqa: S608
        all_parameters = (*counted_parameters, *first, *parameters)
        found = fetch(
            statement,
            (*all_parameters, self.limit, self.offset),
            is_by_key=self.is_by_key,
        )
        if not found:
            return []
        version, currency = freshness.parsed(found[0][0]), settings.STORE_CURRENCY
        return [
            Row(
                shown=_shown(columns, self.names, currency),
                description=description,
                marked=self.marked,
                at=at,
                version=version,
                counted=count,
            )
            for _, count, description, at, *columns in found
        ]


def find_product(key: str, names: Directory) -> list[Row]:
    """The product on sale of an id or a slug, if any; a slug is never digits alone."""
    by_key = Selection(names, is_by_key=True)
    if key.isascii() and key.isdigit():
        found = by_key.where("p.id = %s", min(int(key), 2**63 - 1))
    else:
        found = by_key.where("p.slug = %s", key)
    return found[:1].rows


def rows_of(ids: Collection[int], names: Directory) -> list[Row]:
    """The rows of these products, as far as they are on sale."""
    if not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    by_key = Selection(names, is_by_key=True)
    return by_key.where(f"p.id IN ({marks})", *ids).rows


def fetch(
    statement: str, parameters: Sequence[Any], *, is_by_key: bool = False
) -> list[tuple[Any, ...]]:
    """The rows; a statement that finds them by their keys is kept by the server."""
    asked = connections[source()]
    if is_by_key and len(parameters) <= MOST:
        statement, parameters = statement_of(statement).bound(asked, parameters)
    with asked.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _shown(columns: list[Any], names: Directory, currency: str) -> dict[str, Any]:
    pk, slug, name, brand, rating, reviews, *rest = columns
    offer, shop, price, regular, stock, categories, first = rest
    return {
        "id": pk,
        "slug": slug,
        "name": name,
        "brand": names.brands[brand] if brand else None,
        "categories": [names.categories[node] for node in orjson.loads(categories)],
        "offer": offer,
        "shop": names.shops[shop],
        "price": f"{price:.2f}",
        "regular_price": f"{regular:.2f}",
        "currency": currency,
        "stock": stock,
        "in_stock": stock > 0,
        "rating": None if rating is None else float(rating),
        "review_count": reviews,
        "photo": photo(*orjson.loads(first)) if first else None,
        "snippet": None,
    }


def photo(
    pk: int, image: str, width: int, height: int, alt: str, sizes: dict[str, Any]
) -> dict[str, Any]:
    """A photo as it is shown; addresses on this site begin with a slash."""
    return {
        "id": pk,
        "url": default_storage.url(image),
        "width": width,
        "height": height,
        "alt": alt,
        "sizes": {
            name: {
                "url": default_storage.url(made["file"]),
                "width": made["width"],
                "height": made["height"],
            }
            if (made := sizes.get(name))
            else None
            for name in SIZES
        },
    }
