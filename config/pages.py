"""Public pages of the catalogue, kept by each process as long as they are right.

Before a kept page is served, the database is asked for the version of the catalogue:
a write that is committed anywhere is seen by the very next request everywhere. In
front of Django, because Django's own way to an answer takes longer than the question;
what it is worth stands in docs/decisions/0024-kept-pages.md.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.db import Error
from django.utils.http import parse_etags

from operations.metrics import KEPT_PAGES

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

    from catalog.freshness import Version

Key = tuple[str, ...]
# Of each process. A page of twenty products takes about 10 kB.
BYTES = 16_000_000
# The lowest price of the last 30 days moves without any write.
SECONDS = 60
# Everything that an answer depends on, besides the catalogue.
VARIES = (
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "wsgi.url_scheme",
    "HTTP_X_FORWARDED_PROTO",
)
HITS, MISSES = KEPT_PAGES.labels("hit"), KEPT_PAGES.labels("miss")
# What an answer without a body still tells (RFC 9110, 15.4.5), and to which origin.
OF_304 = {
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "etag",
    "vary",
}


@dataclass(frozen=True)
class Page:
    """An answer as it was given, but for the request's own id."""

    headers: list[tuple[str, str]]
    body: bytes
    etag: str


class Pages:
    """Answers of one version; the least recently used go first."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.clear(None)

        # Counted here and told once a second: the counter takes longer than a page.
        self.hits, self.told = 0, 0.0

    def clear(self, version: "Version | None") -> None:
        self.version, self.since = version, time.monotonic()
        self.kept: OrderedDict[Key, Page] = OrderedDict()
        self.bytes = 0

    def find(self, key: Key, version: "Version") -> Page | None:
        now = time.monotonic()
        with self.lock:
            if version != self.version or now - self.since > SECONDS:
                self.clear(version)
            if key not in self.kept:
                return None
            self.kept.move_to_end(key)
            self.hits += 1
            if now - self.told > 1:
                HITS.inc(self.hits)
                self.hits, self.told = 0, now
            return self.kept[key]

    def keep(self, key: Key, version: "Version", page: Page) -> None:
        with self.lock:
            if version != self.version or key in self.kept:
                return
            self.kept[key] = page
            self.bytes += len(page.body)
            while self.bytes > BYTES:
                _, oldest = self.kept.popitem(last=False)
                self.bytes -= len(oldest.body)


pages = Pages()


class KeptPages:
    """Serves kept answers, and keeps those that `CatalogRead` views give."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application
        # Where no other origin may read, none makes a difference.
        others = settings.CORS_ALLOWED_ORIGINS
        self.varies = (*VARIES, "HTTP_ORIGIN") if others else VARIES

    def __call__(
        self, environ: dict[str, Any], start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            return self.application(environ, start_response)
        key = tuple([environ.get(name, "") for name in self.varies])
        if key in pages.kept and (page := _fresh(key)) is not None:
            return _serve(page, environ, start_response)
        told: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            told[:] = status, headers
            return start_response(status, headers, *rest)

        answer = self.application(environ, listen)
        version = environ.get("catalog.version")
        if version is not None and told[0].startswith("200"):
            _keep(key, version, told[1], b"".join(answer))
        return answer


def _fresh(key: Key) -> Page | None:
    from catalog import freshness

    try:
        return pages.find(key, freshness.current())
    except Error:
        return None  # the view meets the same trouble, and tells it


def _keep(
    key: Key, version: "Version", headers: list[tuple[str, str]], body: bytes
) -> None:
    etag = next((value for name, value in headers if name == "ETag"), "")
    lasting = [header for header in headers if header[0] != "X-Request-ID"]
    MISSES.inc()
    pages.find(key, version)  # what is older goes
    pages.keep(key, version, Page(lasting, body, etag))


def _serve(
    page: Page, environ: dict[str, Any], start_response: "StartResponse"
) -> Iterable[bytes]:
    own = ("X-Request-ID", uuid4().hex)
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and {page.etag, f"W/{page.etag}", "*"} & set(parse_etags(asked)):
        kept = [header for header in page.headers if header[0].lower() in OF_304]
        start_response("304 Not Modified", [*kept, own])
        return ()
    start_response("200 OK", [*page.headers, own])
    return (page.body,)
