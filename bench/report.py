"""The report: a table of ratios, memory, and where the time goes."""

import json
import os
import platform
import subprocess
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import goals, judging, plans, tables
from bench.cluster import Database
from bench.serving import ROOT

PLACE = ROOT / "bench" / "reports"


def machine(database: Database) -> dict[str, str]:
    """What a figure depends on; nothing that names this machine."""
    memory = Path("/proc/meminfo").read_text().split()[1]
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory) / 1024**2:.0f} GiB",
        "Python": platform.python_version(),
        "Django": version("django"),
        "gunicorn": version("gunicorn"),
        "web workers × threads": f"{os.environ.get('WEB_WORKERS', '2')} × "
        f"{os.environ.get('WEB_THREADS', '4')}",
        "PostgreSQL": database.ask("SHOW server_version")[0][0].split()[0],
        "fsync, synchronous_commit": "on, on",
    }


def write(found: dict[str, Any]) -> str:
    """Write Markdown and JSON of a whole run; returns the Markdown of any."""
    text = "\n".join(_markdown(found)) + "\n"
    if found["options"]["quick"] or found["options"]["only"]:
        return text
    PLACE.mkdir(exist_ok=True)
    stem = f"{datetime.now():%Y-%m-%d}-{found['commit']}"
    (PLACE / f"{stem}.md").write_text(text)
    (PLACE / f"{stem}.json").write_text(json.dumps(_plain(found), indent=1) + "\n")
    return text + f"\nWritten to bench/reports/{stem}.md and .json\n"


def commit() -> str:
    """The short hash of the commit; a "+" says that files differ from it."""

    def git(*arguments: str) -> str:
        command = ["git", "--no-optional-locks", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    dirty = "+" if git("status", "--porcelain", "--", ".", ":!bench") else ""
    return (git("rev-parse", "--short", "HEAD") or "no-git") + dirty


def _markdown(found: dict[str, Any]) -> list[str]:
    facts, options = found["facts"], found["options"]
    size = f"{facts['products']:,} products, {facts['offers']:,} offers"
    pace = f"{options['seconds']:g} s a figure, median of {options['rounds']}"
    lines = [f"# Speed, {datetime.now():%Y-%m-%d}, commit {found['commit']}", ""]
    lines += [f"{size}; {pace}; load from a process on the same machine.", ""]
    lines += [f"- {name}: {value}" for name, value in found["machine"].items()]
    if (os.cpu_count() or 1) <= 2:
        lines.append("- two cores carry server, database and load: read ratios only")
    lines.append(f"- load average before the run: {found['load']:.1f}")
    if busy := [figure.load_cpu for figure in found["figures"].values()]:
        lines.append(f"- the load process used at most {max(busy):.0%} of a core")
    lines.append(
        "- ratios are medians of each round's own; `others` is the largest share of "
        "the machine that other programs took: above 5 % a figure was taken twice"
    )
    for what, why in found["wrong"].items():
        lines += ["", f"**WRONG** {what}: {why}"]
    if refused := facts.get("W4 refused"):
        lines += ["", f"**W4 cannot be done yet**: {refused}"]
    lines += ["", "## Ratios", "", *tables.ratios(found)]
    lines += ["", "## Memory", "", *tables.memory(found)]
    if growth := found.get("growth"):
        lines += ["", "## Growth", "", *tables.growth(found, growth)]
        lines += ["", "## Plans in the large shop", ""]
        lines += plans.described(growth["plans"])
    for workload in judging.missed(found):
        if times := facts.get("times", {}).get(workload):
            meaning = goals.MEANING[workload]
            lines += ["", f"## Where the time goes: {workload}, {meaning}", ""]
            units = facts["statements"][workload.replace(" ", "-")]
            lines += tables.times(times, units[0])
    if told := (found.get("import") or {}).get("times"):
        lines += ["", "## Where the time goes: W7, price list", ""]
        lines += tables.import_times(told)
    return lines


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON."""

    def rows(figures: dict[Any, Any]) -> list[dict[str, Any]]:
        return [
            {"target": target, "clients": clients, **figure.row()}
            for (target, clients), figure in figures.items()
        ]

    plain = {
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "commit": found["commit"],
        "argv": sys.argv[1:],
        "machine": found["machine"],
        "load_average": found["load"],
        "options": found["options"],
        "wrong": found["wrong"],
        "figures": rows(found["figures"]),
        "L7": found.get("L7"),
        "import": found.get("import"),
        "sizes": found["facts"].get("sizes"),
        "times": found["facts"].get("times"),
    }
    if growth := found.get("growth"):
        plain["growth"] = rows(growth["figures"])
    return plain
