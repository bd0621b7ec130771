"""Logs: one JSON object a line, with the id of the request that caused it.

JSON keeps a line a line, whatever a client sent. Nothing of ours logs bodies, tokens or
addresses of people; what others put into an error (a mail server the recipient, the
database a row) is blotted out before it is written.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

current_id: ContextVar[str] = ContextVar("request_id", default="")

GONE = "…"
# What must not be in a log → what stands there instead. In this order.
SECRETS = [
    # A row, or the value of a key, as PostgreSQL tells them.
    (re.compile(r"(Failing row contains |Key \([^)]*\)=)\(.*\)"), rf"\1({GONE})"),
    # Links and forms: the value of whatever is called like a secret.
    (
        re.compile(
            r"""(?ix)\b([\w-]*(?:token|secret|password|passwd|signature|api_?key|dsn)["']?)
            (\s*[=:]\s*["']?)[^\s"'&,;)}\]]+"""
        ),
        rf"\1\2{GONE}",
    ),
    (re.compile(r"(?i)\b(Bearer|Basic|Token)\s+[\w.~+/=-]{8,}"), rf"\1 {GONE}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?"), GONE),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@:]*:[^\s/@]*@"), rf"\1{GONE}@"),
    (re.compile(r"(?u)[\w.%+'-]+@[\w-]+(\.[\w-]+)+"), f"{GONE}@{GONE}"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), GONE),
    (
        re.compile(
            r"(?i)(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4})+(?![\w:])"
        ),
        GONE,
    ),
]


def blot(text: str) -> str:
    """The text without credentials and addresses, as far as they can be recognised."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """`at` (UTC), `level`, `logger`, `message`, `request_id`, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": blot(record.getMessage()),
        }
        if current_id.get():
            line["request_id"] = current_id.get()
        if record.exc_info:
            line["traceback"] = blot(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
