"""Every answer is counted and timed, by the name of its route."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from operations import metrics

Answer = Callable[[HttpRequest], HttpResponse]


class Measure:
    """Counts and times every answer of Django's for `/metrics`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        metrics.count_request(
            request.method or "",
            route_of(request),
            response.status_code,
            seconds=time.perf_counter() - start,
            queries=getattr(request, "queries", 0),
        )
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the route, or its pattern; "none" where nothing is."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "none"
