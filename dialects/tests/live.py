"""A whole store in processes of its own, for the clients that know only a document."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.conf import settings

PASSWORD = "a-long-walk-home"
STAFF = {"sam": "staff", "pat": "partner", "olga": "superuser"}


@dataclass
class Store:
    """Where a running store is, and where its letters lie."""

    url: str
    mail: Path
    clients: ExitStack

    def client(self) -> httpx.Client:
        """A session of its own, closed with the store."""
        return self.clients.enter_context(httpx.Client(base_url=self.url, timeout=20))

    def letter_to(self, address: str) -> str:
        """The newest letter to an address; waits for the worker."""
        return self._letter(f"To: {re.escape(address)}")

    def letters_about(self, order: int) -> list[str]:
        """Who got a letter about an order, once both buyer and admins have."""
        mark = f"Message-ID: <order-{order}-"
        end = time.monotonic() + 30
        while time.monotonic() < end:
            texts = [text for text in self._texts() if mark in text]
            if len(texts) >= 2:
                return [re.search(r"(?m)^To: (.+)$", text)[1] for text in texts]
            time.sleep(0.2)
        raise AssertionError(f"no two letters about order {order}")

    def _letter(self, pattern: str) -> str:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for text in reversed(self._texts()):
                if re.search(pattern, text):
                    return text
            time.sleep(0.2)
        raise AssertionError(f"no letter {pattern}")

    def _texts(self) -> list[str]:
        files = sorted(self.mail.glob("*"), key=lambda file: file.stat().st_mtime_ns)
        whole = "".join(file.read_text() for file in files)
        return [text for text in whole.split("-" * 79 + "\n") if text.strip()]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """gunicorn and the worker on a database of their own."""
    place = tmp_path_factory.mktemp("live")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("DB_", "PG"))}
    environment = inherited | {
        "DATA_DIR": str(place),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "OUTBOUND_LOCAL": "on",
        "OUTBOUND_HTTP": "on",
    }

    def manage(*words: str) -> subprocess.Popen[bytes]:
        return start("manage.py", *words)

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, *words]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)

    assert manage("migrate", "--verbosity", "0").wait() == 0
    for name, role in STAFF.items():
        who = ["--username", name, "--email", f"{name}@example.com"]
        made = manage("make_account", "--role", role, *who, "--password", PASSWORD)
        assert made.wait() == 0
    running = [
        start("-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"),
        manage("work"),
    ]
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/health/ready")
        with ExitStack() as clients:
            yield Store(url, place / "mail", clients)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)


def _wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")
