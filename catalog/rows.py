"""Rows, written by statements that are built once (catalog/prepared.py)."""

from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.expressions import DatabaseDefault

from catalog.prepared import MOST, Mark, Statement

Row = TypeVar("Row", bound=models.Model)
# What a field of these kinds has nothing to do with before it is written.
PLAIN = {int, str, bool, type(None)}
PLAIN_FIELDS = {
    *("CharField", "SlugField", "TextField", "BooleanField", "ForeignKey"),
    *("IntegerField", "PositiveIntegerField", "BigIntegerField", "BigAutoField"),
}


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
