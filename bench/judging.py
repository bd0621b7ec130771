"""Which goals are met: ratios round by round, and doubts told instead of judged."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench import goals
from bench.goals import CLIENTS, IMPORT, RATIOS, Goal
from bench.neighbours import LIMIT

# No workload can do more than its limit; beyond this the measurement is at fault.
SOUND = 1.05


@dataclass(frozen=True)
class Row:
    """A line of the table; `met` is yes, no, a doubt, or empty without a goal."""

    workload: str
    clients: int
    figure: str
    times: tuple[str, str, str] = ("", "", "")
    reference: str = ""
    limit: str = ""
    ratio: str = ""
    spread: str = ""
    others: str = ""
    goal: str = ""
    met: str = ""


def rows(found: dict[str, Any]) -> Iterator[Row]:
    figures = found["figures"]
    for goal in RATIOS:
        for clients in CLIENTS:
            ours = figures.get((goal.workload, clients))
            if ours is None:
                continue
            limit = figures.get((goal.reference, clients))
            limits, noise = (limit.rates, limit.others) if limit else ((), 0.0)
            if goal.reference == "L7" and (found.get("L7") or {}).get(clients):
                limits, noise = found["L7"][clients]
            times = tuple(f"{value:.1f}" for value in (ours.p50, ours.p95, ours.p99))
            figure = f"{ours.rate:.1f} {goal.unit}"
            noise = max(noise, ours.others)
            yield _judged(goal, clients, figure, times, (ours.rates, limits), noise)
        if goal.workload == "W6":
            yield from _orders(figures)
    if imported := found.get("import"):
        times = (
            f"check {imported['check']:.1f} s",
            f"apply {imported['apply']:.1f} s",
            f"L8 parse {imported['parse']:.1f} s, write {imported['write']:.1f} s",
        )
        figure = f"{statistics.median(imported['rates']):.0f} goods/s"
        pairs = imported["rates"], imported["limits"]
        yield _judged(IMPORT, 1, figure, times, pairs, imported["others"])


def missed(found: dict[str, Any]) -> list[str]:
    """The workloads of which a goal is not surely met, each once."""
    listed = (r.workload for r in rows(found) if r.goal and r.met != "yes")
    return list(dict.fromkeys(listed))


def _judged(
    goal: Goal,
    clients: int,
    figure: str,
    times: tuple[str, ...],
    pairs: tuple[Sequence[float], Sequence[float]],
    noise: float,
) -> Row:
    ratios = [ours / limit for ours, limit in zip(*pairs, strict=False)]
    others = f"{noise:.0%}"
    if not ratios:
        return Row(goal.workload, clients, figure, times, others=others)
    return Row(
        goal.workload,
        clients,
        figure,
        times,
        reference=goal.reference or "",
        limit=f"{statistics.median(pairs[1]):.1f}",
        ratio=f"{statistics.median(ratios):.3f}",
        spread=f"{min(ratios):.3f}–{max(ratios):.3f}",
        others=others,
        goal=f"≥ {goal.factor}" if goal.factor is not None else "",
        met=_verdict(ratios, goal.factor, noise),
    )


def _verdict(ratios: list[float], factor: float | None, noise: float) -> str:
    if statistics.median(ratios) > SOUND:
        return "unsound: above its limit"
    if factor is None:
        return ""
    is_clear = min(ratios) >= factor or max(ratios) < factor
    if noise > LIMIT and not is_clear:
        return "undecided: others disturbed"
    return "yes" if statistics.median(ratios) >= factor else "**no**"


def _orders(figures: dict[Any, Any]) -> Iterator[Row]:
    """The goal for checkouts that is a number, not a ratio."""
    clients = max(CLIENTS)
    if ours := figures.get(("W6", clients)):
        wanted = goals.ORDERS_A_SECOND
        yield Row(
            "W6",
            clients,
            f"{ours.rate:.1f} orders/s",
            reference="the number",
            limit=str(wanted),
            ratio=f"{ours.rate / wanted:.2f}",
            others=f"{ours.others:.0%}",
            goal=f"≥ {wanted}/s",
            met="yes" if ours.rate >= wanted else "**no**",
        )
