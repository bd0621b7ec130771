"""Domain exception → RFC 9457 problem: one table, one handler.

`docs/errors.md` explains each code to clients; a test keeps the two together.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from rest_framework import exceptions as drf
from rest_framework.response import Response

from accounts import exceptions as accounts
from catalog import exceptions as catalog
from dialects.doors import refusal_at
from feed import exceptions as feed
from orders import exceptions as orders
from orders.serializers import CartSerializer
from partners import exceptions as partners

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """One row: `detail` and `members` read the exception's data."""

    status: int
    code: str
    title: str
    detail: Callable[[Any], str]
    members: Callable[[Any], dict[str, Any]] = lambda _: {}
    retry_after: Callable[[Any], int | None] = lambda _: None
    headers: Callable[[Any], dict[str, str]] = lambda _: {}


def _money_or_count(value: Any) -> Any:
    return value if isinstance(value, int) or value is None else str(value)


def _changes(error: orders.QuoteChanged) -> list[dict[str, Any]]:
    return [
        {
            key: _money_or_count(value) if key in {"before", "after"} else value
            for key, value in asdict(change).items()
        }
        for change in error.changes
    ]


def _shortage(shortage: catalog.Shortage) -> str:
    name = f"'{shortage.name}'" if shortage.name else f"offer {shortage.offer}"
    if shortage.available == 0:
        return f"{name} is sold out"
    return f"only {shortage.available} of {name} are left"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


