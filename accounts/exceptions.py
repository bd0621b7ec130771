"""Refusals of accounts. `config/problems.py` gives each its status and words."""

from datetime import timedelta


class AccountError(Exception):
    """Base of all refusals of this app."""


class InvalidCredentials(AccountError):
    """Unknown login, wrong password or switched-off account: told alike."""


class AddressNotConfirmed(AccountError):
    """The password is right, but the e-mail address has to be confirmed first."""


class TokenInvalid(AccountError):
    """A token is forged, expired, revoked, of the wrong kind, or its owner is gone."""


class TooManyAttempts(AccountError):
    """A brake holds; trying again makes sense after `retry_after`."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class FieldRefused(AccountError):
    """A value cannot be taken: `field`, a stable `code`, and sentences for people."""

    def __init__(self, field: str, code: str, messages: list[str]) -> None:
        super().__init__(field, code, messages)
        self.field = field
        self.code = code
        self.messages = messages


class EmailTaken(AccountError):
    """Another account has this address. Surfaces that hide this must not show it."""


class GuestTokenRefused(AccountError):
    """The customer token is unknown, or bound to an account already."""
