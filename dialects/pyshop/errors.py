"""Domain exceptions → this document's error bodies."""

from typing import Any

from rest_framework.exceptions import ValidationError

from accounts.exceptions import (
    AddressNotConfirmed,
    CodeRequired,
    EmailTaken,
    InvalidCredentials,
    TokenInvalid,
)
from dialects.doors import NO_SECOND_STEP, Refusals

REFUSALS: Refusals = {
    EmailTaken: lambda _: (400, {"email": ["This address is already in use."]}),
    InvalidCredentials: lambda _: (401, {"detail": "Invalid credentials"}),
    AddressNotConfirmed: lambda _: (403, {"detail": "Email is not verified."}),
    CodeRequired: lambda _: (403, {"detail": NO_SECOND_STEP}),
}


def _token_refused(error: TokenInvalid) -> tuple[int, Any]:
    return {
        "malformed": (401, {"detail": "Invalid or expired refresh token"}),
        "revoked": (401, {"detail": "Refresh token not found in database"}),
        "owner-gone": (404, {"detail": "User not found"}),
    }[error.reason]


NO_TOKEN: Refusals = {
    ValidationError: lambda _: (400, {"detail": "Refresh token is required"}),
}
AT_REFRESH: Refusals = {**NO_TOKEN, TokenInvalid: _token_refused}
AT_LOGOUT: Refusals = {
    **NO_TOKEN,
    TokenInvalid: lambda _: (400, {"detail": "Invalid refresh token"}),
}
