"""A dead connection is noticed before a call uses it, without asking the server."""

import pytest
from django.db import connection, connections

from accounts.services import find_guest, open_guest
from config.postgresql import base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's socket"),
]


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_living_connection_is_not_asked() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    asked = connection.asked_at

    assert connection.is_usable()
    assert connection.asked_at == asked


def test_a_connection_ended_by_the_server_is_not_usable() -> None:
    pid = backend()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()

    assert not connection.is_usable()
    connection.health_check_enabled, connection.health_check_done = True, False
    assert backend() != pid


def test_a_connection_long_unasked_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(base, "SECONDS", 0)
    asked = connection.asked_at

    assert connection.is_usable()
    assert connection.asked_at > asked


def test_statements_are_told_to_a_new_connection_again() -> None:
    guest = open_guest()
    assert find_guest(token=str(guest.token)) == guest
    connection.close()
    assert find_guest(token=str(guest.token)) == guest
