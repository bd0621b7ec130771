"""Querysets whose SQL is built once: building it takes longer than answering it.

For the reads of a purchase, which are the same each time but for their keys
(bench/README.md). What comes out is what the queryset would have given.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)
Key = int | str
# Of keys in a call; each number of them is a statement of its own.
MOST = 20


class Prepared(Generic[Row]):
    """`Prepared(make)(1, "tea")` has the rows of `make(1, "tea")`.

    `make` may use the keys, ints or texts, only as values of conditions, and no clock.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Row]]) -> None:
        self.make = make
        self.built: dict[tuple[object, ...], tuple[SQLCompiler, str, list[Any]]] = {}

    def __call__(self, *keys: Key) -> list[Row]:
        if not 0 < len(keys) <= MOST:
            return list(self.make(*keys))
        connection = connections[DEFAULT_DB_ALIAS]
        kinds = (connection.vendor, *map(type, keys))
        if kinds not in self.built:
            self.built[kinds] = self._build(keys)
        compiler, sql, marks = self.built[kinds]
        if compiler.query.select_for_update and not connection.in_atomic_block:
            return list(self.make(*keys))  # which refuses
        parameters = tuple([keys[m.index] if type(m) is Mark else m for m in marks])
        return list(ModelIterable(Bound(compiler, sql, parameters)))  # type: ignore[arg-type]

    def _build(self, keys: tuple[Key, ...]) -> tuple[SQLCompiler, str, list[Any]]:
        stand_ins = [_stand_in(n, key) for n, key in enumerate(keys)]
        compiler = self.make(*stand_ins).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        marks = [Mark.of(value, stand_ins) for value in parameters]
        missing = set(range(len(keys))) - {m.index for m in marks if type(m) is Mark}
        if missing:
            raise TypeError(f"Keys {missing} are no values of the statement.")
        return compiler, sql, marks


class Mark:
    """Where a key goes."""

    def __init__(self, index: int) -> None:
        self.index = index

    @classmethod
    def of(cls, value: Any, stand_ins: list[Key]) -> Any:
        return cls(stand_ins.index(value)) if value in stand_ins else value


def _stand_in(number: int, key: Key) -> Key:
    """A key that no condition has but by us."""
    return f"stand-in-{number}" if isinstance(key, str) else 2**62 + number


class Bound:
    """A query with its SQL at hand, as the iterable of a queryset reads one."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(
        self, built: SQLCompiler, sql: str, parameters: tuple[Any, ...]
    ) -> None:
        self.db, self.query = DEFAULT_DB_ALIAS, self
        # What copy() does, in three calls.
        self.compiler: Any = object.__new__(type(built))
        vars(self.compiler).update(
            vars(built),
            connection=connections[DEFAULT_DB_ALIAS],
            as_sql=lambda *args, **kwargs: (sql, parameters),
        )

    def get_compiler(self, using: str) -> Any:
        return self.compiler
