"""One transaction for a whole call."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_is_within = ContextVar("is_within", default=False)


@contextmanager
def whole() -> Iterator[None]:
    """A transaction that a refusal ends: whoever catches it goes on with nothing.

    Within another `whole` (a service within a call that carries an Idempotency-Key) it
    makes no savepoint: the outer one rolls back what a refusal left.
    """
    token = _is_within.set(True)
    try:
        with transaction.atomic(savepoint=token.old_value is not True):
            yield
    finally:
        _is_within.reset(token)
