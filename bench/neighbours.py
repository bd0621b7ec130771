"""How much processor time others took while something was measured.

Everything that is not ours (servers, load, their PostgreSQL) counts, because on a busy
machine a workload and its reference are slowed differently.
"""

import contextlib
import os
import resource
import time
from pathlib import Path

from bench.cluster import Database
from bench.serving import Server

# Above this share of the machine a figure is taken again, and told as disturbed.
LIMIT = 0.05
TICK = os.sysconf("SC_CLK_TCK")
BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE datname LIKE 'storekeeper_bench_%'
  OR datname IS NULL
"""


class Neighbours:
    """A context; `share` is the part of all cores that others used in it."""

    def __init__(self, database: Database, *servers: Server) -> None:
        self._database = database
        self._servers = servers
        self.share = 0.0

    def __enter__(self) -> "Neighbours":
        self._ours, self._busy, self._begun = self._spent(), _busy(), time.monotonic()
        return self

    def __exit__(self, *error: object) -> None:
        busy = _busy() - self._busy
        seconds = time.monotonic() - self._begun
        own = self._own(self._spent())
        self.share = max(0.0, busy - own) / (seconds * (os.cpu_count() or 1))

    def _own(self, now: dict[int, float]) -> float:
        return sum(spent - self._ours.get(pid, 0.0) for pid, spent in now.items())

    def _spent(self) -> dict[int, float]:
        """CPU seconds by process; 0 stands for this one and its finished children."""
        pids = [pid for server in self._servers for pid in server.pids()]
        for (pid,) in self._database.ask(BACKENDS):
            if _is_postgres(pid):
                pids.append(pid)
        spent = {pid: _of(pid) for pid in pids}
        # Backends that came and went meanwhile are in their parent's account.
        for parent in {_fields(pid)[1] for pid in pids if _is_postgres(pid)}:
            spent[parent] = _of(parent) + _of(parent, first=13)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            spent[0] = spent.get(0, 0.0) + usage.ru_utime + usage.ru_stime
        return spent


def _of(pid: int, *, first: int = 11) -> float:
    """User and system seconds of a process; from field 13, of its ended children."""
    return sum(_fields(pid)[first : first + 2]) / TICK


def _fields(pid: int) -> list[int]:
    """Numbers of /proc/PID/stat behind the name, zeros for a process that is gone."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
        return [0, *map(int, text.split()[1:])]
    return [0] * 20


def _is_postgres(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    return False


def _busy() -> float:
    """CPU seconds of the whole machine, stolen time included."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / TICK
