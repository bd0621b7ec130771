"""Domain exceptions → this document's error bodies."""

from typing import Any

from accounts.exceptions import (
    AddressNotConfirmed,
    CodeRequired,
    InvalidCredentials,
    TokenInvalid,
)
from catalog.exceptions import DeletedMeanwhile, FieldRefused, OfferNotFound
from dialects.doors import NO_SECOND_STEP, Refusals
from dialects.meeting import AT_REGISTER

NOT_FOUND = 404, {"detail": "Not found."}
NOT_BELOW = {
    "non_field_errors": ["Discount price must be less than the regular price."]
}


def _value_refused(error: FieldRefused) -> tuple[int, Any]:
    if error.code == "not_below_regular":
        return 400, NOT_BELOW
    return 400, {error.field: error.messages}


REFUSALS: Refusals = {
    **AT_REGISTER,
    InvalidCredentials: lambda _: (
        400,
        {"non_field_errors": ["Unable to log in with provided credentials."]},
    ),
    AddressNotConfirmed: lambda _: (
        400,
        {"non_field_errors": ["Email is not verified."]},
    ),
    CodeRequired: lambda _: (400, {"non_field_errors": [NO_SECOND_STEP]}),
    TokenInvalid: lambda _: (400, {"refresh": ["The token is invalid or revoked."]}),
    OfferNotFound: lambda _: NOT_FOUND,
    DeletedMeanwhile: lambda _: NOT_FOUND,
    FieldRefused: _value_refused,
}
