"""Statements that are built once: building one takes longer than answering it.

For what every purchase and every product page does again and again with other keys
(bench/README.md). What comes out is what the ORM would have given. PostgreSQL is told
such a statement once for each connection (PREPARE), so that it does not plan it anew
each time (docs/decisions/0033-statements-kept-by-the-server.md).
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    connections,
    models,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import DatabaseDefault
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs  # type: ignore[import-untyped]

Row = TypeVar("Row", bound=models.Model)
Key = int | str | UUID
# Of keys in a call, or rows; each number of them is a statement of its own.
MOST = 20
# What a field of these kinds has nothing to do with before it is written.
PLAIN = {int, str, bool, type(None)}
PLAIN_FIELDS = {
    *("CharField", "SlugField", "TextField", "BooleanField", "ForeignKey"),
    *("IntegerField", "PositiveIntegerField", "BigIntegerField", "BigAutoField"),
}
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
        with connection.connection.cursor() as cursor:
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


def insert(*rows: Row) -> Row:
    """Write new rows of one model in one statement, as `bulk_create` does.

    All of them have their primary key, or none has; what the database gives (keys,
    defaults) they have afterwards. Returns the first.
    """
    model, first = type(rows[0]), rows[0]
    connection = connections[DEFAULT_DB_ALIAS]
    if len(rows) > MOST or not connection.features.can_return_rows_from_bulk_insert:
        model._base_manager.bulk_create(rows)
        return first
    left = tuple([name for name in _given(model) if _is_left(first, name)])
    fields, returned, statement = _insertion(model, len(rows), left, connection.vendor)
    values = [value for row in rows for value in _values(fields, row, connection)]
    broken = transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS)
    with broken, connection.cursor() as cursor:
        cursor.execute(*statement.bound(connection, values))
        found = cursor.fetchall() if returned else [()] * len(rows)
    for row, learned in zip(rows, found, strict=True):
        for name, value in zip(returned, learned, strict=True):
            setattr(row, name, value)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return first


@cache
def _given(model: type[models.Model]) -> list[str]:
    """The fields to which the database can give a value."""
    pk = model._meta.pk
    fields = model._meta.local_concrete_fields
    return [field.attname for field in fields if field is pk or field.has_db_default()]


def _is_left(row: models.Model, name: str) -> bool:
    value = getattr(row, name)
    is_key = name == row._meta.pk.attname
    return type(value) is DatabaseDefault or (is_key and value is None)


@cache
def _insertion(
    model: type[models.Model], amount: int, left: tuple[str, ...], vendor: str
) -> tuple[list[tuple[Any, str, bool]], list[str], Statement]:
    meta = model._meta
    known = [each for each in meta.local_concrete_fields if not each.generated]
    fields = [field for field in known if field.attname not in left]
    returned = [field for field in known if field.attname in left]
    row = f"({', '.join(['%s'] * len(fields))})"
    sql = (
        f'INSERT INTO "{meta.db_table}" ({_columns(fields)})'  # noqa: S608
        f" VALUES {', '.join([row] * amount)}"
    )
    if returned:
        sql += f" RETURNING {_columns(returned)}"
    marks = [Mark(number) for number in range(amount * len(fields))]
    names = [field.attname for field in returned]
    return _written(fields), names, Statement(sql, marks)


def _columns(fields: list[Any]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _written(fields: list[Any]) -> list[tuple[Any, str, bool]]:
    """Each field, its attribute, and whether texts and numbers go in as they are."""
    return [
        (
            field,
            field.attname,
            field.get_internal_type() in PLAIN_FIELDS
            and type(field).pre_save is models.Field.pre_save,
        )
        for field in fields
    ]


def _values(
    fields: list[tuple[Any, str, bool]],
    row: models.Model,
    connection: Any,
    *,
    is_new: bool = True,
) -> list[Any]:
    given, values = vars(row), []
    for field, name, is_plain in fields:
        value = given.get(name) if is_plain else field.pre_save(row, is_new)
        if not (is_plain and type(value) in PLAIN):
            value = field.get_db_prep_save(value, connection)
        values.append(value)
    return values


def update(row: models.Model, *names: str) -> None:
    """Write these fields of a row, as `save(update_fields=names)` does.

    Raises the model's DoesNotExist when the row is gone.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    fields, statement = _update(type(row), names)
    values = _values(fields, row, connection, is_new=False)
    broken = transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS)
    with broken, connection.cursor() as cursor:
        cursor.execute(*statement.bound(connection, values))
        if cursor.rowcount != 1:
            raise type(row).DoesNotExist  # type: ignore[attr-defined]


@cache
def _update(
    model: type[models.Model], names: tuple[str, ...]
) -> tuple[list[tuple[Any, str, bool]], Statement]:
    meta = model._meta
    fields = [meta.get_field(name) for name in names]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)  # type: ignore[union-attr]
    sql = f'UPDATE "{meta.db_table}" SET {changes} WHERE "{meta.pk.column}" = %s'  # noqa: S608
    fields.append(meta.pk)
    marks = [Mark(number) for number in range(len(fields))]
    return _written(fields), Statement(sql, marks)
