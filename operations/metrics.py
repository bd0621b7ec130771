"""What each process counts while it serves: cheap enough for every request.

gunicorn's processes share these by files (config/gunicorn.py); what is in the database
is read when Prometheus asks (operations/gauges.py).
"""

from functools import lru_cache

from prometheus_client import Counter, Histogram

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

# One histogram tells the number of calls, too: `_count`.
REQUESTS = Histogram(
    "storekeeper_request_seconds",
    "Time to an answer by Django; kept pages are counted apart.",
    ["method", "route", "status"],
    buckets=SECONDS,
)
QUERIES = Counter(
    "storekeeper_queries", "Statements made by requests.", ["method", "route"]
)
OVER_BUDGET = Counter(
    "storekeeper_over_budget", "Calls over their query budget.", ["method", "route"]
)
KEPT_PAGES = Counter(
    "storekeeper_kept_pages",
    "Public pages that can be kept: served from memory (hit) or made (miss).",
    ["outcome"],
)


def count_request(
    method: str, route: str, status: int, *, seconds: float, queries: int
) -> None:
    """One request of Django's; `route` must be of a bounded set of names."""
    timed, asked = _children(method if method in METHODS else "other", route, status)
    timed.observe(seconds)
    asked.inc(queries)


# Finding a child by its labels takes as long as counting with it.
@lru_cache(maxsize=4096)
def _children(method: str, route: str, status: int) -> tuple[Histogram, Counter]:
    timed = REQUESTS.labels(method, route, str(status))
    return timed, QUERIES.labels(method, route)
