"""What all statements share: tables, words of the two databases, running."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

GOODS, CHANGES = "partners_stagedgood", "partners_offerchange"
OFFER_FACTS = ("model", "regular_price", "discount_price", "recommended_price", "stock")
MONEY = {"regular_price", "discount_price", "recommended_price"}


class Dialect:
    """What the two databases say differently."""

    def __init__(self, vendor: str) -> None:
        self.is_postgresql = vendor == "postgresql"
        self.differs = "IS DISTINCT FROM" if self.is_postgresql else "IS NOT"

    def object(self, **pairs: str) -> str:
        name = "jsonb_build_object" if self.is_postgresql else "json_object"
        return f"{name}(" + ", ".join(f"'{k}', {v}" for k, v in pairs.items()) + ")"

    def list(self, value: str) -> str:
        return f"{'jsonb_build_array' if self.is_postgresql else 'json_array'}({value})"

    def money(self, column: str) -> str:
        if self.is_postgresql:
            return f"{column}::text"
        return f"CASE WHEN {column} IS NOT NULL THEN printf('%%.2f', {column}) END"

    def next_id(self, table: str) -> str:
        """An id that no row of `table` had, for each row of a statement."""
        if self.is_postgresql:
            return f"nextval(pg_get_serial_sequence('{table}', 'id'))"
        last = f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"
        return f"(coalesce(({last}), 0) + row_number() OVER (ORDER BY g.position))"

    def truth(self, value: str) -> str:
        if self.is_postgresql:
            return f"({value})"
        return f"json(CASE WHEN {value} THEN 'true' ELSE 'false' END)"

    def json(self, column: str) -> str:
        return column if self.is_postgresql else f"json({column})"

    def unlike(self, one: str, other: str) -> str:
        """Whether two flat objects differ, in whatever order they were written."""
        if self.is_postgresql:
            return f"{one} <> {other}"
        ordered = """(SELECT json_group_array(pair) FROM (
          SELECT key || ':' || type || ':' || value AS pair FROM json_each({})
          ORDER BY key))"""
        return (
            f"({one} <> {other} AND {ordered.format(one)} <> {ordered.format(other)})"
        )

    def array(self, column: str, rows: str) -> str:
        if self.is_postgresql:
            return f"(SELECT coalesce(jsonb_agg({column}), '[]') {rows})"
        return f"json((SELECT json_group_array({column}) {rows}))"

    def text(self, column: str, key: str) -> str:
        if self.is_postgresql:
            return f"({column} ->> '{key}')"
        return f"json_extract({column}, '$.{key}')"

    def number(self, column: str, key: str) -> str:
        return f"CAST({self.text(column, key)} AS integer)"

    def amount(self, column: str, key: str) -> str:
        return f"CAST({self.text(column, key)} AS numeric)"

    def larger(self, one: str, other: str) -> str:
        name = "greatest" if self.is_postgresql else "max"
        return f"{name}({one}, {other})"

    def elements(self, column: str, key: str) -> str:
        """The elements of a JSON list as a table: `e.value`."""
        if self.is_postgresql:
            return f"jsonb_array_elements_text({column} -> '{key}') AS e(value)"
        return f"json_each({column}, '$.{key}') AS e"

    def part(self, column: str, key: str) -> str:
        if self.is_postgresql:
            return f"({column} -> '{key}')"
        return f"json_extract({column}, '$.{key}')"

    def without(self, column: str, key: str) -> str:
        if self.is_postgresql:
            return f"({column} - '{key}')"
        return f"json_remove({column}, '$.{key}')"


def use_memory() -> None:
    """Let the statements of this transaction sort, join and index with room."""
    if connection.vendor == "postgresql":
        execute("SET LOCAL work_mem = '64MB'")


def analyze(table: str, columns: str) -> None:
    """Tell PostgreSQL what it needs to join `table` well; a small sample is enough."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            execute("SET LOCAL default_statistics_target = 10")
            execute(f"ANALYZE {table} ({columns})")
            execute("SET LOCAL default_statistics_target TO DEFAULT")


def execute(sql: str, **parameters: Any) -> int:
    """Run one statement; returns how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(parameters))
        return int(cursor.rowcount)


def rows(sql: str, **parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, _adapted(parameters))
        return list(cursor.fetchall())


def _adapted(parameters: dict[str, Any]) -> dict[str, Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return {
        name: adapt(value) if isinstance(value, datetime) else value
        for name, value in parameters.items()
    }


def dialect() -> Dialect:
    return Dialect(connection.vendor)


def facts(d: Dialect, of: str, *, is_withdrawn: str) -> str:
    """What a list decides of an offer, as JSON; money is text."""
    pairs = {
        name: d.money(f"{of}.{name}") if name in MONEY else f"{of}.{name}"
        for name in OFFER_FACTS
    }
    return d.object(**pairs, is_withdrawn=d.truth(is_withdrawn))


def insert(model: type[models.Model], columns: dict[str, str]) -> str:
    """INSERT … SELECT of these expressions; the model's other columns by default."""
    others: dict[str, str] = {}
    for field in model._meta.concrete_fields:
        is_given = field.primary_key or field.generated or field.has_db_default()
        if is_given or field.column in columns:
            continue
        value = field.get_db_prep_save(field.get_default(), connection)
        others[str(field.column)] = _literal(value)
    names = ", ".join([*columns, *others])
    values = ", ".join([*columns.values(), *others.values()])
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values}"


def _literal(value: Any) -> str:
    """A default of ours as SQL: nothing that came from outside."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "(1 = 1)" if value else "(1 = 0)"
    if isinstance(value, int):
        return str(value)
    text = json.dumps(value.adapted) if hasattr(value, "adapted") else str(value)
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"
