"""Shared fixtures: the cast, the clients, what every test may lean on.

Ann buys, Bob is a stranger, Pat is a partner, Sam is staff.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import Customer, User
from accounts.services import make_account, open_guest, sign_in
from catalog import directory
from config.management.commands.work import make_worker
from config.pages import pages

PASSWORD = "a-long-walk-home"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """The folder of the SQLite test database, which is each parallel process's own."""
    django_settings.DATA_DIR.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _a_shop_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Letters and media of a test go to its own folder; passwords hash fast."""
    settings.DATA_DIR = tmp_path
    # Their versions never go back in a shop; between tests they do.
    directory.forget()
    pages.clear(None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.PASSWORD_HASHERS = ["config.tests.hashers.QuickHasher"]


def person(name: str, role: str) -> User:
    return make_account(
        role=role,
        username=name,
        email=f"{name}@example.com",
        password=PASSWORD,
        now=timezone.now(),
    )


@pytest.fixture
def ann(db: None) -> User:
    return person("ann", "buyer")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob", "buyer")


@pytest.fixture
def pat(db: None) -> User:
    return person("pat", "partner")


@pytest.fixture
def sam(db: None) -> User:
    return person("sam", "staff")


@pytest.fixture
def guest(db: None) -> Customer:
    return open_guest()


@pytest.fixture
def client() -> APIClient:
    """A stranger's client."""
    return APIClient()


@pytest.fixture
def client_of() -> Callable[[User | Customer], APIClient]:
    """The client of an account (by a real access token) or of a guest."""
    return make_client


def make_client(who: User | Customer) -> APIClient:
    client = APIClient()
    if isinstance(who, Customer):
        client.credentials(HTTP_X_CUSTOMER_TOKEN=str(who.token))
        return client
    pair = sign_in(
        login=who.username,
        password=PASSWORD,
        address="127.0.0.1",
        now=timezone.now(),
    )
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    return client


@pytest.fixture
def letters(settings: Any) -> Callable[[], list[str]]:
    """Runs the waiting tasks as the worker does, and returns the letters so far."""

    def read() -> list[str]:
        worker = make_worker()
        while (row := DBTaskResult.objects.ready().first()) is not None:
            row.claim(worker.worker_id)
            worker.run_task(row)
        files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*"))
        # Letters of one second may share a file; a ruler ends each.
        texts = "".join(file.read_text() for file in files).split("-" * 79 + "\n")
        return [text for text in texts if text.strip()]

    return read


def assert_problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem (RFC 9457); returns its body for a closer look."""
    body = response.json()
    assert (response.status_code, body.get("code")) == (status, code), body
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    assert body["title"]
    assert body["request_id"]
    return body
