"""The last run of script/faults, as a page."""

import os
import platform
import time
from pathlib import Path
from typing import Any

HEAD = """\
# Faults

`script/faults` on {day}, {cores} cores, {system}: gunicorn as in
production, a PostgreSQL cluster of its own with `fsync` on, 8 buyers without pause who
repeat every call that got no answer with the same `Idempotency-Key`. After each fault
every order that a buyer was told of is there and no other, and each stock is the start
less what was sold, by offers, ledger and lines alike.

| goal | fault | counted | verdict |
|---|---|---|---|
"""


def write(findings: list[Any], page: Path) -> None:
    """One row a fault; a later run replaces the page."""
    text = HEAD.format(
        day=time.strftime("%Y-%m-%d"),
        cores=os.cpu_count(),
        system=f"{platform.system()}, Python {platform.python_version()}",
    )
    for finding in findings:
        facts = ", ".join(f"{name}: {value}" for name, value in finding.facts.items())
        verdict = "; ".join(finding.wrong) or "to the unit"
        text += f"| {finding.goal} | {finding.deed} | {facts} | {verdict} |\n"
    page.write_text(text)
