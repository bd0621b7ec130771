"""How many statements each endpoint may make: held by tests, watched in production."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from operations.metrics import OVER_BUDGET

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]

# Route of v1 → statements of one call, whoever asks and however much there is; knowing
# the caller takes 1 or 2 of them, and what their role allows 2. Savepoints count, they
# are round trips too.
BUDGETS: dict[tuple[str, str], int] = {
    ("GET", "product-list"): 8,  # names that have moved are read, and the page again
    ("GET", "product-facets"): 7,  # a search finds out how its words are spelled
    ("GET", "product-detail"): 8,
    ("GET", "price-list"): 3,
    ("GET", "review-list"): 3,
    ("GET", "suggestion-list"): 5,
    ("GET", "category-list"): 2,
    ("GET", "category-detail"): 2,
    ("GET", "brand-list"): 2,
    ("GET", "brand-detail"): 2,
    ("GET", "delivery-method-list"): 2,
    ("GET", "event-list"): 4,
    ("GET", "me-list"): 3,
    ("GET", "me-export"): 14,
    ("GET", "cart-list"): 5,
    ("GET", "order-list"): 8,
    ("GET", "order-detail"): 9,
    # A plain one takes 16; a coupon, and goods that sell out, some more.
    ("POST", "cart-checkout"): 22,
    ("POST", "product-list"): 50,
    # A thousand rows; SQLite takes fewer of them in one statement.
    ("POST", "offer-bulk"): 45,
    # A guest's cart comes along, line by line.
    ("POST", "session-list"): 60,
    # Up to a hundred orders, each in a transaction of its own.
    ("POST", "order-move-many"): 2000,
}
# Every other route of v1.
READING, WRITING = 10, 30
# What an Idempotency-Key adds: caller, record, savepoints, answer.
KEY = 4


def budget_of(method: str, route: str, *, with_key: bool = False) -> int:
    """How many statements this call may make."""
    usual = READING if method in {"GET", "HEAD"} else WRITING
    return BUDGETS.get((method, route), usual) + (KEY if with_key else 0)


class Tally:
    """Counts the statements that pass through it, and in debug their time."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *statement: Any) -> Any:
        self.count += 1
        return execute(*statement)


class TimedTally(Tally):
    seconds = 0.0

    def __call__(self, execute: Any, *statement: Any) -> Any:
        start = time.perf_counter()
        try:
            return super().__call__(execute, *statement)
        finally:
            self.seconds += time.perf_counter() - start


class QueryBudget:
    """Counts each call's statements; one over its budget is a line in the log.

    In debug the answer tells them too, in `Server-Timing`, which browsers show.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DEBUG:
            return self._timed(request)
        tally = Tally()
        with connection.execute_wrapper(tally):
            response = self.get_response(request)
        _watch(request, tally.count)
        return response

    def _timed(self, request: HttpRequest) -> HttpResponse:
        tally, start = TimedTally(), time.perf_counter()
        with connection.execute_wrapper(tally):
            response = self.get_response(request)
        total = time.perf_counter() - start
        response["Server-Timing"] = (
            f'db;desc="{tally.count} queries";dur={tally.seconds * 1000:.1f}, '
            f"total;dur={total * 1000:.1f}"
        )
        _watch(request, tally.count)
        return response


def _watch(request: HttpRequest, count: int) -> None:
    request.queries = count  # type: ignore[attr-defined]  # for config.measure
    match = request.resolver_match
    if match is None or not request.path.startswith("/api/v1/"):
        return
    method, route = request.method or "", match.url_name or ""
    budget = budget_of(method, route, with_key="Idempotency-Key" in request.headers)
    if count > budget:
        OVER_BUDGET.labels(method, route).inc()
        logger.warning("%s %s: %d queries, budget %d", method, route, count, budget)