PROBLEMS: dict[type[Exception], Problem] = {
    # accounts
    accounts.InvalidCredentials: Problem(
        401,
        "invalid-credentials",
        "Wrong sign-in",
        lambda _: "No active account has this login and password.",
    ),
    accounts.AddressNotConfirmed: Problem(
        403,
        "address-not-confirmed",
        "E-mail not confirmed",
        lambda _: "Confirm the e-mail address first; the letter can be sent again.",
    ),
    accounts.TokenInvalid: Problem(
        401,
        "token-invalid",
        "Token refused",
        lambda _: "The token is malformed, expired, used or revoked.",
    ),
    accounts.TooManyAttempts: Problem(
        429,
        "too-many-attempts",
        "Too many attempts",
        lambda _: "Wait before trying again; Retry-After says how long.",
        retry_after=lambda error: int(error.retry_after.total_seconds()) + 1,
    ),
    accounts.EmailTaken: Problem(
        409,
        "email-taken",
        "E-mail taken",
        lambda _: "Another account has this address.",
    ),
    accounts.CsrfRefused: Problem(
        403,
        "csrf-refused",
        "CSRF check failed",
        lambda error: f"{error.reason} Send the csrf_token as X-CSRFToken.",
    ),
    accounts.SessionNotFound: Problem(
        404, "session-not-found", "No such session", lambda _: "It may have ended."
    ),
    accounts.CodeRequired: Problem(
        403,
        "otp-required",
        "A code is needed",
        lambda error: (
            "The password is right. Send also `otp`, the code of the authenticator app."
            if error.is_set
            else "Staff need a second step here: set an authenticator app in the admin."
        ),
    ),
    accounts.CodeRefused: Problem(
        403,
        "otp-invalid",
        "The code is wrong",
        lambda _: "This code is wrong, or was used before.",
    ),
    accounts.NoApiKey: Problem(
        404, "no-api-key", "No API key", lambda _: "Make one by POST to this address."
    ),
    accounts.AddressBookFull: Problem(
        409,
        "address-book-full",
        "The address book is full",
        lambda error: f"An address book holds at most {error.limit} lines.",
        lambda error: {"limit": error.limit},
    ),
    accounts.GuestTokenRefused: Problem(
        400,
        "guest-token-refused",
        "Customer token refused",
        lambda _: "The customer token is unknown or belongs to an account already.",
    ),
    accounts.AddressRefused: Problem(
        400,
        "address-refused",
        "Address refused",
        lambda error: error.reason,
    ),
    accounts.Unreachable: Problem(
        502,
        "address-unreachable",
        "Address unreachable",
        lambda _: "The address did not answer as it should.",
    ),
    # catalogue
    catalog.EditedMeanwhile: Problem(
        412,
        "edited-meanwhile",
        "Edited meanwhile",
        lambda _: "It is not what you read any more; nothing was changed. Read again.",
        lambda error: {"version": error.version},
        headers=lambda error: {"ETag": f'"{error.version}"'},
    ),
    catalog.DeletedMeanwhile: Problem(
        404, "deleted-meanwhile", "Deleted meanwhile", lambda _: "It is gone."
    ),
    catalog.InUse: Problem(
        409,
        "in-use",
        "Still in use",
        lambda error: _sentence(
            "Used by "
            + ", ".join(
                f"{count} {kind}" for kind, count in error.used_by.items() if count
            )
        ),
        lambda error: {"used_by": error.used_by},
    ),
    catalog.OutOfStock: Problem(
        409,
        "out-of-stock",
        "Not enough stock",
        lambda error: _sentence("; ".join(_shortage(s) for s in error.shortages)),
        lambda error: {"shortages": [asdict(s) for s in error.shortages]},
    ),
    catalog.OfferNotFound: Problem(
        404,
        "offer-not-found",
        "No such offer",
        lambda error: f"No offer on sale has the id {error.offer}.",
        lambda error: {"offer": error.offer},
    ),
    catalog.StockChanged: Problem(
        409,
        "stock-changed",
        "Stock would fall below zero",
        lambda error: f"Only {error.available} are there; nothing was changed.",
        lambda error: {"available": error.available},
    ),
    catalog.StockMoved: Problem(
        409,
        "stock-moved",
        "Stock moved meanwhile",
        lambda error: f"It is {error.current} now; nothing was changed. Count again.",
        lambda error: {"current": error.current},
    ),
    catalog.PhotoTooLarge: Problem(
        413,
        "photo-too-large",
        "Photo too large",
        lambda error: f"A photo has at most {error.limit} bytes.",
        lambda error: {"limit": error.limit},
    ),
    catalog.PhotosFull: Problem(
        409,
        "photos-full",
        "No more photos",
        lambda error: f"A product has at most {error.limit} photos.",
        lambda error: {"limit": error.limit},
    ),
    catalog.TooManyRows: Problem(
        409,
        "too-many-rows",
        "Too many rows",
        lambda error: f"One change takes at most {error.limit} rows.",
        lambda error: {"limit": error.limit},
    ),
    catalog.RowsMoved: Problem(
        409,
        "rows-moved",
        "Not as previewed",
        lambda error: f"{len(error.rows)} rows changed meanwhile; nothing was done.",
        lambda error: {"rows": [asdict(row) for row in error.rows[:100]]},
    ),
    catalog.NothingToUndo: Problem(
        409,
        "nothing-to-undo",
        "Nothing to undo",
        lambda _: "The change was never applied, or it is undone already.",
    ),
    catalog.RowsRefused: Problem(
        409,
        "rows-refused",
        "Rows refused",
        lambda error: f"{len(error.rows)} rows were refused; nothing was changed.",
        lambda error: {
            "rows": [
                {
                    "index": row.index,
                    "offer": row.offer,
                    "status": row.status,
                    "problem": problem_of(row.error),
                }
                for row in error.rows
            ]
        },
    ),
    # orders
    orders.CartIsEmpty: Problem(
        409,
        "cart-is-empty",
        "The cart is empty",
        lambda _: "There is nothing to order; a cart can be checked out once.",
    ),
    orders.CartIsFull: Problem(
        409,
        "cart-is-full",
        "The cart is full",
        lambda error: f"One order holds at most {error.limit} different offers.",
        lambda error: {"limit": error.limit},
    ),
    orders.OrderTooLarge: Problem(
        409,
        "order-too-large",
        "The order is too large",
        lambda error: f"An order holds at most {error.limit}; divide it.",
        lambda error: {"limit": str(error.limit)},
    ),
    orders.QuoteChanged: Problem(
        409,
        "quote-changed",
        "The cart is not what you saw",
        lambda _: "Nothing was ordered. Show the changes, then send the new quote.",
        lambda error: {
            "quote": error.quote,
            "changes": _changes(error),
            "cart": CartSerializer(error.cart).data,
        },
    ),
    orders.DeliveryNotOffered: Problem(
        400,
        "delivery-not-offered",
        "No such delivery method",
        lambda error: f"No delivery method on offer has the code '{error.code}'.",
    ),
    orders.PaymentNotOffered: Problem(
        400,
        "payment-not-offered",
        "No such payment method",
        lambda error: f"No payment method on offer has the code '{error.code}'.",
    ),
    orders.PaymentNotFound: Problem(
        404,
        "payment-not-found",
        "No such payment",
        lambda _: "We never asked for a payment of this reference.",
    ),
    orders.NoticeRefused: Problem(
        400,
        "notice-refused",
        "Notice refused",
        lambda _: "X-Payment-Signature is missing, wrong or too old.",
    ),
    orders.PaymentDiffers: Problem(
        409,
        "payment-differs",
        "Another sum than was asked for",
        lambda error: f"{error.asked} was asked for, not {error.announced}.",
    ),
    orders.PaymentMoveNotAllowed: Problem(
        409,
        "payment-move-not-allowed",
        "The payment cannot make this move",
        lambda error: (
            f"A payment that is {error.current} cannot become {error.wanted}."
        ),
        lambda error: {"current": error.current, "wanted": error.wanted},
    ),
    orders.NothingToRefund: Problem(
        409,
        "nothing-to-refund",
        "There is nothing to refund",
        lambda _: "The order was not paid, or this part of it went back already.",
    ),
    orders.RefundTooLarge: Problem(
        409,
        "refund-too-large",
        "More units than are left",
        lambda error: "Fewer units than that are left to refund; see left.",
        lambda error: {
            "left": [{"offer": pk, "quantity": n} for pk, n in error.left.items()]
        },
    ),
    orders.RefundedMeanwhile: Problem(
        409,
        "refunded-meanwhile",
        "Refunded meanwhile",
        lambda _: "Something went back since you looked; look again.",
    ),
    orders.LetterNotFound: Problem(
        404,
        "letter-not-found",
        "No such letter",
        lambda error: f"The order has no letter '{error.key}'.",
    ),
    orders.CouponNotFound: Problem(
        400,
        "coupon-not-found",
        "No such coupon",
        lambda error: f"No coupon in force has the code '{error.code}'.",
    ),
    orders.CouponNotYet: Problem(
        409,
        "coupon-not-yet",
        "The coupon is not valid yet",
        lambda error: f"'{error.code}' is valid from {_when(error.starts_at)} on.",
        lambda error: {"starts_at": error.starts_at},
    ),
    orders.CouponEnded: Problem(
        409,
        "coupon-ended",
        "The coupon is not valid any more",
        lambda error: f"'{error.code}' was valid until {_when(error.ended_at)}.",
        lambda error: {"ended_at": error.ended_at},
    ),
    orders.CouponUsedUp: Problem(
        409,
        "coupon-used-up",
        "The coupon is used up",
        lambda error: f"As many orders as may have used '{error.code}'.",
    ),
    orders.CouponUsedByYou: Problem(
        409,
        "coupon-used-by-you",
        "You have used the coupon",
        lambda error: (
            f"One buyer may use '{error.code}' in at most {error.limit} orders."
        ),
        lambda error: {"limit": error.limit},
    ),
    orders.CouponSumTooSmall: Problem(
        409,
        "coupon-sum-too-small",
        "The goods cost too little for the coupon",
        lambda error: (
            f"'{error.code}' asks for goods worth {error.from_sum}; there are "
            f"{error.goods}."
        ),
        lambda error: {"from_sum": str(error.from_sum), "goods": str(error.goods)},
    ),
    orders.CouponDoesNotApply: Problem(
        409,
        "coupon-does-not-apply",
        "The coupon is for other goods",
        lambda error: f"Nothing in the order is what '{error.code}' is for.",
    ),
    orders.AddressMissing: Problem(
        400,
        "address-missing",
        "The address is incomplete",
        lambda error: f"This delivery method needs: {', '.join(error.fields)}.",
        lambda error: {
            "errors": [
                {"pointer": f"#/{name}", "code": "required", "detail": "Required here."}
                for name in error.fields
            ]
        },
    ),
    orders.MoveNotAllowed: Problem(
        409,
        "move-not-allowed",
        "The order cannot make this move",
        lambda error: f"An order that is {error.current} cannot become {error.wanted}.",
        lambda error: {"current": error.current, "wanted": error.wanted},
    ),
    orders.CancelTooLate: Problem(
        409,
        "cancel-too-late",
        "Too late to cancel",
        lambda error: f"The order is {error.current}; ask the store to cancel it.",
        lambda error: {"current": error.current},
    ),
    orders.OrdersStillOpen: Problem(
        409,
        "orders-still-open",
        "Orders are on their way",
        lambda error: (
            "Wait for these orders, or cancel them: "
            f"{', '.join(map(str, error.orders))}."
        ),
        lambda error: {"orders": error.orders},
    ),
    orders.ProductNotReceived: Problem(
        403,
        "product-not-received",
        "Not received yet",
        lambda _: "Only who has received the product may review it.",
    ),
    orders.AlreadyReviewed: Problem(
        409,
        "already-reviewed",
        "Reviewed before",
        lambda _: "You have reviewed this product; change your review instead.",
        lambda error: {
            "review": error.review,
            "review_url": settings.PUBLIC_URL
            + reverse("own-review-detail", args=[error.review]),
        },
    ),
    orders.ReviewNotFound: Problem(
        404, "review-not-found", "No such review", lambda _: "It has been deleted."
    ),
    orders.IdempotencyKeyReused: Problem(
        422,
        "idempotency-key-reused",
        "Idempotency key used before",
        lambda _: "This Idempotency-Key came with another request; take a new one.",
    ),
    orders.IdempotencyKeyBusy: Problem(
        409,
        "idempotency-key-busy",
        "First request still running",
        lambda _: "The first request with this Idempotency-Key has not ended yet.",
        retry_after=lambda _: 1,
    ),
    orders.IdempotencyKeyMalformed: Problem(
        400,
        "idempotency-key-malformed",
        "Idempotency key malformed",
        lambda _: "An Idempotency-Key is 1 to 255 printable ASCII characters.",
    ),
    # feed
    feed.TooManyWebhooks: Problem(
        409,
        "too-many-webhooks",
        "Too many webhooks",
        lambda error: f"There are {error.limit} webhooks; remove one.",
        lambda error: {"limit": error.limit},
    ),
    feed.WebhookIsOff: Problem(
        409,
        "webhook-is-off",
        "The webhook is off",
        lambda _: "Nothing is sent to it; switch it on first.",
    ),
    # partners
    partners.NotAPartner: Problem(
        403,
        "not-a-partner",
        "Not a partner",
        lambda _: "Only partners and staff may send price lists.",
    ),
    partners.PriceListTooLarge: Problem(
        413,
        "price-list-too-large",
        "Price list too large",
        lambda error: f"A price list has at most {error.limit} bytes.",
        lambda error: {"limit": error.limit},
    ),
    partners.CheckNotApplicable: Problem(
        409,
        "check-not-applicable",
        "Nothing to apply",
        lambda error: (
            "Only a check that went well can be applied, within a week of it; "
            f"this run is {error.state or 'no check'}."
        ),
    ),
    partners.UndoNotPossible: Problem(
        409,
        "undo-not-possible",
        "Nothing to undo",
        lambda _: "The run has applied nothing, or it is undone already.",
    ),
    partners.ShopChanged: Problem(
        409,
        "shop-changed",
        "The shop is not as checked",
        lambda error: f"These offers changed: {', '.join(error.articles)}.",
        lambda error: {"articles": error.articles},
    ),
    partners.PriceListInvalid: Problem(
        400,
        "price-list-invalid",
        "Price list invalid",
        lambda error: f"{error.total} findings; nothing was changed.",
        lambda error: {"findings": [finding.told() for finding in error.findings]},
    ),
}

