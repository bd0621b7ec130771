"""Rounds of load on the product and its references, side by side."""

import json
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.cluster import Database
from bench.goals import CLIENTS, Goal
from bench.neighbours import LIMIT, Neighbours
from bench.serving import ROOT, Scales, Server

Key = tuple[str, int]


@dataclass(frozen=True)
class Figure:
    """Medians over the rounds; times in milliseconds, memory in MiB of PSS."""

    rate: float
    p50: float
    p95: float
    p99: float
    mib: float
    mib_heaviest: float
    load_cpu: float
    # Of the machine, used by others meanwhile; rates of all rounds, in their order.
    others: float
    rates: tuple[float, ...]

    def row(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Bench:
    """The two servers under load, and what was found out so far."""

    database: Database
    facts: dict[str, Any]
    product: Server
    reference: Server | None
    seconds: float
    rounds: int
    wrong: dict[str, str] = field(default_factory=dict)
    _offsets: Counter[str] = field(default_factory=Counter)
    _salt: int = 0

    def measure(self, goals: list[Goal]) -> dict[Key, Figure]:
        """Each workload and then its reference, round by round."""
        found: dict[Key, list[Figure]] = defaultdict(list)
        for turn in range(self.rounds):
            for goal in goals:
                for clients in CLIENTS:
                    for target in self._targets(goal):
                        figure = self._quiet(target, clients)
                        if figure is None:
                            continue
                        found[target, clients].append(figure)
                        told = f"{figure.rate:9.1f}/s   p50 {figure.p50:8.2f} ms"
                        name = f"{target} × {clients}"
                        noise = f"  others {figure.others:.0%}"
                        say(f"round {turn + 1}  {name:<22} {told}{noise}")
        return {key: _median(figures) for key, figures in found.items()}

    def _targets(self, goal: Goal) -> list[str]:
        has_flow = goal.reference and goal.reference != "L7" and self.reference
        return [goal.workload, goal.reference] if has_flow else [goal.workload]

    def _quiet(self, target: str, clients: int) -> Figure | None:
        """Once more when others were busy meanwhile; the quieter one counts."""
        first = self._one(target, clients)
        if first is None or first.others <= LIMIT:
            return first
        second = self._one(target, clients)
        if second is None:
            return None
        return min(first, second, key=lambda figure: figure.others)

    def _one(self, target: str, clients: int) -> Figure | None:
        if target in self.wrong:
            return None
        is_reference = target.startswith("L") or target == "hash"
        server = self.reference if is_reference else self.product
        self._salt += 1
        # Replays use the second half of the pool of guests.
        first = self.facts["guests"] // 2 if is_reference else 0
        job = {
            "flow": target,
            "port": server.port,
            "clients": clients,
            "seconds": self.seconds,
            "warm_up": min(2.0, 0.3 * self.seconds),
            "offset": first + self._offsets[target],
            "salt": f"{time.time()}:{self._salt}",
            "facts": {k: v for k, v in self.facts.items() if k not in HEAVY},
        }
        servers = [s for s in (self.product, self.reference) if s]
        around = Neighbours(self.database, *servers)
        with around, Scales(server) as scales:
            done = subprocess.run(
                [sys.executable, "-m", "bench.load"],
                input=json.dumps(job),
                capture_output=True,
                text=True,
                cwd=ROOT,
                check=False,
            )
        if done.returncode:
            self.wrong[target] = done.stderr.strip()[-600:]
            say(f"{target} × {clients}: {self.wrong[target]}")
            return None
        result = json.loads(done.stdout)
        self._offsets[target] += result["used"]
        return _figure(result, scales, around.share)


HEAVY = {"statements", "times"}


def _figure(result: dict[str, Any], scales: Scales, others: float) -> Figure:
    took = [1000 * second for second in result["seconds"]]
    rate = len(took) / result["elapsed"]
    return Figure(
        rate=rate,
        p50=_percentile(took, 50),
        p95=_percentile(took, 95),
        p99=_percentile(took, 99),
        mib=scales.all,
        mib_heaviest=scales.heaviest,
        load_cpu=result["cpu"],
        others=others,
        rates=(rate,),
    )


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _median(figures: list[Figure]) -> Figure:
    rows = [figure.row() for figure in figures]
    rates = tuple(row.pop("rates")[0] for row in rows)
    peaks = {"mib", "mib_heaviest", "load_cpu", "others"}
    return Figure(
        **{
            name: (max if name in peaks else statistics.median)(r[name] for r in rows)
            for name in rows[0]
        },
        rates=rates,
    )


def say(text: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)
