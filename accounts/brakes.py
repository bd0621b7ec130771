"""Counting attempts in the database: one statement, shared by all processes."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, models
from prometheus_client import Counter

from accounts.exceptions import TooManyAttempts
from accounts.models import Brake

HELD = Counter("storekeeper_brakes", "Attempts that a brake held back.", ["scope"])
# The window opens with the first attempt and closes by itself: no brake is for ever.
COUNT = """
INSERT INTO accounts_brake (key, count, ends_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN accounts_brake.ends_at <= %s THEN 1
          ELSE accounts_brake.count + 1 END,
  ends_at = CASE WHEN accounts_brake.ends_at <= %s THEN excluded.ends_at
            ELSE accounts_brake.ends_at END
RETURNING count, ends_at
"""


def has_room(scope: str, subject: str, *, now: datetime) -> bool:
    """Count one attempt, and say whether it is within the rate."""
    try:
        count(scope, subject, now=now)
    except TooManyAttempts:
        return False
    return True


def count(scope: str, subject: str, *, now: datetime) -> None:
    """Count one attempt; raise TooManyAttempts when settings.RATES[scope] is passed.

    Counts before the thing is tried, so that parallel attempts cannot slip through.
    """
    if not settings.BRAKES:
        return
    rate = settings.RATES[scope]
    moment = connection.ops.adapt_datetimefield_value
    ends_at = moment(now + timedelta(seconds=rate["seconds"]))
    with connection.cursor() as cursor:
        parameters = [_key(scope, subject), ends_at, moment(now), moment(now)]
        cursor.execute(COUNT, parameters)
        tried, ends_at = cursor.fetchone()
    if tried > rate["limit"]:
        HELD.labels(scope).inc()
        wait = max(_aware(ends_at) - now, timedelta(seconds=1))
        raise TooManyAttempts(wait, is_first=tried == rate["limit"] + 1)


def give_back(scope: str, subject: str) -> None:
    """Take one counted attempt back, because it turned out to be a right one."""
    if not settings.BRAKES:
        return
    Brake.objects.filter(key=_key(scope, subject), count__gt=0).update(
        count=models.F("count") - 1
    )


def _key(scope: str, subject: str) -> str:
    return f"{scope}:{subject}"[:160]


def _aware(moment: datetime) -> datetime:
    """SQLite returns naive UTC where PostgreSQL returns an aware time."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
