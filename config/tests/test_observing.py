"""Sentry and OpenTelemetry: only when asked, never without their libraries, blotted."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import observing


def test_nothing_is_loaded_unless_a_setting_asks() -> None:
    before = set(sys.modules)

    observing.start("storekeeper-test")

    assert not {"sentry_sdk", "opentelemetry"} & (set(sys.modules) - before)


@pytest.mark.parametrize(
    ("key", "library"),
    [
        ("SENTRY_DSN", "sentry_sdk"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry"),
    ],
)
def test_a_missing_library_is_told_at_the_start(
    settings: Any, monkeypatch: pytest.MonkeyPatch, key: str, library: str
) -> None:
    setattr(settings, key, "http://key@127.0.0.1:1/1")
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(ImproperlyConfigured) as told:
        observing.start("storekeeper-test")

    assert str(told.value).startswith(f"{key} is set, but ")
    assert "requirements-observability.txt" in str(told.value)
    assert "key@" not in str(told.value)


def test_sentry_is_told_no_person(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {}
    stand_in = SimpleNamespace(init=options.update)
    monkeypatch.setitem(sys.modules, "sentry_sdk", stand_in)
    settings.SENTRY_DSN = "http://key@127.0.0.1:1/1"

    observing.start("storekeeper-test")

    assert options["send_default_pii"] is options["include_local_variables"] is False
    assert options["max_request_body_size"] == "never"
    event = {
        "user": {"ip_address": "192.0.2.7"},
        "request": {
            "method": "GET",
            "url": "https://shop.example/confirm-email/?token=abc",
            "query_string": "token=abc",
            "headers": {"Authorization": "Bearer abc"},
            "cookies": {"refresh": "abc"},
            "data": {"password": "abc"},
        },
        "exception": {"values": [{"value": "no mailbox ann@example.com", "line": 3}]},
    }
    assert options["before_send"](event, {}) == {
        "request": {"method": "GET", "url": "https://shop.example/confirm-email/"},
        "exception": {"values": [{"value": "no mailbox …@…", "line": 3}]},
        "tags": {"request_id": ""},
    }
