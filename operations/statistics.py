"""What PostgreSQL counts about itself: slow statements, idle indexes, dead rows."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from operations.health import OK, WARNING

Seen = tuple[str, str, str, str]
SLOW_MS = 200
SLOW = """
SELECT round(mean_exec_time)::int, calls,
       left(regexp_replace(query, '\\s+', ' ', 'g'), 90)
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mean_exec_time > %s AND calls > 3
  AND query !~* '^\\s*(CREATE|ALTER|DROP|COPY|VACUUM|ANALYZE|REINDEX)'
ORDER BY total_exec_time DESC LIMIT 3
"""
IDLE_BYTES, WATCHED_DAYS = 10_000_000, 7
IDLE = """
SELECT indexrelname, pg_relation_size(s.indexrelid) FROM pg_stat_user_indexes s
JOIN pg_index i USING (indexrelid)
WHERE idx_scan = 0 AND NOT indisunique AND pg_relation_size(s.indexrelid) > %s
ORDER BY 2 DESC LIMIT 5
"""
SINCE = """
SELECT extract(epoch FROM now() - coalesce(stats_reset, pg_postmaster_start_time()))
       / 86400 FROM pg_stat_database WHERE datname = current_database()
"""
DEAD_ROWS, DEAD_SHARE = 10_000, 0.2
DEAD = """
SELECT relname, n_dead_tup, n_live_tup FROM pg_stat_user_tables
WHERE n_dead_tup > %s AND n_dead_tup > %s * n_live_tup
ORDER BY n_dead_tup DESC LIMIT 5
"""


def examined() -> Iterator[Seen]:
    """(name, status, what was seen, what to do) of each examination."""
    yield _slow()
    yield _idle()
    yield _dead()


def _slow() -> Seen:
    name = "slow queries"
    if not _rows("SELECT 1 FROM pg_extension WHERE extname = 'pg_stat_statements'"):
        text = "Not counted here: pg_stat_statements is not installed."
        return name, "-", text, ""
    found = _rows(SLOW, SLOW_MS)
    text = "; ".join(f"{ms} ms × {calls}: {query}" for ms, calls, query in found)
    if not found:
        return name, OK, f"None takes more than {SLOW_MS} ms on average.", ""
    return name, WARNING, text, "EXPLAIN (ANALYZE, BUFFERS) each; is ANALYZE recent?"


def _idle() -> Seen:
    name, days = "unused indexes", float(_rows(SINCE)[0][0])
    if days < WATCHED_DAYS:
        text = f"Counted for {days:.1f} days only; ask again after {WATCHED_DAYS}."
        return name, "-", text, ""
    found = _rows(IDLE, IDLE_BYTES)
    text = ", ".join(f"{index} ({size // 1_000_000} MB)" for index, size in found)
    if not found:
        return name, OK, f"None of more than {IDLE_BYTES // 1_000_000} MB.", ""
    return name, WARNING, text, "Do replicas use them? If not, drop by a migration."


def _dead() -> Seen:
    name, found = "dead rows", _rows(DEAD, DEAD_ROWS, DEAD_SHARE)
    text = ", ".join(
        f"{table}: {dead:,} beside {live:,}" for table, dead, live in found
    )
    if not found:
        return name, OK, "Autovacuum keeps up.", ""
    return name, WARNING, text, "VACUUM (ANALYZE) each; does a transaction hang open?"


def _rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall()
