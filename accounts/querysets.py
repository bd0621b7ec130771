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

    def reachable_by(self, login: str) -> UserQuerySet:
        """The account that signs in with `login`, an address or a username.

        A username that contains an "@" is always its owner's own address, so at
        most one account matches.
        """
        return self.with_email(login) if "@" in login else self.with_username(login)


class AccountManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's own creation methods, and the reads above."""


class CustomerQuerySet(models.QuerySet["Customer"]):
    def guest(self, token: UUID) -> CustomerQuerySet:
        """The customer of a guest token that no account has taken yet."""
        return self.filter(token=token, user=None)

    def of(self, user: User) -> CustomerQuerySet:
        return self.filter(user=user)


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self, now: datetime) -> SessionQuerySet:
        """Sessions that may still be used, with their owner, in one query."""
        return self.filter(
            revoked_at=None, expires_at__gt=now, user__is_active=True
        ).select_related("user")

    def of(self, user: User) -> SessionQuerySet:
        return self.filter(user=user)
