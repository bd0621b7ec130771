"""Exactly once: record, effect and answer of an unsafe v1 call in one transaction.

The record is inserted first. A parallel duplicate waits on its unique constraint and
then gets the stored bytes; a crash rolls record and effect back together, so a retry
simply runs. Refusals are rolled back and not stored.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.renderers import JSONRenderer

from accounts import brakes
from accounts.devices import client_address
from accounts.exceptions import TooManyAttempts
from accounts.models import Customer, User
from catalog.rows import insert, update
from config.authentication import Credentials
from config.problems import problem_response
from config.rendering import OrjsonRenderer
from orders.exceptions import (
    IdempotencyKeyBusy,
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
)
from orders.models import IdempotencyRecord
from orders.services.whole import whole

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
LIFE = timedelta(hours=24)
Answer = Callable[[HttpRequest], HttpResponse]


class Idempotency:
    """Honours `Idempotency-Key` under /api/v1/.

    A view with `is_replayable = False` is left alone: its answers are secrets, or it
    counts attempts that no rollback may undo.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method not in UNSAFE:
            return None
        cls = getattr(view, "cls", None)
        if not request.path.startswith("/api/v1/") or cls is None:
            return None
        if not getattr(cls, "is_replayable", True):
            return None
        if not re.fullmatch(r"[\x20-\x7e]{1,255}", key):
            return _refusal(request, IdempotencyKeyMalformed())
        try:
            scope = _scope(request, cls)
        except AuthenticationFailed:
            return None  # the view tells it in its own words
        return _once(request, scope, key, lambda: view(request, *args, **kwargs))


def _once(
    request: HttpRequest, scope: str, key: str, run: Callable[[], HttpResponse]
) -> HttpResponse:
    now = timezone.now()
    address = {"scope": scope, "endpoint": f"{request.method} {request.path}"[:255]}
    record = IdempotencyRecord(
        **address, key=key, fingerprint=_fingerprint(request), expires_at=now + LIFE
    )
    try:
        with whole():
            insert(record)
            response = run()
            if hasattr(response, "render"):
                response.render()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            else:
                _keep(record, response)
    except IntegrityError:
        expired = IdempotencyRecord.objects.filter(**address, key=key).expired(now)
        if expired.delete()[0]:
            return _once(request, scope, key, run)
        return _replay(request, record)
    except OperationalError as error:
        return _refusal(request, IdempotencyKeyBusy() if _is_wait(error) else error)
    if response.status_code >= 400 and hasattr(request, "counted"):
        # The rollback took the count of this call back; no rollback may undo it.
        with suppress(TooManyAttempts):
            brakes.count(*request.counted, now=now)
    return response


def _keep(record: IdempotencyRecord, response: HttpResponse) -> None:
    record.status = response.status_code
    record.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    record.body = response.content
    update(record, "status", "headers", "body")


def _is_wait(error: OperationalError) -> bool:
    """The lock timeout: the first request with this key still holds its record."""
    lock_not_available = getattr(error.__cause__, "pgcode", None) == "55P03"
    return lock_not_available or "locked" in str(error)


def _replay(request: HttpRequest, record: IdempotencyRecord) -> HttpResponse:
    stored = IdempotencyRecord.objects.filter(
        scope=record.scope, endpoint=record.endpoint, key=record.key
    ).first()
    if stored is None or stored.status is None:
        return _refusal(request, IdempotencyKeyBusy())
    if stored.fingerprint != record.fingerprint:
        return _refusal(request, IdempotencyKeyReused())
    response = HttpResponse(bytes(stored.body), status=stored.status)
    del response["Content-Type"]
    for name, value in stored.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _scope(request: HttpRequest, view: Any) -> str:
    """Whose keys these are: the account's, the guest's, or the stranger's address.

    At a door that asks nobody, a credential is not looked at.
    """
    asks = bool(view.authentication_classes)
    principal = Credentials().authenticate(request) if asks else None
    who = principal[0] if principal else None
    if isinstance(who, User):
        return f"user:{who.pk}"
    if principal and isinstance(principal[1], Customer):
        return f"guest:{principal[1].pk}"
    return f"address:{client_address(request)}"


def _fingerprint(request: HttpRequest) -> str:
    """Keyed, because a body may hold a password that a plain hash would give away."""
    facts = f"{request.method} {request.get_full_path()}\n".encode() + _body(request)
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, facts, hashlib.sha256).hexdigest()


def _body(request: HttpRequest) -> bytes:
    """The body without what a client makes anew each time: boundary, order of keys."""
    if request.content_type == "multipart/form-data":
        boundary = (request.content_params or {}).get("boundary", "").encode()
        return request.body.replace(boundary, b"") if boundary else request.body
    try:
        parsed = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return request.body
    return orjson.dumps(parsed, option=orjson.OPT_SORT_KEYS)


def _refusal(request: HttpRequest, error: Exception) -> HttpResponse:
    response = problem_response(error, {"request": request})
    response.accepted_renderer = OrjsonRenderer()
    response.accepted_media_type = JSONRenderer.media_type
    response.renderer_context = {}  # type: ignore[attr-defined]
    return response.render()
