"""Refusals of accounts. `config/problems.py` gives each its status and words."""

from datetime import timedelta


class AccountError(Exception):
    """Base of all refusals of this app."""


class InvalidCredentials(AccountError):
    """Unknown login, wrong password or switched-off account: told alike."""


class AddressNotConfirmed(AccountError):
    """The password is right, but the e-mail address has to be confirmed first."""


class TokenInvalid(AccountError):
    """A token is forged, expired, revoked, of the wrong kind, or its owner is gone.

    `reason` is malformed, revoked or owner-gone, for surfaces that tell them apart.
    """

    def __init__(self, reason: str = "malformed") -> None:
        super().__init__(reason)
        self.reason = reason


class TooManyAttempts(AccountError):
    """A brake holds; trying again makes sense after `retry_after`.

    `is_first` marks the attempt that closed it.
    """

    def __init__(self, retry_after: timedelta, *, is_first: bool = False) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        self.is_first = is_first


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


class SessionNotFound(AccountError):
    """No live session of this account has this id."""


class AddressBookFull(AccountError):
    """An address book holds at most so many lines."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class CodeRequired(AccountError):
    """The password is right, and this account signs in with a code as well.

    `is_set` is false where the store asks staff for one and they have no app yet.
    """

    def __init__(self, *, is_set: bool = True) -> None:
        super().__init__(is_set)
        self.is_set = is_set


class CodeRefused(AccountError):
    """The code of the second step is wrong, or was used before."""


class NoApiKey(AccountError):
    """The account has no opaque key in force."""


class CsrfRefused(AccountError):
    """A cookie came without the proof that a page of our own sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AddressRefused(AccountError):
    """No address like this is ever called; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(AccountError):
    """The address did not answer as it should; what went wrong is not told."""
