"""Logs: one JSON object a line, with the id of the request that caused it.

JSON keeps a line a line, whatever a client sent. Nothing here knows bodies, tokens or
addresses of people; do not log them.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

current_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonLines(logging.Formatter):
    """`at` (UTC), `level`, `logger`, `message`, `request_id`, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current_id.get():
            line["request_id"] = current_id.get()
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
