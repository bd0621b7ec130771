"""Names that nearly every page repeats, kept in memory as long as they are right."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog import freshness

NAMES = """
SELECT 'category', id, slug, name, parent_id, is_active FROM catalog_category
UNION ALL SELECT 'brand', id, slug, name, NULL, TRUE FROM catalog_brand
UNION ALL SELECT 'shop', id, slug, name, NULL, TRUE FROM catalog_shop
UNION ALL SELECT 'former ' || kind, thing, slug, '', NULL, FALSE FROM catalog_formerslug
    WHERE kind <> 'product'
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Ref:
    """A category, brand or shop as pages name it."""

    id: int
    slug: str
    name: str


class Named(dict[int, Any]):
    """A part of the directory, by id; a newer id has the directory read again."""

    def __init__(self, directory: "Directory", part: str) -> None:
        self.directory, self.part = directory, part

    def __missing__(self, pk: int) -> Any:
        newer = _load(self.directory.version)
        # Parts are replaced, not filled: other threads may be reading the old ones.
        vars(self.directory).update(vars(newer))
        part = getattr(newer, self.part)
        if pk not in part:
            raise KeyError(pk)
        return part[pk]


class Directory:
    """Categories, brands and shops by id, as of one version of their names or later.

    By slug, also one from before a renaming, only those that a shopper may name: not a
    category that is switched off. A row that was read after the names may name what is
    newer than they: looked up by its id it is found all the same.
    """

    def __init__(self, version: int = 0) -> None:
        self.version = version
        self.brands: dict[int, Ref] = Named(self, "brands")
        self.shops: dict[int, Ref] = Named(self, "shops")
        self.categories: dict[int, Ref] = Named(self, "categories")
        self.parents: dict[int, int | None] = Named(self, "parents")
        self.children: dict[int | None, list[int]] = {}
        self.by_slug: dict[tuple[str, str], int] = {}

    def id_of(self, kind: str, slug: str) -> int | None:
        """The id of an active category, a brand or a shop.

        A slug that is not known costs the question whether it is new.
        """
        if (kind, slug) not in self.by_slug:
            newer = directory(freshness.current())
            if newer is not self:
                vars(self).update(vars(newer))
        return self.by_slug.get((kind, slug))

    def descendants(self, category: int) -> list[int]:
        """The category and all below it."""
        found = [category]
        for node in found:
            found += self.children.get(node, ())
        return found

    def path(self, category: int) -> list[Ref]:
        """From the root to the category."""
        steps: list[Ref] = []
        node: int | None = category
        while node is not None:
            steps.append(self.categories[node])
            node = self.parents[node]
        return steps[::-1]


# For who asks for no name.
NOBODY = Directory()
_kept: Directory | None = None


def latest() -> Directory:
    """The names as last read; asks nothing, but for the first time."""
    return _kept or directory(freshness.current())


def directory(version: freshness.Version) -> Directory:
    """The names in force under this version; one statement when they have moved."""
    global _kept
    if _kept is None or _kept.version != version.names:
        _kept = _load(version.names)
    return _kept


def forget() -> None:
    """For tests, whose databases go back in time."""
    global _kept
    _kept = None


def _load(version: int) -> Directory:
    loaded = Directory(version)
    refs = {"brand": loaded.brands, "shop": loaded.shops, "category": loaded.categories}
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        rows = cursor.fetchall()
    open_ids = {(kind, pk) for kind, pk, *_, is_open in rows if is_open}
    for kind, pk, slug, name, parent, is_open in rows:
        if (now := kind.removeprefix("former ")) != kind:
            if (now, pk) in open_ids:
                loaded.by_slug[now, slug] = pk
            continue
        refs[kind][pk] = Ref(pk, slug, name)
        if is_open:
            loaded.by_slug[kind, slug] = pk
        if kind == "category":
            loaded.parents[pk] = parent
            loaded.children.setdefault(parent, []).append(pk)
    return loaded
