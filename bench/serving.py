"""Starts the production server and its bare twin, and weighs their processes."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running gunicorn."""

    port: int
    process: subprocess.Popen
    log: Path
    workers: dict[int, int] = field(default_factory=dict)

    def pids(self) -> list[int]:
        """The master and its workers."""
        master = self.process.pid
        listed = Path(f"/proc/{master}/task/{master}/children").read_text()
        return [master, *map(int, listed.split())]


def environment(database: dict[str, str], scratch: Path, **more: str) -> dict[str, str]:
    """Production settings, limits on attempts off."""
    return {
        **os.environ,
        "DEBUG": "off",
        "SECRET_KEY": "measuring-only-" + "0123456789" * 5,
        "JWT_KEY": "measuring-only-jwt-" + "0123456789" * 5,
        "BRAKES": "off",
        "ALLOW_UNSAFE": "1",
        "HOST": "127.0.0.1",
        "DATA_DIR": str(scratch / "data"),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **database,
        **more,
    }


@contextlib.contextmanager
def serve(application: str, env: dict[str, str], scratch: Path) -> Iterator[Server]:
    """gunicorn as the product starts it, on a free port."""
    port = _free_port()
    log = scratch / f"{application}.log"
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, application],
            cwd=ROOT,
            env={**env, "PORT": str(port)},
            stdout=stream,
            stderr=stream,
        )
    server = Server(port, process, log)
    try:
        _await(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def run_module(module: str, *arguments: str, env: dict[str, str]) -> None:
    """Run one of our modules in a process of its own."""
    command = [sys.executable, "-u", "-m", module, *arguments]
    if code := subprocess.run(command, cwd=ROOT, env=env).returncode:
        raise SystemExit(f"{module} failed with {code}.")


class Scales:
    """Weighs a server twice a second, in MiB of PSS, and keeps the peaks."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._weigh, daemon=True)
        self.all = 0.0
        self.heaviest = 0.0

    def __enter__(self) -> "Scales":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _weigh(self) -> None:
        while not self._stopped.wait(0.5):
            with contextlib.suppress(OSError):
                weights = [_pss(pid) for pid in self._server.pids()]
                self.all = max(self.all, sum(weights))
                self.heaviest = max(self.heaviest, *weights)


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await(server: Server) -> None:
    for _ in range(300):
        if server.process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", server.port), 1).close()
            return
        time.sleep(0.1)
    raise SystemExit(f"The server did not start:\n{server.log.read_text()[-2000:]}")
