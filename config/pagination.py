"""The pages of v1: numbered with a count, or by cursor without one."""

import base64
import binascii
from typing import Any

from django.core import signing
from django.db.models import Model, Q
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param


class Pages(PageNumberPagination):
    """`{"count", "next", "previous", "results"}`, 20 a page, at most 100.

    With `cursor` in the query (empty for the first page) the envelope is `{"next",
    "results"}`: no count, and a deep page costs what the first one does, because it
    starts behind the last row seen instead of counting rows off.
    """

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    is_by_cursor = False
    after: str | None = None

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        if "cursor" not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        self.request = request
        ordering = [str(name) for name in queryset.query.order_by]
        if not all(name.lstrip("-").isidentifier() for name in ordering):
            raise NotFound("A search by rank has numbered pages only.")
        size = self.get_page_size(request) or self.page_size
        cursor = request.query_params["cursor"]
        if cursor:
            queryset = queryset.filter(_behind(ordering, _read(cursor, ordering)))
        rows = list(queryset[: size + 1])
        if len(rows) > size:
            self.after = _write(rows[size - 1], ordering)
        self.is_by_cursor = True
        return rows[:size]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        cursor = {
            "name": "cursor",
            "in": "query",
            "required": False,
            "description": "Pages without a count: empty for the first, then as `next`"
            " says. Not together with `search` without `ordering`.",
            "schema": {"type": "string"},
        }
        return [*super().get_schema_operation_parameters(view), cursor]

    def get_paginated_response(self, data: Any) -> Response:
        if not self.is_by_cursor:
            return super().get_paginated_response(data)
        address = self.request.build_absolute_uri() if self.request else ""
        following = self.after and replace_query_param(address, "cursor", self.after)
        return Response({"next": following, "results": data})


def _behind(ordering: list[str], values: list[Any]) -> Q:
    """Rows that come after these values: (a, b) > (x, y), spelled out for both ways."""
    behind, equal = Q(), Q()
    for name, value in zip(ordering, values, strict=True):
        field = name.lstrip("-")
        comparison = "lt" if name.startswith("-") else "gt"
        behind |= equal & Q(**{f"{field}__{comparison}": value})
        equal &= Q(**{field: value})
    return behind


def _write(row: Model, ordering: list[str]) -> str:
    """Where a page ended, as text that a client cannot forge."""
    values = [str(getattr(row, name.lstrip("-"))) for name in ordering]
    text = signing.dumps([ordering, values], salt="cursor", compress=False)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read(cursor: str, ordering: list[str]) -> list[str]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        made_for, values = signing.loads(text, salt="cursor")
    except (signing.BadSignature, binascii.Error, ValueError) as error:
        raise NotFound("This cursor is not one of ours.") from error
    if made_for != ordering:
        raise NotFound("This cursor belongs to another ordering.")
    return values
