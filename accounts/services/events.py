"""Sessions end, and what an owner or staff may want to know is kept."""

import logging
from datetime import datetime

from django.db.models import F

from accounts.models import ApiKey, SecurityEvent, Session, User
from accounts.querysets import SessionQuerySet

logger = logging.getLogger("security")


def end_sessions(sessions: SessionQuerySet, reason: str, now: datetime) -> int:
    """End those of `sessions` that live; their tokens are refused. Returns how many."""
    return sessions.filter(revoked_at=None).update(
        revoked_at=now, revoked_because=reason
    )


def close_doors(user: User, reason: str, now: datetime) -> None:
    """Refuse every credential an account has but its password, as after a reset."""
    end_sessions(Session.objects.of(user), reason, now)
    ApiKey.objects.filter(user=user).update(digest=None)
    User.objects.filter(pk=user.pk).update(link_counter=F("link_counter") + 1)


def record(
    user: User,
    kind: SecurityEvent.Kind,
    now: datetime,
    session: Session | None = None,
    was: str = "",
) -> SecurityEvent:
    """Keep and log a security event; the log knows people by number only."""
    logger.warning("%s user=%s", kind, user.pk)
    return SecurityEvent.objects.create(
        user=user, kind=kind, session=session, was=was, at=now
    )
