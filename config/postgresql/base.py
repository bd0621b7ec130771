"""Django's PostgreSQL, with a cheaper question whether a connection lives.

Asking the server costs each call a statement. A server that goes away says so and hangs
up, which the socket shows (docs/decisions/0035-statements-kept-by-the-server.md).
"""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

# A host that vanished says nothing: after so long the server is asked all the same.
SECONDS = 10


class DatabaseWrapper(base.DatabaseWrapper):
    asked_at = 0.0

    def get_new_connection(self, conn_params: Any) -> Any:
        made = super().get_new_connection(conn_params)
        self.asked_at = time.monotonic()
        return made

    def is_usable(self) -> bool:
        """Whether the connection can be used; the server is asked when in doubt."""
        now = time.monotonic()
        is_fresh = now - self.asked_at < SECONDS and self.connection is not None
        if is_fresh and not (self.connection.closed or _has_news(self.connection)):
            return True
        self.asked_at = now
        return super().is_usable()


def _has_news(connection: Any) -> bool:
    """Whether an idle connection was sent something: its end, or a notice."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
