"""Reads with names."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import UserManager
from django.db import models

if TYPE_CHECKING:
    from accounts.models import Customer, Session, User


class UserQuerySet(models.QuerySet["User"]):
    def with_email(self, email: str) -> UserQuerySet:
        """The account of an address, without regard to case."""
        return self.filter(email__iexact=email)

    def with_username(self, username: str) -> UserQuerySet:
        """The account of a username, without regard to case."""
        return self.filter(username__iexact=username)

    def reachable_by(self, login: str, login_is: str = "either") -> UserQuerySet:
        """The account that signs in with `login`: an email, a username, or either.

        Where it may be either, an "@" makes it an address, so at most one account
        matches.
        """
        if login_is != "either":
            is_email = login_is == "email"
            return self.with_email(login) if is_email else self.with_username(login)
        return self.with_email(login) if "@" in login else self.with_username(login)


class AccountManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's own creation methods, and the reads above."""


class CustomerQuerySet(models.QuerySet["Customer"]):
    def guest(self, token: UUID) -> CustomerQuerySet:
        """The customer of a guest token that no account has taken yet."""
        return self.filter(token=token, user=None)

    def holding(self, token: UUID) -> CustomerQuerySet:
        """The customer of a token: a guest, or an account that is not switched off."""
        return self.filter(token=token).exclude(user__is_active=False)

    def of(self, user: User) -> CustomerQuerySet:
        return self.filter(user=user)


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self, now: datetime) -> SessionQuerySet:
        """Sessions that may still be used, with their owner, in one query."""
        return self.unrevoked().filter(expires_at__gt=now)

    def unrevoked(self) -> SessionQuerySet:
        """Sessions that are live until they expire."""
        found = self.filter(revoked_at=None, user__is_active=True)
        return found.select_related("user")

    def of(self, user: User) -> SessionQuerySet:
        return self.filter(user=user)
