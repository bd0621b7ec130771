"""What the five older APIs have in common: how a door reads, refuses and answers.

A door is one documented address. Sentences and statuses come from the store's own
error table, by DRF's setting; each document brings its own shape.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, TypeVar
from urllib.parse import urljoin

import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import (
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import http_date
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import brakes
from accounts.devices import client_address
from accounts.emails import CONFIRMATION_PAGE
from accounts.exceptions import FieldRefused, TooManyAttempts
from accounts.models import User
from catalog.models import Product

JSON = "application/json; charset=utf-8"
NO_PHOTO = settings.MEDIA_URL + "images/no_photo.jpg"
BATCH = 100
LARGEST_ID = 2**63 - 1
PAGE_THAT_CONFIRMS = "verify-email/{user}/{token}/"
# Headers of the store's refusals that every document passes on.
KEPT = ("WWW-Authenticate", "Retry-After")
# None of the documents has a place for a code, and without it nobody is let in.
NO_SECOND_STEP = (
    "This account signs in with a second step, which this API does not know."
    " Use /api/v1/sessions/."
)
# An exception to the status and body that a document answers it with.
Refusals = Mapping[type[Exception], Callable[[Any], tuple[int, Any]]]
T = TypeVar("T")


class Braked(BaseThrottle):
    """Counts calls per account or address; a door names its rates by method."""

    wait_seconds: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        rate = getattr(view, "brakes", {}).get(request.method)
        if rate is None:
            return True
        user = request.user
        known = isinstance(user, User)
        subject = f"user:{user.pk}" if known else client_address(request)
        try:
            brakes.count(rate, subject, now=timezone.now())
        except TooManyAttempts as error:
            self.wait_seconds = error.retry_after.total_seconds()
            return False
        return True

    def wait(self) -> float | None:
        return self.wait_seconds


class Door(APIView):
    """A door that asks for an account.

    Takes JSON and forms, always answers JSON. `refusals` is the document's table of
    errors, `brakes` maps a method to a key of settings.RATES.
    """

    schema = None
    parser_classes = (*APIView.parser_classes, FormParser, MultiPartParser)
    permission_classes: Any = (IsAuthenticated,)
    throttle_classes = (Braked,)
    refusals: ClassVar[Refusals] = {}
    # A status of the store's own table to the one this document has for it.
    statuses: ClassVar[dict[int, int]] = {}
    brakes: ClassVar[dict[str, str]] = {}

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return self.refuse

    def refuse(self, error: Exception, context: dict[str, Any]) -> Response:
        """The answer to an error: by the document's table, else in its shape."""
        for kind in type(error).__mro__:
            if kind in self.refusals:
                status, body = self.refusals[kind](error)
                asks = {"WWW-Authenticate": 'Bearer realm="api"'}
                return Response(
                    body, status=status, headers=asks if status == 401 else None
                )
        if isinstance(error, ValidationError):
            return Response(by_field(error.detail), status=400)
        if isinstance(error, FieldRefused):
            return Response({error.field: error.messages}, status=400)
        answer = store_answer(error, context)
        status = self.statuses.get(answer.status_code, answer.status_code)
        body = self.shape(status, sentence(answer))
        headers = {name: answer[name] for name in KEPT if name in answer}
        return Response(body, status=status, headers=headers)

    @classmethod
    def shape(cls, status: int, text: str) -> dict[str, Any]:
        """The body of a refusal that is no more than a sentence."""
        return {"detail": text}

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        # The documents know JSON only, whatever a client says it accepts.
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    def finalize_response(
        self, request: Any, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response) and response.data is not None:
            response.content_type = JSON
        if settings.DIALECTS_DEPRECATED_ON:
            since = _midnight(settings.DIALECTS_DEPRECATED_ON)
            response["Deprecation"] = f"@{int(since.timestamp())}"  # RFC 9745
        if settings.DIALECTS_SUNSET_ON:
            end = _midnight(settings.DIALECTS_SUNSET_ON)
            response["Sunset"] = http_date(end.timestamp())  # RFC 8594
        return response


class PublicDoor(Door):
    """A door that asks nobody: a stale credential sent along is not looked at."""

    authentication_classes: Any = ()
    permission_classes: Any = (AllowAny,)


class NothingHere(PublicDoor):
    """Every address below the documented ones that no document names."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is nothing at this address; look at its last slash.")


class IsStaff(BasePermission):
    """Staff who may edit the catalogue, or a superuser."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if not isinstance(user, User):
            return False
        is_editor = user.is_staff and user.has_perm("catalog.change_product")
        return is_editor or user.is_superuser


