"""Sessions end, and what an owner or staff may want to know is kept."""

import logging
from datetime import datetime

from accounts.models import SecurityEvent, Session, User
from accounts.querysets import SessionQuerySet

logger = logging.getLogger("security")


def end_sessions(sessions: SessionQuerySet, reason: str, now: datetime) -> int:
    """End those of `sessions` that live; their tokens are refused. Returns how many."""
    return sessions.filter(revoked_at=None).update(
        revoked_at=now, revoked_because=reason
    )


def record(
    user: User, kind: SecurityEvent.Kind, now: datetime, session: Session | None = None
) -> None:
    """Keep and log a security event; the log knows people by number only."""
    SecurityEvent.objects.create(user=user, kind=kind, session=session, at=now)
    logger.warning("%s user=%s", kind, user.pk)
