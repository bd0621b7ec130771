"""Measures every workload beside its reference and writes the report."""

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import checks, imports, plans, report, transaction
from bench.cluster import Database, throwaway_databases
from bench.goals import CLIENTS, IMPORT, RATIOS, Goal
from bench.measure import Bench, say
from bench.neighbours import Neighbours
from bench.serving import Server, environment, run_module, serve

GUESTS_A_SECOND = 3000


def main() -> int:
    options, load = parse(sys.argv[1:]), os.getloadavg()[0]
    commit = report.commit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scratch = Path(tempfile.mkdtemp(prefix="storekeeper-bench."))
    (scratch / "data").mkdir()
    names = [f"storekeeper_bench_{os.getpid()}_{n}" for n in range(2)]
    try:
        with throwaway_databases(names) as (small, large):
            found = measure(small, scratch, options)
            if options.growth:
                found["growth"] = grow(large, scratch, options)
                grown = found["growth"]["wrong"].items()
                found["wrong"] |= {f"grown {what}": why for what, why in grown}
            found["machine"] = report.machine(small)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    found |= {"options": vars(options), "load": load, "commit": commit}
    print(report.write(found))
    return 1 if found["wrong"] else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--only", default="", help="workloads, e.g. W1,W6")
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--goods", type=int, default=100_000, help="of the price list")
    growth = "measure W1-W6 again with so many products, and compare"
    parser.add_argument("--growth", type=int, default=0, help=growth)
    quick = "a smoke run: 2,000 products, 0.7 seconds, one round, no report file"
    parser.add_argument("--quick", action="store_true", help=quick)
    options = parser.parse_args(arguments)
    if options.quick:
        options.seconds, options.rounds = 0.7, 1
        options.products, options.goods = 2000, 2000
    if options.products < 2000:
        parser.error("--products must be 2000 or more, or the filters find too little.")
    return options


def chosen(options: argparse.Namespace) -> list[Goal]:
    groups = {name.strip().upper() for name in options.only.split(",") if name}
    return [goal for goal in RATIOS if not groups or goal.group in groups]


def fill(
    env: dict[str, str],
    file: Path,
    products: int,
    goals: list[Goal],
    options: argparse.Namespace,
) -> Any:
    """Fill the database, then play each workload once; returns what is known."""
    guests = env["BENCH_GUESTS"]
    run_module("bench.fill", str(file), str(products), guests, env=env)
    if goals:
        say("capturing SQL and times in one process")
        flows = [goal.workload for goal in goals]
        units = "5" if options.quick else "40"
        run_module("bench.capture", str(file), units, *flows, env=env)
    return json.loads(file.read_text())


def measure(
    database: Database, scratch: Path, options: argparse.Namespace
) -> dict[str, Any]:
    goals, file = chosen(options), scratch / "facts.json"
    env = environment(
        database.environment(),
        scratch,
        BENCH_FACTS=str(file),
        BENCH_GUESTS=guests_needed(options),
    )
    facts = fill(env, file, options.products, goals, options)
    found: dict[str, Any] = {"facts": facts, "wrong": {}, "figures": {}}
    if goals:
        with contextlib.ExitStack() as stack:
            product, reference = [
                stack.enter_context(serve(application, env, scratch))
                for application in ("config.wsgi", "bench.reference.wsgi")
            ]
            bench = start_bench(database, facts, product, reference, options)
            found["figures"] = bench.measure(playable(goals, facts))
        found["wrong"] = bench.wrong
    if any(goal.workload == "W6" for goal in goals):
        for broken in checks.broken_promises(database):
            found["wrong"][f"after W6: {broken}"] = "the database says so"
        found["L7"] = pgbench(database, facts, scratch, options)
    if not options.only or "W7" in options.only.upper():
        slow = {"DB_STATEMENT_TIMEOUT": "600", "PRICE_LIST_BYTES_LIMIT": str(10**9)}
        rows = {"amount": options.goods, "rounds": options.rounds}
        found["import"] = imports.measure(env | slow, database, scratch, **rows)
        if "wrong" in found["import"]:
            found["wrong"][IMPORT.workload] = found["import"].pop("wrong")
    return found


def grow(database: Database, scratch: Path, options: argparse.Namespace) -> Any:
    """W1–W6 in a large shop, without references."""
    goals = [
        g for g in chosen(options) if g.group in {"W1", "W2", "W3", "W4", "W5", "W6"}
    ]
    file = scratch / "grown.json"
    env = environment(
        database.environment(), scratch, BENCH_GUESTS=guests_needed(options)
    )
    facts = fill(env, file, options.growth, goals, options)
    with serve("config.wsgi", env, scratch) as product:
        bench = start_bench(database, facts, product, None, options)
        figures = bench.measure(playable(goals, facts))
    told = {"facts": facts, "figures": figures, "wrong": bench.wrong}
    return told | {"plans": plans.explain(database, facts["statements"])}


def start_bench(
    database: Database,
    facts: Any,
    product: Server,
    reference: Server | None,
    options: argparse.Namespace,
) -> Bench:
    pace = options.seconds, options.rounds
    return Bench(database, facts, product, reference, *pace)


def playable(goals: list[Goal], facts: dict[str, Any]) -> list[Goal]:
    """Without what the product refused to do when it was tried."""
    return [goal for goal in goals if goal.workload in facts["times"]]


def pgbench(
    database: Database, facts: Any, scratch: Path, options: argparse.Namespace
) -> dict[int, tuple[list[float], float]]:
    """Rates of every round, and the share that others took of the machine."""
    found = {}
    for clients in CLIENTS:
        with Neighbours(database) as around:
            rates = [
                transaction.transactions_a_second(
                    database, facts, scratch, clients=clients, seconds=options.seconds
                )
                for _ in range(options.rounds)
            ]
        told = ", ".join(f"{rate:.0f}" for rate in rates if rate)
        say(f"L7 × {clients}: {told or 'no pgbench'}  others {around.share:.0%}")
        if told:
            found[clients] = ([rate for rate in rates if rate], around.share)
    return found


def guests_needed(options: argparse.Namespace) -> str:
    """So many that no guest is used twice in W5."""
    busy = len(CLIENTS) * options.rounds * options.seconds * 1.3
    return str(10_000 + int(busy * GUESTS_A_SECOND))


if __name__ == "__main__":
    sys.exit(main())