# Plain HTTP errors: DRF's classes and what Django raises on its own.
RENAMED = {413: "Content Too Large"}  # by RFC 9110; Python before 3.13 has the old name
HTTP_CODES = {
    400: "malformed",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    500: "internal-error",
    503: "unavailable",
}


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler of v1: every error becomes a problem."""
    request = context["request"]
    body = problem_of(error)
    if body is None:
        return _plain_response(error, request)
    response = _response(request, body["status"], body)
    if (row := _row(error)) is not None:
        seconds = row.retry_after(error)
        if seconds is not None:
            response["Retry-After"] = str(seconds)
        for name, value in row.headers(error).items():
            response[name] = value
    return response


def problem_of(error: Exception) -> dict[str, Any] | None:
    """What tells a refusal, but for where it happened; None if it is none."""
    if isinstance(error, accounts.FieldRefused | catalog.FieldRefused):
        path = error.field.split("/")
        return invalid([_entry(path, error.code, text) for text in error.messages])
    if isinstance(error, drf.ValidationError):
        return invalid(list(_entries(error.get_full_details(), [])))
    row = _row(error)
    if row is None:
        return None
    return typed(row.status, row.code, row.title, row.detail(error)) | row.members(
        error
    )


def _row(error: Exception) -> Problem | None:
    kinds = type(error).__mro__
    return next((PROBLEMS[kind] for kind in kinds if kind in PROBLEMS), None)


def typed(status: int, code: str, title: str, detail: str) -> dict[str, Any]:
    """The members of RFC 9457 section 3.1, and `code`."""
    kind = f"{settings.PUBLIC_URL}/problems/{code}"
    return {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }


def invalid(entries: list[dict[str, str]]) -> dict[str, Any]:
    detail = "The request has invalid values; `errors` names each."
    return typed(400, "invalid", "Invalid request", detail) | {"errors": entries}


def plain(status: int, detail: str) -> dict[str, Any]:
    """A problem that says no more than its HTTP status."""
    return {
        "type": "about:blank",
        "title": RENAMED.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": HTTP_CODES.get(status, "error"),
    }


def plain_problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """A plain problem for where DRF is not at work: middleware, unknown paths.

    Below an older API's address it is told in that document's shape.
    """
    if refusal := refusal_at(request.path, status, detail):
        return refusal
    body = plain(status, detail) | _where(request)
    return HttpResponse(orjson.dumps(body), content_type=MEDIA_TYPE, status=status)


def _plain_response(error: Exception, request: Any) -> Response:
    headers: dict[str, str] = {}
    if isinstance(error, drf.APIException):
        status, detail = error.status_code, str(error.detail)
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait) + 1)
    elif isinstance(error, Http404):
        status, detail = 404, "There is no such thing here."
    elif isinstance(error, PermissionDenied):
        status, detail = 403, "You may not do this."
    elif isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        status, detail = 413, "The body is too large."
    elif isinstance(error, SuspiciousOperation):
        status, detail = 400, "The request is malformed."
    elif isinstance(error, OperationalError):
        logger.error("database unavailable", exc_info=error)
        status, detail = 503, "The database does not answer; try again."
        headers["Retry-After"] = "2"
    else:
        logger.error("unexpected error", exc_info=error)
        status, detail = 500, "Something broke on our side; it was logged."
    response = _response(request, status, plain(status, detail))
    for name, value in headers.items():
        response[name] = value
    return response


def _response(request: Any, status: int, body: dict[str, Any]) -> Response:
    return Response(body | _where(request), status=status, content_type=MEDIA_TYPE)


def _where(request: Any) -> dict[str, str]:
    http = getattr(request, "_request", request)
    return {"instance": http.path, "request_id": getattr(http, "id", "")}


def _entries(details: Any, path: list[Any]) -> Iterator[dict[str, str]]:
    """DRF's nested validation details, flat: a JSON pointer and a sentence each."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield _entry(path, details["code"], details["message"])
    elif isinstance(details, dict):
        for key, value in details.items():
            inner = path if key == "non_field_errors" else [*path, key]
            yield from _entries(value, inner)
    else:
        flat = all(isinstance(d, dict) and "message" in d for d in details)
        for index, value in enumerate(details):
            yield from _entries(value, path if flat else [*path, index])


def _entry(path: list[Any], code: str, message: Any) -> dict[str, str]:
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    pointer = "#" + "".join(f"/{part}" for part in escaped)
    return {"pointer": pointer, "code": code, "detail": str(message)}
