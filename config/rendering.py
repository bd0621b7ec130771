"""JSON out: orjson, several times faster than the standard library."""

from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request


class OrjsonRenderer(JSONRenderer):
    """Compact UTF-8; what orjson does not know (Decimal, lazy text) becomes text."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)


class UsuallyJson(DefaultContentNegotiation):
    """As ever, but what nearly every client accepts is seen at a glance.

    Parsing `Accept` took a twentieth of a product list's Python.
    """

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: Any = None
    ) -> tuple[BaseRenderer, str]:
        accepted = request.META.get("HTTP_ACCEPT", "*/*")
        has_format = format_suffix or "format" in request.query_params
        first = renderers[0]
        if accepted in {"*/*", first.media_type} and not has_format:
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)
