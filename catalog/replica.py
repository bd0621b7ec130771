"""Where a public page is read: from the replica that DB_REPLICA_HOST names, if it has
caught up, else from the primary.

The shares of the catalogue's version are counters, each in a row of its own: where the
replica's are no smaller than the primary's, it holds every change of the catalogue that
the primary had shown before. So a reader sees their own write, and everybody else's.
Whatever is not a page of the catalogue is read from the primary.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections

from catalog.freshness import Version
from catalog.models import CatalogVersion

logger = logging.getLogger(__name__)
REPLICA = "replica"
# How long a replica that did not answer is left alone, in seconds.
PAUSE = 10.0
QUERY_CANCELED = "57014"  # by the statement timeout

Shares = dict[int, tuple[int, int]]
_source: ContextVar[str] = ContextVar("source", default=DEFAULT_DB_ALIAS)
_away_until = 0.0


class Router:
    """Reads go where the page is read, writes to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _source.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


def source() -> str:
    """The database that this page is read from."""
    return _source.get()


@contextmanager
def page() -> Iterator[None]:
    """Inside, `choose_source` holds; afterwards the primary is read again."""
    token = _source.set(DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        _source.reset(token)


def choose_source() -> Version | None:
    """Read this page from the replica if that is as new as the primary is now.

    Answers the version that the page holds at least, to keep it under; None if it is
    read from the primary, whose rows tell their version themselves.
    """
    if REPLICA not in settings.DATABASES:
        return None
    ours = _shares(DEFAULT_DB_ALIAS)
    if not _has_caught_up(ours):
        return None
    _source.set(REPLICA)
    return Version(
        sum(goods for goods, _ in ours.values()),
        sum(names for _, names in ours.values()),
    )


def leave(error: Exception) -> bool:
    """Whether to read again, from the primary now, because the replica failed.

    Not when the question itself took too long: the primary would only suffer as well.
    """
    if source() != REPLICA:
        return False
    _source.set(DEFAULT_DB_ALIAS)
    if getattr(error.__cause__, "pgcode", None) == QUERY_CANCELED:
        return False
    _let_alone(error)
    return True


def _shares(alias: str) -> Shares:
    rows = CatalogVersion.objects.using(alias).values_list("pk", "goods", "names")
    return {pk: (goods, names) for pk, goods, names in rows}


def _has_caught_up(ours: Shares) -> bool:
    global _away_until
    now = time.monotonic()
    if now < _away_until:
        return False
    if connections[REPLICA].connection is None:
        # While one request tries to reach it, the others do not wait with it.
        _away_until = now + PAUSE
    try:
        theirs = _shares(REPLICA)
    except Error as error:
        _let_alone(error)
        return False
    _away_until = 0.0
    return all(
        there >= here
        for pk, shares in ours.items()
        for there, here in zip(theirs.get(pk, (0, 0)), shares, strict=True)
    )


def _let_alone(error: Exception) -> None:
    global _away_until
    _away_until = time.monotonic() + PAUSE
    connections[REPLICA].close()
    logger.warning("the replica does not answer, the primary does: %s", error)
