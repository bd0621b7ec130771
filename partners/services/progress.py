"""How far a run is, for whoever watches it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from partners.models import PriceListRun

EVERY = 0.5  # seconds


class Progress:
    """Writes counters of a run at most twice a second.

    Inside the transaction that applies a list nobody else sees what it writes; there
    a connection of its own tells them, where the database has room for a second
    writer. SQLite has not: between its beginning and its end the count stands still.
    """

    def __init__(self, run: PriceListRun) -> None:
        self._run = run
        self._told_at = 0.0
        self._own: BaseDatabaseWrapper | None = None

    def tell(self, *, now: bool = False, **counters: int) -> None:
        for name, value in counters.items():
            setattr(self._run, name, value)
        if not now and time.monotonic() - self._told_at < EVERY:
            return
        self._told_at = time.monotonic()
        if self._own is None:
            PriceListRun.objects.filter(pk=self._run.pk).update(**counters)
            return
        columns = ", ".join(f"{name} = %s" for name in counters)
        with self._own.cursor() as cursor:
            table = PriceListRun._meta.db_table
            cursor.execute(
                f"UPDATE {table} SET {columns} WHERE id = %s",  # noqa: S608 - ours
                [*counters.values(), self._run.pk],
            )

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within, counters are written beside the transaction that is going on."""
        if connection.vendor != "postgresql":
            self._told_at = float("inf")
            yield
            return
        self._own = connection.copy()
        try:
            yield
        finally:
            self._own.close()
            self._own = None
