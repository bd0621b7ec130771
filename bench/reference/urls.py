"""The three bare views; facts were captured from the product at start."""

import json
import os
from pathlib import Path
from typing import Any

import orjson
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench import guests

FACTS: dict[str, Any] = json.loads(Path(os.environ["BENCH_FACTS"]).read_text())
BODIES = {name: b"x" * size for name, size in FACTS["sizes"].items()}
STATEMENTS: dict[str, list[list[str]]] = FACTS["statements"]


def constant(request: HttpRequest, workload: str) -> HttpResponse:
    """L2: constant bytes of the size of the product's answer."""
    return _json(BODIES[workload])


def replay(request: HttpRequest, workload: str, number: int) -> HttpResponse:
    """L3: the statements of one captured unit by a raw cursor, rows by orjson."""
    variants = STATEMENTS[workload]
    statements = variants[number % len(variants)]
    if workload == "W5":  # each time for another guest
        offers = FACTS["first_offer"], FACTS["offers"]
        marks = guests.marks(number % FACTS["guests"], *offers)
        statements = [_filled(sql, marks) for sql in statements]
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        rows = [_rows(cursor, sql) for sql in statements]
    return _json(orjson.dumps(rows, default=str))


def hashing(request: HttpRequest) -> HttpResponse:
    """One password, checked as a sign-in checks it."""
    is_right = check_password(FACTS["password"], FACTS["password_hash"])
    return _json(str(is_right).encode())


def _json(body: bytes) -> HttpResponse:
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return HttpResponse(body, headers=headers)


def _filled(sql: str, marks: dict[str, str]) -> str:
    for name, value in marks.items():
        sql = sql.replace(f"<<{name}>>", value)
    return sql


def _rows(cursor: Any, sql: str) -> list[tuple]:
    cursor.execute(sql)
    return cursor.fetchall() if cursor.description else []


urlpatterns = [
    path("constant/<str:workload>", constant),
    path("replay/<str:workload>/<int:number>", replay),
    path("hash", hashing),
]
