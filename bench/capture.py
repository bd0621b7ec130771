"""Plays the workloads inside one process: their SQL, answers' sizes, and the time.

python -m bench.capture FACTS_FILE UNITS FLOW…, with the product's environment; adds
what it learns from so many units of each flow to the file.
"""

import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable, Generator
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import guests  # noqa: E402
from bench.flows import BEGIN, DONE, FLOWS, Answer, World, Wrong  # noqa: E402
from bench.stopwatch import Stopwatch  # noqa: E402

VARIED = ("W1", "W2", "W3", "W4")


class Player:
    """One client of one flow, without a server in between."""

    def __init__(self, flow: Generator[Any, Any, None]) -> None:
        self._flow = flow
        self.answer: Answer | None = None
        self.seconds = 0.0  # inside the application

    def unit(self) -> None:
        """Play up to the end of the next unit."""
        answer = None
        while True:
            step = self._flow.send(answer)
            if step is DONE:
                return
            if step is BEGIN:
                answer, self.seconds = None, 0.0
                continue
            answer = self.answer = self._ask(step)

    def _ask(self, request: bytes) -> Answer:
        environ = _environ(request)
        status: list[str] = []
        begun = time.perf_counter()
        response = application(environ, lambda line, headers: status.append(line))
        body = b"".join(response)
        response.close()
        self.seconds += time.perf_counter() - begun
        return Answer(int(status[0][:3]), body, request)


def main(facts_file: str, units: int, names: list[str]) -> None:
    facts = json.loads(Path(facts_file).read_text())
    for key in ("sizes", "statements", "times"):
        facts.setdefault(key, {})
    # The last guests of the pool are played here only.
    numbers = count(facts["guests"] - 1000)
    connection.ensure_connection()
    players = {}
    for name in names:
        player = players[name] = Player(FLOWS[name](World(facts, numbers, name)))
        slug = name.replace(" ", "-")
        try:
            for _ in range(3):
                player.unit()
        except Wrong as error:
            if name != "W4":
                raise
            print(f"  {name}: {error}", flush=True)
            facts["W4 refused"] = str(error)[:300]
            del players[name]
            continue
        facts["sizes"][slug] = len(player.answer.body)
        facts["statements"][slug] = _statements(name, player, units)
        if name == "W5":
            _make_templates(facts, next(numbers) - 1)
    for name, player in players.items():
        facts["times"][name] = where_time_goes(player, units)
    Path(facts_file).write_text(json.dumps(facts))


def _statements(name: str, player: Player, units: int) -> list[list[str]]:
    """The statements of some units, ready to be replayed."""
    captured = []
    for _ in range(units if name.startswith(VARIED) else 1):
        with CaptureQueriesContext(connection) as queries:
            player.unit()
        captured.append([query["sql"] for query in queries.captured_queries])
    return captured


def _make_templates(facts: dict[str, Any], number: int) -> None:
    """Let the statements of W5, captured of one guest, serve for any."""
    marks = guests.marks(number, facts["first_offer"], facts["offers"])
    units = facts["statements"]["W5"]
    facts["statements"]["W5"] = [
        [_template(sql, marks) for sql in unit] for unit in units
    ]


def _template(sql: str, marks: dict[str, str]) -> str:
    for mark, value in marks.items():
        sql = sql.replace(value, f"<<{mark}>>")
        sql = sql.replace(value.replace("-", ""), f"<<{mark}>>")
    return sql


def where_time_goes(player: Player, units: int) -> dict[str, Any]:
    """Milliseconds of a unit by what is being done, and the functions that cost most.

    Measured in one process without a server, so it leaves out gunicorn and sockets.
    """
    for _ in range(5):
        player.unit()
    player.seconds = 0.0
    _times(units, player.unit)
    plain = player.seconds / units * 1000
    with Stopwatch() as watch:
        player.seconds = 0.0
        _times(units, player.unit)
        total = player.seconds / units * 1000
    buckets = {name: s / units * 1000 for name, s in watch.seconds.items()}
    buckets["the rest of Django and DRF"] = total - sum(buckets.values())
    profile = cProfile.Profile()
    profile.runcall(_times, units, player.unit)
    return {
        "plain": plain,
        "total": total,
        "queries": watch.counts["queries"] / units,
        "buckets": buckets,
        "functions": _functions(profile, units),
    }


def _times(number: int, play: Callable[[], None]) -> None:
    for _ in range(number):
        play()


def _functions(profile: cProfile.Profile, units: int) -> list[dict[str, Any]]:
    """By own time, a unit: profiling itself makes Python look slower than it is."""
    rows = []
    for (file, line, name), row in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        _, calls, own, cumulated, _ = row
        place = "/".join(Path(file).parts[-2:])
        title = f"{place}:{line} {name}" if line else name
        rows.append(
            {
                "function": title,
                "calls": calls / units,
                "own_ms": own / units * 1000,
                "cumulated_ms": cumulated / units * 1000,
            }
        )
    rows.sort(key=lambda row: -row["own_ms"])
    return rows[:25]


def _environ(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    for line in lines:
        name, _, value = line.partition(": ")
        key = name.upper().replace("-", "_")
        is_bare = key in {"CONTENT_TYPE", "CONTENT_LENGTH"}
        environ[key if is_bare else f"HTTP_{key}"] = value
    return environ


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
