"""Domain exceptions → this document's error bodies."""

from rest_framework.exceptions import ValidationError

from accounts.exceptions import (
    AddressNotConfirmed,
    CodeRequired,
    EmailTaken,
    GuestTokenRefused,
    InvalidCredentials,
    TokenInvalid,
)
from dialects.doors import NO_SECOND_STEP, Refusals, first_error

NO_CUSTOMER = "The customer token is unknown, or an account has it already."
REFUSALS: Refusals = {
    EmailTaken: lambda _: (400, {"email": ["This address is already in use."]}),
    GuestTokenRefused: lambda _: (400, {"token": [NO_CUSTOMER]}),
    InvalidCredentials: lambda _: (
        401,
        {"detail": "No active account found with the given credentials"},
    ),
    AddressNotConfirmed: lambda _: (401, {"detail": "Email is not verified."}),
    CodeRequired: lambda _: (401, {"detail": NO_SECOND_STEP}),
    TokenInvalid: lambda _: (
        401,
        {"detail": "Token is invalid or expired", "code": "token_not_valid"},
    ),
}
AT_CART: Refusals = {
    ValidationError: lambda e: (
        400,
        {"status": False, "error": first_error(e.detail)},
    ),
    GuestTokenRefused: lambda _: (400, {"status": False, "error": "Unknown token."}),
}
AT_FINALIZE: Refusals = {
    ValidationError: lambda e: (400, {"error": first_error(e.detail)}),
    GuestTokenRefused: lambda _: (400, {"error": "Unknown token."}),
}
