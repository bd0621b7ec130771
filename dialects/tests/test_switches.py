"""What operators set: which dialects answer, and whether they say that they end."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from rest_framework.test import APIClient

ASK = """
import django; django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
for path in {paths}:
    answer = client.get(path, headers={{"host": "localhost"}})
    print(path, answer.status_code, answer["Content-Type"])
"""
PATHS = ["/products/7/", "/products/details/", "/api/get_order", "/api/me/"]


def answers(tmp_path, dialects):
    environment = os.environ | {
        "DIALECTS": dialects,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        "DB_ENGINE": "sqlite3",
    }
    return subprocess.run(
        [sys.executable, "-c", ASK.format(paths=PATHS)],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("dialects", "there"),
    [
        ("none", []),
        ("diplom", ["/products/details/"]),
        ("webstore,pyshop", ["/api/get_order", "/api/me/"]),
    ],
)
def test_only_the_dialects_that_are_switched_on_answer(tmp_path, dialects, there):
    rows = [
        line.split(" ", 2) for line in answers(tmp_path, dialects).stdout.splitlines()
    ]

    assert len(rows) == len(PATHS)
    assert [path for path, status, _ in rows if status in {"401", "403"}] == there
    assert all("html" not in kind for path, _, kind in rows if path.startswith("/api"))


def test_an_unknown_dialect_is_refused_at_the_start(tmp_path):
    result = answers(tmp_path, "diplom,cobol")

    assert result.returncode != 0
    assert "cobol" in result.stderr


@pytest.mark.django_db
def test_nothing_says_that_a_dialect_ends_until_the_operator_does(settings):
    client = APIClient()
    plain = client.get("/product-stats/")
    assert not {"Deprecation", "Sunset", "Link"} & set(plain.headers)

    settings.DIALECTS_DEPRECATED_ON = "2027-01-01"
    settings.DIALECTS_SUNSET_ON = "2027-12-31"

    for path in ("/product-stats/", "/api/me/", "/products/nothing/"):
        answer = client.get(path)
        assert answer["Deprecation"] == "@1798761600"
        assert answer["Sunset"] == "Fri, 31 Dec 2027 00:00:00 GMT"
    assert "Deprecation" not in client.get("/api/v1/products/").headers
