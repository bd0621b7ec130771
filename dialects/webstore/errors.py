"""Domain exceptions → this document's error bodies."""

from typing import Any

from rest_framework.exceptions import ParseError, ValidationError

from accounts.exceptions import (
    AddressNotConfirmed,
    CodeRequired,
    EmailTaken,
    FieldRefused,
    InvalidCredentials,
    TokenInvalid,
)
from dialects.doors import NO_SECOND_STEP, Refusals, first_error


def _field_refused(error: FieldRefused) -> tuple[int, Any]:
    if (error.field, error.code) == ("username", "taken"):
        return 400, {"error": "username is used"}
    return 400, {"error": f"{error.field}: {' '.join(error.messages)}"}


def _malformed(error: ParseError) -> tuple[int, Any]:
    text = str(error.detail)
    return 400, {"error": text, "detail": text}


REFUSALS: Refusals = {
    FieldRefused: _field_refused,
    EmailTaken: lambda _: (400, {"error": "email is used"}),
    ParseError: _malformed,
    ValidationError: lambda error: (400, {"error": first_error(error.detail)}),
    TokenInvalid: lambda _: (403, {"detail": "The refresh token is not valid."}),
}
AT_LOGIN: Refusals = {
    **REFUSALS,
    # A wrong password answers like an unknown user.
    InvalidCredentials: lambda _: (403, {"detail": "user not found"}),
    AddressNotConfirmed: lambda _: (403, {"detail": "Email is not verified."}),
    CodeRequired: lambda _: (403, {"detail": NO_SECOND_STEP}),
    ValidationError: lambda error: (403, {"detail": first_error(error.detail)}),
}
