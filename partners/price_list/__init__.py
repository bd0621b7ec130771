"""Reads a partner's price list: a file in, good after good out, then what it all was.

One pass over the events of the C parser, the only safe door to hostile YAML: nothing
is composed or constructed, and one good at a time is in the making. What only all goods
together tell (an id used twice) is for the staging table to find.

It runs in a process of its own (`process`, `__main__`), so that a file that breaks the
reader costs one job. Nothing here knows Django.

Each module imports only from those before it: `messages`, `findings`, `values`,
`mending`, `events`, `categories`, `goods`, `tables`, `reading`, `process`.
"""

from __future__ import annotations

from partners.price_list.categories import ListedCategory
from partners.price_list.findings import Finding, Findings, shown, titled
from partners.price_list.goods import Good
from partners.price_list.mending import MENDABLE
from partners.price_list.messages import LANGUAGES
from partners.price_list.reading import Outline, mend_price_list, read_price_list
from partners.price_list.values import Attribute

__all__ = [
    "LANGUAGES",
    "MENDABLE",
    "Attribute",
    "Finding",
    "Findings",
    "Good",
    "ListedCategory",
    "Outline",
    "mend_price_list",
    "read_price_list",
    "shown",
    "titled",
]
