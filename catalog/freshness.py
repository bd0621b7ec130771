"""Which version of the catalogue is in force, so that kept pages are never stale.

Triggers in the database count every change of what public pages show, in the
transaction that makes it: no writer can forget to, psql included. A page made under a
version is right for as long as that version is in force.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, connections

from catalog.models import Brand, CatalogVersion, Category, Offer, Photo, Product, Shop

# Table → whether it holds names, which pages repeat without asking for them.
WATCHED = {
    Product._meta.db_table: False,
    Product.categories.through._meta.db_table: False,
    Offer._meta.db_table: False,
    Photo._meta.db_table: False,
    Category._meta.db_table: True,
    Brand._meta.db_table: True,
    Shop._meta.db_table: True,
}
VERSIONS = CatalogVersion._meta.db_table
SUMS = f"coalesce(sum(goods), 0) || ' ' || coalesce(sum(names), 0) FROM {VERSIONS}"
READ = {"postgresql": "SELECT catalog_version()", "sqlite": f"SELECT {SUMS}"}
# A function, because its session keeps the plan: half of the time of the question.
POSTGRESQL_READ = f"""
CREATE OR REPLACE FUNCTION catalog_version() RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT {SUMS});
END $$
"""
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION catalog_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Any row that nobody holds: no writer waits for another one here.
    UPDATE {VERSIONS} SET goods = goods + 1, names = names + TG_ARGV[0]::int
    WHERE id = (SELECT id FROM {VERSIONS} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO {VERSIONS} (goods, names) VALUES (1, 1);
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608
POSTGRESQL_TRIGGER = """
CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION catalog_changed({names})
"""
SQLITE_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS catalog_{deed}_{table} AFTER {deed} ON {table} BEGIN
    INSERT INTO {versions} (id, goods, names) VALUES (1, 1, 1) ON CONFLICT (id)
    DO UPDATE SET goods = goods + 1, names = names + {names};
END
"""


@dataclass(frozen=True)
class Version:
    """Equal as long as nothing public has changed; `names` moves less often."""

    goods: int
    names: int


def current() -> Version:
    """The version in force now, by one statement; raises django.db errors."""
    # The statement is itself the proof that a kept connection lives.
    if connection.connection is not None and not connection.queries_logged:
        with suppress(DatabaseError), connection.wrap_database_errors:
            cursor = connection.connection.cursor()
            cursor.execute(READ[connection.vendor])
            version = parsed(cursor.fetchone()[0])
            connection.health_check_done = True  # type: ignore[attr-defined]
            return version
    with connection.cursor() as cursor:
        cursor.execute(READ[connection.vendor])
        return parsed(cursor.fetchone()[0])


def parsed(text: str) -> Version:
    """The version that a statement of READ answered."""
    goods, names = text.split()
    return Version(int(goods), int(names))


def install_triggers(using: str, **kwargs: Any) -> None:
    """Make the triggers that are missing; after every `migrate`.

    Not by a migration, because SQLite drops a table's triggers when a later migration
    remakes the table.
    """
    here = connections[using]
    with here.cursor() as cursor:
        if here.vendor == "sqlite":
            for table, names in WATCHED.items():
                for deed in ("INSERT", "UPDATE", "DELETE"):
                    facts = {"table": table, "deed": deed, "names": int(names)}
                    cursor.execute(SQLITE_TRIGGER.format(versions=VERSIONS, **facts))
            return
        cursor.execute(POSTGRESQL_FUNCTION)
        cursor.execute(POSTGRESQL_READ)
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname = 'catalog_changed'"
        )
        present = {row[0] for row in cursor.fetchall()}
        for table, names in WATCHED.items():
            if table not in present:
                facts = {"table": table, "names": int(names)}
                cursor.execute(POSTGRESQL_TRIGGER.format(**facts))