class IsPartner(BasePermission):
    """An account with the partner role, or staff who may send price lists."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if not isinstance(user, User):
            return False
        is_trusted = user.is_staff and user.has_perm("partners.add_pricelist")
        return user.is_partner or is_trusted or user.is_superuser


class WholeNumber(serializers.IntegerField):
    """An integer in ASCII digits; int() would take "١" and "1_0" as well."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not re.fullmatch(r"[+-]?[0-9]{1,19}", str(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class Id(WholeNumber):
    """The id of something: not in the table is not found, whatever its size."""

    def to_internal_value(self, data: Any) -> int:
        number = super().to_internal_value(data)
        return number if 0 < number <= LARGEST_ID else 0


class Name(serializers.CharField):
    """A person's name: one line, and no address to follow; letters greet with it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 150, "allow_blank": True, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if "://" in name or not name.isprintable():
            raise serializers.ValidationError("This is not a name.")
        return name


class Password(serializers.CharField):
    """Any text; never trimmed. The services say whether it may be chosen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=4096, **kwargs)


def given(form: serializers.Serializer[T]) -> dict[str, Any]:
    """What came in, checked; raises ValidationError."""
    form.is_valid(raise_exception=True)
    return form.validated_data


def knocking(request: Request) -> dict[str, Any]:
    """Who knocks at a sign-in door, from where, when."""
    return {"address": client_address(request), "now": timezone.now()}


def device(request: Request) -> str:
    return request.headers.get("User-Agent", "")


def account(request: Request) -> User:
    """The account behind a request that the door has let in."""
    assert isinstance(request.user, User)  # noqa: S101 - the permission's promise
    return request.user


def common_is_allowed() -> bool:
    """Whether passwords of the common list pass here; the documents show some."""
    return settings.DIALECT_PASSWORDS != "strict"


def must_confirm() -> bool:
    """Whether registering at the doors that ask for no confirmation asks for it."""
    return settings.EMAIL_CONFIRMATION == "everywhere"


def money(amount: Decimal | None) -> str | None:
    """A string with two decimals."""
    return None if amount is None else f"{amount:.2f}"


def moment(time: datetime | None) -> str | None:
    """ISO 8601 in UTC with microseconds, ending in Z."""
    if time is None:
        return None
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def site_of(request: Request) -> str:
    """Where pictures are: the host that was asked."""
    return request.build_absolute_uri("/")


def photo_of(product: Product, site: str) -> str:
    """The absolute address of a product's first photo, or of the stand-in."""
    photos = product.photos.all()
    return photo_at(photos[0].image.name if photos else None, site)


def photo_at(name: str | None, site: str) -> str:
    """The absolute address of a picture in the storage, or of the stand-in."""
    return urljoin(site, default_storage.url(name) if name else NO_PHOTO)


def streamed(
    rows: Iterable[T], shape: Callable[[T], Any], head: bytes = b"[", tail: bytes = b"]"
) -> HttpResponseBase:
    """A JSON array of as many rows as there are, written while they are read.

    The first row is read before the answer begins, so that a refusal can still be
    told.
    """
    ready = iter(rows)
    first = list(islice(ready, BATCH))

    def pieces() -> Iterator[bytes]:
        batch, glue = first, head
        while batch:
            yield glue + b",".join(orjson.dumps(shape(row)) for row in batch)
            batch, glue = list(islice(ready, BATCH)), b","
        yield (b"" if first else head) + tail

    return StreamingHttpResponse(pieces(), content_type=JSON)


def confirmation_page() -> str:
    """Where a letter's link leads: mini_store's page, which confirms when it is opened.

    The older clients know no other; without mini_store it is the store's own, with a
    button.
    """
    on = "mini_store" in settings.DIALECTS
    return PAGE_THAT_CONFIRMS if on else CONFIRMATION_PAGE


def store_answer(error: Exception, context: dict[str, Any]) -> Response:
    """How the store itself would refuse: the sentence in it stands in one table."""
    handler: Callable[..., Response] = api_settings.EXCEPTION_HANDLER  # type: ignore[assignment]
    return handler(error, context)


def sentence(answer: Response) -> str:
    return str((answer.data or {}).get("detail", ""))


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def by_field(detail: Any) -> dict[str, Any]:
    """Validation errors as `{"field": ["text"]}`; of the whole body as general ones."""
    if isinstance(detail, dict):
        return detail
    texts = detail if isinstance(detail, list) else [detail]
    return {"non_field_errors": texts}


def first_error(detail: Any) -> str:
    """The first validation error as one sentence that names its field."""
    path: list[str] = []
    while not isinstance(detail, str):
        rows = detail.items() if isinstance(detail, dict) else enumerate(detail)
        key, detail = next((key, row) for key, row in rows if row)
        if isinstance(key, str) and key != "non_field_errors":
            path.append(key)
    return f"{'.'.join(path)}: {detail}" if path else detail


def refusal_at(path: str, status: int, text: str) -> HttpResponse | None:
    """How the door at this path tells what no view could; None where none is."""
    try:
        door = getattr(resolve(path).func, "cls", None)
    except Resolver404:
        return None
    if not (isinstance(door, type) and issubclass(door, Door)):
        return None
    return JsonResponse(door.shape(status, text), status=status, content_type=JSON)
