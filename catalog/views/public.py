"""What every public read has in common."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db import DatabaseError
from django.db.models import Model
from django.http import Http404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import directory, freshness, replica
from catalog.directory import Directory
from catalog.listing import Row
from catalog.models import FormerSlug

SAFE = {"GET", "HEAD", "OPTIONS"}


class PublicRead:
    """May be kept by anybody, and asked after each time: a write shows at once.

    The answer's ETag makes the asking cheap: 304 when nothing has changed. A stale
    credential sent along is not looked at.
    """

    authentication_classes: Any = ()

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(*args, **kwargs)  # type: ignore[misc]
        if response.status_code == 200 and self.request.method in SAFE:  # type: ignore[attr-defined]
            response["Cache-Control"] = "public, no-cache"
        return response


class CatalogRead(PublicRead):
    """A public read of nothing but the catalogue: our own processes keep the answer
    as long as the catalogue's version stands (config/pages.py).

    That version is told before anything is read, or with the first rows: what comes
    later may be newer, never older.
    """

    request: Any
    at_least: freshness.Version | None = None
    """What a replica has of the primary's changes, if this page is read from one."""

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        with replica.page():
            return super().dispatch(*args, **kwargs)  # type: ignore[misc]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method in SAFE:
            self.at_least = replica.choose_source()
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def handle_exception(self, error: Exception) -> Response:
        if isinstance(error, DatabaseError) and replica.leave(error):
            read = getattr(self, self.action)  # type: ignore[attr-defined]
            try:
                return read(self.request, *self.args, **self.kwargs)  # type: ignore[attr-defined]
            except Exception as again:  # noqa: BLE001 - told as any other
                error = again
        return super().handle_exception(error)  # type: ignore[misc]

    @cached_property
    def names(self) -> Directory:
        """Categories, brands and shops, by the version in force now."""
        version = self.at_least or freshness.current()
        self.request.META["catalog.version"] = version
        return directory.directory(version)

    def rows(
        self, read: Callable[[Directory], Sequence[Row]]
    ) -> tuple[Sequence[Row], Directory]:
        """What `read` finds by names, and the names; they are as new as the rows.

        They are asked for again only if they have moved, which the rows tell. Nothing
        found tells nothing, and is not kept.
        """
        names = directory.latest()
        while True:
            rows = read(names)
            version = rows[0].version if rows else freshness.current()
            if version.names == names.version:
                break
            names = directory.directory(version)
        if rows:
            self.request.META["catalog.version"] = self.at_least or version
        return rows, names


class FollowsRenames:
    """At an old slug, answers with the way to the new one."""

    named: type[Model]

    def handle_exception(self, error: Exception) -> Response:
        slug = self.kwargs.get("id_or_slug")  # type: ignore[attr-defined]
        if isinstance(error, Http404) and slug is not None:
            new = FormerSlug.objects.successor(self.named, slug)
            if new is not None:
                return self._moved(new)
        return super().handle_exception(error)  # type: ignore[misc]

    def _moved(self, slug: str) -> Response:
        request: Request = self.request  # type: ignore[attr-defined]
        match: Any = request._request.resolver_match
        path = reverse(match.view_name, kwargs={**match.kwargs, "id_or_slug": slug})
        query = request.META.get("QUERY_STRING", "")
        address = request.build_absolute_uri(f"{path}?{query}" if query else path)
        # To a 301, a client may answer with a GET; a write must stay one.
        status = 301 if request.method in SAFE else 308
        return Response(status=status, headers={"Location": address})
