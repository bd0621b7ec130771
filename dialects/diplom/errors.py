"""Domain exceptions → this document's error bodies."""

from typing import Any

from rest_framework.exceptions import ValidationError

from accounts.exceptions import (
    AddressNotConfirmed,
    AddressRefused,
    CodeRequired,
    InvalidCredentials,
    Unreachable,
)
from catalog.exceptions import OfferNotFound, OutOfStock
from dialects.doors import NO_SECOND_STEP, Refusals, first_error
from dialects.meeting import AT_REGISTER
from orders.exceptions import MoveNotAllowed, OrderTooLarge
from partners.exceptions import PriceListInvalid, PriceListTooLarge


def general(text: str) -> tuple[int, Any]:
    return 400, {"non_field_errors": [text]}


def _left(error: OutOfStock) -> str:
    return "; ".join(
        f"only {short.available} of '{short.name}' are left"
        for short in error.shortages
    )


def _findings(error: PriceListInvalid) -> str:
    """One line of text for each finding, with the line of the list it is about."""
    shown = [
        f"line {found.line}: {found.message()}" if found.line else found.message()
        for found in error.findings
    ]
    more = error.total - len(shown)
    return "\n".join([*shown, *([f"and {more} more"] if more else [])])


REFUSALS: Refusals = {
    **AT_REGISTER,
    InvalidCredentials: lambda _: general(
        "Unable to log in with provided credentials."
    ),
    AddressNotConfirmed: lambda _: general("Email is not verified."),
    CodeRequired: lambda _: general(NO_SECOND_STEP),
    MoveNotAllowed: lambda e: general(f"The order is {e.current} already."),
    OutOfStock: lambda e: general(_left(e)),
}
AT_ORDER: Refusals = {
    OfferNotFound: lambda _: (400, {"product_info": ["There is no such item."]}),
    OutOfStock: lambda e: (400, {"quantity": [_left(e)]}),
    OrderTooLarge: lambda e: (
        400,
        {"quantity": [f"An order holds at most {e.limit}."]},
    ),
}
AT_PRICE_LIST: Refusals = {
    ValidationError: lambda e: _refused(first_error(e.detail)),
    PriceListInvalid: lambda e: _refused(_findings(e)),
    PriceListTooLarge: lambda e: _refused(f"A list has at most {e.limit} bytes."),
    AddressRefused: lambda e: _refused(e.reason),
    Unreachable: lambda _: _refused("The address gave no list."),
}


def _refused(text: str) -> tuple[int, Any]:
    return 400, {"Status": False, "Errors": text}
