"""The pages of v1: numbered with a count, or by cursor without one."""

import base64
import binascii
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from django.core import signing
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from catalog.listing import Selection

# Counts and numbered pages end here, so that neither grows with the shop.
CEILING = 10_000


class CappedPaginator(Paginator):
    """Counts no further than the ceiling."""

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        return rows[: CEILING + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.counted, CEILING)


class ProductPaginator(CappedPaginator):
    """Counts in the statement that reads a page, if the page has rows to tell it."""

    def page(self, number: int | str) -> Page:
        products: Any = self.object_list
        wanted = int(number) if str(number).isdecimal() else 0
        offset = (wanted - 1) * self.per_page
        if 0 <= offset < CEILING:
            end = min(offset + self.per_page, CEILING)
            rows = products.counting(CEILING + 1)[offset:end].rows
            if rows:
                self.counted = rows[0].counted
                return Page(rows, wanted, self)
        return super().page(number)


def paginator(rows: Any, per_page: int) -> CappedPaginator:
    is_quick = isinstance(rows, Selection)
    return (ProductPaginator if is_quick else CappedPaginator)(rows, per_page)


class Pages(PageNumberPagination):
    """`{"count", "count_is_exact", "next", "previous", "results"}`, 20 a page, at most
    100. A count is exact up to 10,000, where numbered pages end.

    With `cursor` in the query (empty for the first page) the envelope is `{"next",
    "results"}`: no count, and a deep page costs what the first one does, because it
    starts behind the last row seen instead of counting rows off.
    """

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    django_paginator_class = staticmethod(paginator)  # type: ignore[assignment]
    invalid_page_message = (
        "There is no such page: {message}. Numbered pages end at 10,000 rows; deeper "
        "ones are reached by `cursor`."
    )
    is_by_cursor = False
    after: str | None = None

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        if "cursor" not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        self.request, self.is_by_cursor = request, True
        size = self.get_page_size(request) or self.page_size
        cursor = request.query_params["cursor"]
        walk = Walk.over(queryset)
        if cursor:
            walk.start_behind(_read(cursor, walk.ordering))
        rows = list(walk.rows[: size + 1])
        if len(rows) > size:
            self.after = _write(walk.place_of(rows[size - 1]), walk.ordering)
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
        if self.is_by_cursor:
            address = self.request.build_absolute_uri() if self.request else ""
            after = self.after and replace_query_param(address, "cursor", self.after)
            return Response({"next": after, "results": data})
        page: Any = self.page
        address_of = self._addresses()
        return Response(
            {
                "count": page.paginator.count,
                "count_is_exact": page.paginator.counted <= CEILING,
                "next": address_of(page.number + 1) if page.has_next() else None,
                "previous": address_of(page.number - 1) if page.number > 1 else None,
                "results": data,
            }
        )

    def _addresses(self) -> Callable[[int], str]:
        """Page number → address, as DRF's links, which parse the query for each."""
        request: Any = self.request
        address, _, query = request.build_absolute_uri().partition("?")
        others = [
            pair
            for pair in query.split("&")
            if pair and unquote_plus(pair.partition("=")[0]) != self.page_query_param
        ]

        def address_of(number: int) -> str:
            own = [] if number == 1 else [f"{self.page_query_param}={number}"]
            asked = sorted(others + own, key=lambda pair: pair.partition("=")[0])
            return f"{address}?{'&'.join(asked)}" if asked else address

        return address_of

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["required"].append("count_is_exact")
        described["properties"]["count_is_exact"] = {
            "type": "boolean",
            "example": True,
            "description": "false: there are more than `count` says.",
        }
        return described


class Walk:
    """A list that is walked along by cursor, in an order that is total."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        self.rows: Any = queryset
        self.ordering = [str(name) for name in queryset.query.order_by]

    @staticmethod
    def over(rows: Any) -> "Walk":
        return ProductWalk(rows) if isinstance(rows, Selection) else Walk(rows)

    def start_behind(self, place: list[str]) -> None:
        self.rows = self.rows.filter(_behind(self.ordering, place))

    def place_of(self, row: Any) -> list[str]:
        return [str(getattr(row, name.lstrip("-"))) for name in self.ordering]


class ProductWalk(Walk):
    """The same along a list of products, which is not made by the ORM."""

    def __init__(self, products: Selection) -> None:
        if products.ranking:
            raise NotFound("A search by rank has numbered pages only.")
        self.rows = products
        self.ordering = [f"products by {products.ordering}"]

    def start_behind(self, place: list[str]) -> None:
        self.rows = self.rows.behind(*place)

    def place_of(self, row: Any) -> list[str]:
        return [str(row.at), str(row.shown["id"])]


def _behind(ordering: list[str], values: list[Any]) -> Q:
    """Rows that come after these values: (a, b) > (x, y), spelled out for both ways."""
    behind, equal = Q(), Q()
    for name, value in zip(ordering, values, strict=True):
        field = name.lstrip("-")
        comparison = "lt" if name.startswith("-") else "gt"
        behind |= equal & Q(**{f"{field}__{comparison}": value})
        equal &= Q(**{field: value})
    return behind


def _write(place: list[str], ordering: list[str]) -> str:
    """Where a page ended, as text that a client cannot forge."""
    text = signing.dumps([ordering, place], salt="cursor", compress=False)
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
