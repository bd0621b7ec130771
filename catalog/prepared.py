"""Statements that are built once: building one takes longer than answering it.

For what every purchase and every product page does again and again with other keys
(bench/README.md). What comes out is what the ORM would have given. PostgreSQL is told
such a statement once for each connection (PREPARE), so that it does not plan it anew
each time (docs/decisions/0035-statements-kept-by-the-server.md).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs  # type: ignore[import-untyped]

Row = TypeVar("Row", bound=models.Model)
Key = int | str | UUID
# Of keys in a call, or rows; each number of them is a statement of its own.
MOST = 20
numbers = count(1)


class Mark:
    """Where a key goes."""

    def __init__(self, index: int) -> None:
        self.index = index

    @classmethod
    def of(cls, value: Any, stand_ins: list[Key]) -> Any:
        if value in stand_ins:
            return cls(stand_ins.index(value))
        # SQLite keeps a UUID as its digits.
        digits = [key.hex if isinstance(key, UUID) else None for key in stand_ins]
        return cls(digits.index(value)) if value in digits else value


class Statement:
    """SQL whose parameters are Marks, filled by a call's keys, or constants."""

    def __init__(self, sql: str, parameters: Sequence[Any]) -> None:
        self.sql, self.parameters = sql, parameters
        self.name = f"storekeeper_{next(numbers)}"
        marks = {each.index for each in parameters if type(each) is Mark}
        self.size = 1 + max(marks, default=-1)
        arguments = ", ".join(["%s"] * self.size)
        self.call = f"EXECUTE {self.name}({arguments})" if marks else ""

    def bound(
        self, connection: BaseDatabaseWrapper, keys: Sequence[Any]
    ) -> tuple[str, Sequence[Any]]:
        """What to execute, as SQL and parameters.

        The whole text where nothing keeps statements: on SQLite, behind a pooler, and
        while queries are logged, for those who want to read them.
        """
        if connection.vendor == "sqlite":
            keys = [key.hex if type(key) is UUID else key for key in keys]
        keeps = connection.vendor == "postgresql" and not settings.DB_POOLED
        if not (keeps and self.call) or connection.queries_logged:
            given = self.parameters
            return self.sql, [keys[m.index] if type(m) is Mark else m for m in given]
        kept = _kept(connection)
        if self.name not in kept:
            self._prepare(connection)
            kept.add(self.name)
        return self.call, keys

    def _prepare(self, connection: BaseDatabaseWrapper) -> None:
        marked = [
            AsIs(f"${each.index + 1}") if type(each) is Mark else each
            for each in self.parameters
        ]
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            text = cursor.mogrify(self.sql, marked)
            cursor.execute(f"PREPARE {self.name} AS ".encode() + text)


@lru_cache(maxsize=200)
def statement_of(sql: str) -> Statement:
    """The statement of SQL all of whose parameters are keys, in their order."""
    return Statement(sql, [Mark(number) for number in range(sql.count("%s"))])


def _kept(connection: Any) -> set[str]:
    """The names of the statements that the server keeps for this very connection."""
    if connection.connection is None or not connection.health_check_done:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    whose, names = getattr(connection, "kept_statements", (None, set()))
    if whose is not connection.connection:
        names = set()
        connection.kept_statements = connection.connection, names
    return names


class Prepared(Generic[Row]):
    """`Prepared(make)(1, "tea")` has the rows of `make(1, "tea")`.

    `make` may use the keys only as values of conditions, no clock, and no prefetching.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Row]]) -> None:
        self.make = make
        self.built: dict[tuple[object, ...], Reading] = {}

    def __call__(self, *keys: Key) -> list[Row]:
        if not 0 < len(keys) <= MOST:
            return list(self.make(*keys))
        connection = connections[DEFAULT_DB_ALIAS]
        kinds = (connection.vendor, *map(type, keys))
        if kinds not in self.built:
            self.built[kinds] = self._build(keys)
        reading = self.built[kinds]
        if reading.has_locks and not connection.in_atomic_block:
            return list(self.make(*keys))  # which refuses
        with connection.cursor() as cursor:
            cursor.execute(*reading.statement.bound(connection, keys))
            return [reading.row(found, connection) for found in cursor.fetchall()]

    def _build(self, keys: tuple[Key, ...]) -> "Reading":
        stand_ins = [_stand_in(n, key) for n, key in enumerate(keys)]
        compiler = self.make(*stand_ins).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        marks = [Mark.of(value, stand_ins) for value in parameters]
        missing = set(range(len(keys))) - {m.index for m in marks if type(m) is Mark}
        if missing:
            raise TypeError(f"Keys {missing} are no values of the statement.")
        return Reading(compiler, Statement(sql, marks))


def _stand_in(number: int, key: Key) -> Key:
    """A key that no condition has but by us."""
    if isinstance(key, UUID):
        return UUID(int=2**62 + number)
    return f"stand-in-{number}" if isinstance(key, str) else 2**62 + number


class Reading:
    """A statement, and how its columns become objects: as ModelIterable does it."""

    def __init__(self, compiler: SQLCompiler, statement: Statement) -> None:
        self.statement = statement
        self.has_locks = compiler.query.select_for_update
        select: Any = compiler.select
        kinds: Any = compiler.klass_info
        self.model: Any = kinds["model"]
        self.own = slice(kinds["select_fields"][0], kinds["select_fields"][-1] + 1)
        self.names = [column[0].target.attname for column in select[self.own]]
        self.related = get_related_populators(kinds, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        _check(self.model, *self.related)
        self.annotations = list((compiler.annotation_col_map or {}).items())
        expressions = [column[0] for column in select]
        self.converters = [
            (position, convert, expression)
            for position, (converters, expression) in compiler.get_converters(
                expressions
            ).items()
            for convert in converters
        ]

    def row(self, found: Sequence[Any], connection: BaseDatabaseWrapper) -> Any:
        if self.converters:
            found = list(found)
            for position, convert, expression in self.converters:
                found[position] = convert(found[position], expression, connection)
        made = _made(self.model, self.names, found[self.own])
        for populator in self.related:
            _populate(populator, found, made)
        for name, position in self.annotations:
            setattr(made, name, found[position])
        return made


def _check(model: type[models.Model], *related: Any) -> None:
    """Raise TypeError for what `_made` and `_populate` leave out."""
    signals = models.signals.pre_init, models.signals.post_init
    if "__init__" in vars(model) or any(s.has_listeners(model) for s in signals):
        raise TypeError(f"{model} wants to know when a row is read.")
    for populator in related:
        if populator.reorder_for_init:
            raise TypeError(f"{populator.model_cls} inherits its table.")
        _check(populator.model_cls, *populator.related_populators)


def _made(model: Any, names: Sequence[str], values: Sequence[Any]) -> Any:
    """`model.from_db`, but for signals: `__init__` takes longer than anything else."""
    made = model.__new__(model)
    made._state = models.base.ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    vars(made).update(zip(names, values, strict=True))
    return made


def _populate(populator: Any, found: Sequence[Any], parent: Any) -> None:
    """`RelatedPopulator.populate`, with objects made so."""
    values = found[populator.cols_start : populator.cols_end]
    made = None
    if values[populator.pk_idx] is not None:
        made = _made(populator.model_cls, populator.init_list, values)
        for inner in populator.related_populators:
            _populate(inner, found, made)
        populator.remote_setter(made, parent)
    populator.local_setter(parent, made)
