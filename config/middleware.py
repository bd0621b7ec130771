"""What every request passes: an id to find it by, and a guard against nonsense."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from config.logs import current_id
from config.problems import plain_problem

MOST_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
Answer = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Gives each request an id, told in `X-Request-ID` and in every problem."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid4().hex  # type: ignore[attr-defined]
        token = current_id.set(request.id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            current_id.reset(token)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class DeskTongue:
    """The admin speaks the language of its visitor and keeps the shop's hours.

    The language is the one chosen in the user menu, else the browser's. Nothing else
    depends on either: the API answers everybody alike.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/"):
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        request.LANGUAGE_CODE = language
        # A thread serves others next: both end with the request.
        with (
            translation.override(language),
            timezone.override(settings.STORE_TIME_ZONE),
        ):
            response = self.get_response(request)
        response["Content-Language"] = language
        return response


class Guard:
    """Refuses what no honest client sends, before anything looks at it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path or "%00" in query or "\0" in query:
            return plain_problem(
                request, 400, "The address contains the NUL character."
            )
        if request.headers.get("Content-Encoding", "identity") != "identity":
            return plain_problem(request, 415, "Compressed bodies are not accepted.")
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_api = request.path.startswith("/api/")
        if is_api and length.isdigit() and int(length) > MOST_BYTES:
            # Before a parser has written it all to a disk.
            return plain_problem(request, 413, "The body is too large.")
        return self.get_response(request)


class NotInV1:
    """v1 knows no cookies: what looks after them has nothing to do there.

    A tenth of Django's and DRF's own share of a product list.
    """

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/v1/"):
            passed: HttpResponse = self.get_response(request)
            return passed
        answer: HttpResponse = super().__call__(request)  # type: ignore[misc]
        return answer


class Sessions(NotInV1, SessionMiddleware):
    pass


class Authentication(NotInV1, AuthenticationMiddleware):
    pass


class Messages(NotInV1, MessageMiddleware):
    pass
