"""Finding products by words.

On PostgreSQL: full text in Russian and English together, each word also as the start
of one; if nothing has them all, words that look alike (trigrams), so that a typing
error still finds. On SQLite: every word must stand somewhere in name, brand or model.
The columns and indexes of the former are made by a migration for PostgreSQL alone.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from django.db import connections
from django.db.models import BooleanField, FloatField, Q
from django.db.models.expressions import RawSQL

from catalog.models import Brand, Category, Product
from catalog.querysets import ProductQuerySet

LONGEST, MOST_WORDS = 100, 8
MATCHES = """catalog_product.search_vector @@
    (to_tsquery('russian', %s) || to_tsquery('english', %s))"""
# Whole words count for more than the starts of words.
RANK = """ts_rank(catalog_product.search_vector,
    to_tsquery('russian', %s) || to_tsquery('english', %s))
    + 2 * ts_rank(catalog_product.search_vector,
    plainto_tsquery('russian', %s) || plainto_tsquery('english', %s))"""
LOOKS_LIKE = "%s <%% catalog_product.search_text"
LIKENESS = "word_similarity(%s, catalog_product.search_text)"
SNIPPET = 160


def matching(products: ProductQuerySet, text: str) -> ProductQuerySet:
    """Products that have every word of `text`, best match first.

    Without regard to case, in any alphabet. Looks at the first 100 characters and
    eight words; a text without words finds nothing.
    """
    found = words(text)
    if not found:
        return products.none()
    if connections[products.db].vendor != "postgresql":
        for word in found:
            products = products.filter(search_text__contains=word)
        return products
    query = " & ".join(f"'{word}':*" for word in found)
    exact = products.filter(_raw(MATCHES, [query, query]))
    # One cheap look decides; the trigrams are asked only when nothing has the words.
    if exact.exists():
        whole = " ".join(found)
        score = _score(RANK, [query, query, whole, whole])
        return exact.order_by(score.desc(), "pk")
    for word in found:
        products = products.filter(_raw(LOOKS_LIKE, [word]))
    score = _score(" + ".join([LIKENESS] * len(found)), found)
    return products.order_by(score.desc(), "pk")


def suggestions(text: str) -> list[dict[str, str]]:
    """What a search box may offer: two categories, two brands, then products; ten."""
    found = words(text)
    if not found:
        return []
    rows: list[dict[str, str]] = []
    for kind, named in (
        ("category", Category.objects.active()),
        ("brand", Brand.objects.all()),
    ):
        named = named.filter(*(_in_name(word) for word in found))
        rows += _rows(kind, named.order_by("name", "pk")[:2])
    products = matching(Product.objects.on_sale(), text)
    return rows + _rows("product", products[: 10 - len(rows)])


def _in_name(word: str) -> Q:
    """SQLite knows upper and lower case of Latin letters only."""
    spellings = (word, word.capitalize(), word.upper())
    return Q(name__icontains=word) | Q(
        *(Q(name__contains=spelling) for spelling in spellings), _connector=Q.OR
    )


def _rows(kind: str, things: Any) -> list[dict[str, str]]:
    return [
        {"kind": kind, "slug": slug, "name": name}
        for slug, name in things.values_list("slug", "name")
    ]


def words(text: str) -> list[str]:
    """The words of a search, in lower case, without punctuation."""
    return re.findall(r"[^\W_]+", text[:LONGEST].casefold())[:MOST_WORDS]


def search_text(name: str, brand: str, model: str) -> str:
    """What `matching` looks at; written whenever one of the three changes."""
    return " ".join(filter(None, (name, brand, model))).casefold()


def snippet(text: str, found: Sequence[str]) -> str:
    """The part of `text` around the first word, as HTML with <mark> around each.

    Everything but the marks is escaped. Text without any of the words is cut short.
    """
    pattern = re.compile("|".join(map(re.escape, found)) or r"(?!)", re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - SNIPPET // 4) if first else 0
    part = text[start : start + SNIPPET]
    pieces, end = [], 0
    for match in pattern.finditer(part):
        before, word = escape(part[end : match.start()]), escape(match[0])
        pieces.append(f"{before}<mark>{word}</mark>")
        end = match.end()
    pieces.append(escape(part[end:]))
    return (
        ("…" if start else "")
        + "".join(pieces)
        + ("…" if start + SNIPPET < len(text) else "")
    )


def _raw(sql: str, parameters: list[str]) -> RawSQL:
    # Our own constants; what a shopper typed goes in as parameters only.
    return RawSQL(sql, parameters, output_field=BooleanField())  # noqa: S611


def _score(sql: str, parameters: list[str]) -> RawSQL:
    return RawSQL(sql, parameters, output_field=FloatField())  # noqa: S611
