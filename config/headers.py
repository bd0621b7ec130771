"""What answers forbid a browser: one policy for the API, one for each kind of page.

Own lines and no library: docs/decisions/0031-headers-and-origins.md.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]
Policy = dict[str, str]

# JSON, files and pictures: nothing in them runs, whatever a partner put there.
API = "default-src 'none'; frame-ancestors 'none'"
PAGE: Policy = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Swagger UI draws its signs from data: addresses.
DOCS = PAGE | {"img-src": "'self' data:"}
# The theme's Alpine.js reads expressions out of attributes, which is eval to a browser,
# and its colours are a <style> in the page. No script of a page's own text runs.
ADMIN = PAGE | {
    "script-src": "'self' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": f"'self' data: blob: {settings.MEDIA_ORIGIN}".rstrip(),
}
POLICIES = {"/admin/": ADMIN, "/api/docs/": DOCS}
PERMISSIONS = (
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
)


class Nonce:
    """A random word of one answer, made when a template first writes it."""

    value = ""

    def __str__(self) -> str:
        self.value = self.value or secrets.token_urlsafe(16)
        return self.value


class BrowserPolicy:
    """Adds `Content-Security-Policy` to every answer, `Permissions-Policy` to pages.

    An inline script runs only with `nonce="{{ request.csp_nonce }}"`. A view may set a
    policy of its own, which stands.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = Nonce()
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", API)
            return response
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Django's own page about an error is written with inline styles and scripts.
        if not (settings.DEBUG and response.status_code == 500):
            response.headers.setdefault(
                "Content-Security-Policy", policy_of(request.path, nonce.value)
            )
        return response


def policy_of(path: str, nonce: str = "") -> str:
    """The policy of the page at `path`; `nonce` if one of its scripts carries it."""
    chosen = next(
        (POLICIES[start] for start in POLICIES if path.startswith(start)), PAGE
    )
    if nonce:
        chosen = chosen | {"script-src": f"{chosen['script-src']} 'nonce-{nonce}'"}
    return "; ".join(f"{directive} {sources}" for directive, sources in chosen.items())
