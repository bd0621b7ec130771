"""W7 beside L8: each in a process of its own, the same bytes."""

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import goods
from bench.cluster import Database
from bench.measure import say
from bench.neighbours import Neighbours
from bench.serving import ROOT


def measure(
    env: dict[str, str],
    database: Database,
    scratch: Path,
    *,
    amount: int,
    rounds: int,
) -> dict[str, Any]:
    """Goods a second of both, seconds of check and apply, and the peak of memory.

    Each round is another shop's list, so that every good is new.
    """
    small = max(1000, amount // 10)
    flat = _product(env, scratch, "Small", small)
    if flat is None:
        return {"wrong": "the small list"}
    times = explain(env, scratch, small)
    ours, limits, others = [], [], []
    for number in range(rounds):
        shop = f"Shop{number}"
        with Neighbours(database) as around:
            run = _product(env, scratch, shop, amount)
            limit = _run("bench.import_limit", env, scratch / f"{shop}.yaml", amount)
        others.append(around.share)
        if run is None or limit is None:
            return {"wrong": f"the list of {shop}"}
        ours.append(run)
        limits.append(limit)
        (scratch / f"{shop}.yaml").unlink()
    return {
        "goods": amount,
        "bytes": len(goods.price_list(shop="Shop0", goods=amount)),
        "rates": [amount / (r["check"] + r["apply"]) for r in ours],
        "check": statistics.median(r["check"] for r in ours),
        "apply": statistics.median(r["apply"] for r in ours),
        "mib": max(r["mib"] for r in ours),
        "limits": [amount / (r["parse"] + r["write"]) for r in limits],
        "parse": statistics.median(r["parse"] for r in limits),
        "write": statistics.median(r["write"] for r in limits),
        "small_goods": small,
        "small_mib": flat["mib"],
        "others": max(others),
        "times": times,
    }


def explain(env: dict[str, str], scratch: Path, amount: int) -> Any:
    """Seconds by what is done, for a list of new goods."""
    file = scratch / "Explained.yaml"
    file.write_bytes(goods.price_list(shop="Explained", goods=amount))
    told = _run("bench.import_product", env | {"TIMES": "1"}, file, "Explained", amount)
    return told and {**told, "goods": amount}


def _product(env: dict[str, str], scratch: Path, shop: str, amount: int) -> Any:
    file = scratch / f"{shop}.yaml"
    file.write_bytes(goods.price_list(shop=shop, goods=amount))
    found = _run("bench.import_product", env, file, shop, amount)
    if found:
        rate = amount / (found["check"] + found["apply"])
        times = f"check {found['check']:.1f} s, apply {found['apply']:.1f} s"
        say(f"W7 {amount:,} goods: {times}, {rate:.0f} goods/s, {found['mib']:.0f} MiB")
    return found


def _run(module: str, env: dict[str, str], *arguments: Any) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=env,
        check=False,
    )
    if done.returncode:
        say(f"{module}: {done.stderr.strip()[-1500:]}")
        return None
    return json.loads(done.stdout.splitlines()[-1])
