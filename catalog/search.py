"""Finding products by words.

On PostgreSQL: full text in Russian and English together, each word also as the start
of one; if nothing has them all, each word is spelled as the catalogue's own words are,
so that a typing error still finds. On SQLite: every word must stand somewhere in name,
brand or model. Columns, words and indexes of the former are made by migrations for
PostgreSQL alone (docs/decisions/0012-search.md).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

from django.db import connection
from rapidfuzz.distance import DamerauLevenshtein

from catalog.directory import Directory, Ref
from catalog.listing import Ranking, Selection, fetch

LONGEST, MOST_WORDS = 100, 8
# This one knows English as well: it stems words of ASCII letters by English rules.
MATCHES = "p.search_vector @@ to_tsquery('russian', %s)"
# Whole words, all of them, count for more than any number of beginnings.
SCORE = f"""CASE WHEN {MATCHES} THEN 10 ELSE 0 END
    + ts_rank(p.search_vector, to_tsquery('russian', %s))"""
# How many of what was found are ranked: whole words first.
RANKED = 1000
BEGUN = """SELECT bool_and(EXISTS (SELECT 1 FROM catalog_word
    WHERE word >= begun AND word < begun || chr(1114111))) FROM unnest(%s) begun"""
KNOWN = f"SELECT EXISTS (SELECT 1 FROM catalog_product p WHERE {MATCHES})"  # noqa: S608
# The most alike by trigrams; and, for short words, of which an error leaves few of them
# whole, those of about its length with its first letter.
ALIKE = """(SELECT word FROM catalog_word WHERE %s <%% word
    ORDER BY word_similarity(%s, word) DESC, similarity(%s, word) DESC LIMIT 100)
    UNION (SELECT word FROM catalog_word WHERE word >= %s AND word < %s
    AND length(word) BETWEEN %s AND %s LIMIT 2000) ORDER BY 1"""
SPELLINGS = 5
SNIPPET = 160


def matching(chosen: Selection, text: str) -> Selection:
    """Those of the chosen products that have every word of `text`, best match first.

    Without regard to case, in any alphabet. Looks at the first 100 characters and
    eight words; a text without words finds nothing. An ordering that was asked for
    beats the rank.
    """
    found = words(text)
    if not found:
        return chosen.where("1 = 0")
    if connection.vendor != "postgresql":
        for word in found:
            chosen = chosen.where("instr(p.search_text, %s) > 0", word)
        return replace(chosen, marked=tuple(found))
    spelled = [[word] for word in found]
    if not _is_known(found, _tsquery(spelled, "")):
        spelled = [_spellings(word) or [word] for word in found]
    starts, whole = _tsquery(spelled, ":*"), _tsquery(spelled, "")
    marked = tuple(word for spellings in spelled for word in spellings)
    narrowed = chosen.where(MATCHES, starts)
    if chosen.ordering:
        return replace(narrowed, marked=marked)
    first, some = chosen.where(MATCHES, whole).sql()
    second, more = narrowed.sql()
    ranking = Ranking(
        score=SCORE,
        score_parameters=(whole, starts),
        candidates=f"({first} LIMIT {RANKED}) UNION ({second} LIMIT {RANKED})",
        candidate_parameters=(*some, *more),
    )
    return replace(narrowed, ranking=ranking, marked=marked)


def _is_known(found: list[str], whole: str) -> bool:
    """Whether the words need no other spelling: each begins a word of the catalogue, or
    all are forms of words that something has. Two cheap looks."""
    return fetch(BEGUN, (found,))[0][0] or fetch(KNOWN, (whole,))[0][0]


def _tsquery(spelled: Sequence[Sequence[str]], ending: str) -> str:
    """Every word in one of its spellings; words hold letters and digits only."""
    either = (" | ".join(f"'{word}'{ending}" for word in some) for some in spelled)
    return " & ".join(f"({some})" for some in either)


def _spellings(word: str) -> list[str]:
    """The words of the catalogue that this one most likely stands for, or begins.

    The fewest letters changed, left out, added or swapped with their neighbour wins;
    a short word forgives one such error, a longer one two. What has digits is meant as
    it is.
    """
    if not word.isalpha():
        return [word]
    begin, size = word[0], len(word)
    bounds = (begin, chr(ord(begin) + 1), size - 1, size + 1)
    found = fetch(ALIKE, (word, word, word, *bounds), is_by_key=True)
    alike = [row[0] for row in found]
    errors = {other: _errors(word, other) for other in alike}
    fewest = min(errors.values(), default=99)
    if fewest == 0:
        return [word]  # it is spelled right, or begins right
    if fewest > (1 if len(word) < 5 else 2):
        return []
    return [other for other in alike if errors[other] == fewest][:SPELLINGS]


def _errors(word: str, other: str) -> int:
    begun = other[: len(word)]
    return min(DamerauLevenshtein.distance(word, text) for text in (other, begun))


def suggestions(text: str, names: Directory) -> list[dict[str, str]]:
    """What a search box may offer: two categories, two brands, then products; ten."""
    found = words(text)
    if not found:
        return []
    shown = {pk for (kind, _), pk in names.by_slug.items() if kind == "category"}
    rows = _named("category", [names.categories[pk] for pk in shown], found)
    rows += _named("brand", names.brands.values(), found)
    products = matching(Selection(names), text)[: 10 - len(rows)]
    return rows + [
        {"kind": "product", "slug": row.shown["slug"], "name": row.shown["name"]}
        for row in products
    ]


def _named(kind: str, refs: Iterable[Ref], found: list[str]) -> list[dict[str, str]]:
    fit = [ref for ref in refs if all(w in ref.name.casefold() for w in found)]
    first = sorted(fit, key=lambda ref: (ref.name, ref.id))[:2]
    return [{"kind": kind, "slug": ref.slug, "name": ref.name} for ref in first]


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
