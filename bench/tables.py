"""The report's tables."""

import re
from collections import Counter
from typing import Any

from bench import goals, judging
from bench.goals import CLIENTS

HEAD = [
    "| workload | clients | figure | p50 | p95 | p99 ms | reference | its figure "
    "| ratio | spread | others | goal | met |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
]


def ratios(found: dict[str, Any]) -> list[str]:
    """Every workload beside its reference."""
    lines = list(HEAD)
    for row in judging.rows(found):
        cells = [row.workload, str(row.clients), row.figure, *row.times]
        cells += [row.reference, row.limit, row.ratio, row.spread, row.others]
        lines.append(f"| {' | '.join([*cells, row.goal, row.met])} |")
    return lines


def memory(found: dict[str, Any]) -> list[str]:
    """PSS of the web server under each workload at 16 clients."""
    lines = [
        "| workload | all processes, MiB | heaviest, MiB "
        f"| goal ≤ {goals.WEB_PROCESS_MIB} each |",
        "|---|---|---|---|",
    ]
    for (target, clients), figure in found["figures"].items():
        if clients == max(CLIENTS) and target in goals.MEANING and figure.mib:
            is_met = figure.mib_heaviest <= goals.WEB_PROCESS_MIB
            cells = f"{figure.mib:.0f} | {figure.mib_heaviest:.0f} | {_yes(is_met)}"
            lines.append(f"| {target} | {cells} |")
    if imported := found.get("import"):
        sizes = f"{imported['small_goods']:,} / {imported['goods']:,} goods"
        peaks = f"{imported['small_mib']:.0f} / {imported['mib']:.0f}"
        is_met = imported["mib"] <= goals.IMPORT_MIB
        goal = f"≤ {goals.IMPORT_MIB}: {_yes(is_met)}"
        lines.append(f"| W7 peak, {sizes} | {peaks} | | {goal} |")
    return lines


def growth(found: dict[str, Any], grown: dict[str, Any]) -> list[str]:
    """p50 in the large shop against the small one."""
    offers = f"{grown['facts']['offers']:,}"
    lines = [
        f"| workload | clients | p50 ms | p50 at {offers} offers | p99 | growth | goal "
        "| met |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, large in grown["figures"].items():
        small = found["figures"].get(key)
        if small is None:
            continue
        factor = large.p50 / small.p50
        is_met, goal = factor <= goals.GROWTH, f"≤ {goals.GROWTH}"
        if key[0].startswith("W4") and key[1] == 1:
            is_met = is_met and large.p99 <= goals.GROWN_SEARCH_P99_MS
            goal += f", p99 ≤ {goals.GROWN_SEARCH_P99_MS} ms"
        numbers = f"{small.p50:.1f} | {large.p50:.1f} | {large.p99:.1f} | {factor:.2f}"
        lines.append(f"| {key[0]} | {key[1]} | {numbers} | {goal} | {_yes(is_met)} |")
    return lines


def times(times: dict[str, Any], statements: list[str]) -> list[str]:
    """One unit's milliseconds by what is done, its statements, costliest functions."""
    lines = [
        f"One unit in one process, without the server: {times['plain']:.2f} ms, "
        f"{times['queries']:.0f} statements.",
        "",
        "| what | ms | share |",
        "|---|---|---|",
    ]
    for name, ms in sorted(times["buckets"].items(), key=lambda pair: -pair[1]):
        lines.append(f"| {name} | {ms:.2f} | {ms / times['total']:.0%} |")
    counted = Counter(map(_deed, statements)).most_common()
    lines += ["", "Statements: " + ", ".join(f"{n} × {deed}" for deed, n in counted)]
    lines += ["", "| function, by own time under cProfile | calls | own ms | all ms |"]
    lines.append("|---|---|---|---|")
    for row in times["functions"][:8]:
        name = row["function"].replace("|", "\\|")
        numbers = (
            f"{row['calls']:.0f} | {row['own_ms']:.2f} | {row['cumulated_ms']:.2f}"
        )
        lines.append(f"| `{name}` | {numbers} |")
    return lines


def import_times(told: dict[str, Any]) -> list[str]:
    """Seconds of check and apply by what is done."""
    lines = [
        f"{told['goods']:,} new goods, check and apply: {told['total']:.1f} s, "
        f"{told['queries']:,} statements.",
        "",
        "| what | s | share |",
        "|---|---|---|",
    ]
    for name, seconds in sorted(told["seconds"].items(), key=lambda pair: -pair[1]):
        lines.append(f"| {name} | {seconds:.2f} | {seconds / told['total']:.0%} |")
    return lines


def _deed(sql: str) -> str:
    """A statement's verb and its first table."""
    verb = sql.split(maxsplit=1)[0].upper()
    table = re.search(r'(?:FROM|INTO|UPDATE)\s+"?(\w+)', sql)
    lock = " FOR UPDATE" if re.search(r"FOR (NO KEY )?UPDATE", sql) else ""
    return f"{verb} {table[1]}{lock}" if table else verb


def _yes(is_met: bool) -> str:
    return "yes" if is_met else "**no**"
