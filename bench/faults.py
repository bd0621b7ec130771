"""R5 to R8 of the reliability goals, against real processes: script/faults."""

import os
import signal
import socket
import struct
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from bench.buyers import PERSON, Ledger, Load
from bench.fault_report import write
from bench.fault_shop import GOODS, LIST, PARTNER, Finding, Shop, opened
from bench.flows import http
from bench.serving import ROOT

SHARE, RECOVERY, ANSWER = 0.05, 15.0, 10.0  # what R5 and R6 allow


def kill_web(shop: Shop, times: int) -> Finding:
    """R5: kill -9 of a web worker under load, so many times."""
    with shop.load() as load:
        time.sleep(3)
        for _ in range(times):
            os.kill(shop.server.pids()[-1], signal.SIGKILL)
            time.sleep(1.5)
        last = time.monotonic() - 1.5
        time.sleep(5)
    return judged(shop, "R5", f"kill -9 of a web worker, {times} ×", load, last, times)


def restart_database(shop: Shop) -> Finding:
    """R6: PostgreSQL stopped at once, away for 3 seconds, started."""
    with shop.worker() as worker, shop.load() as load:
        time.sleep(3)
        shop.steer("stop")
        time.sleep(3)
        shop.steer("start")
        back = time.monotonic()
        time.sleep(8)
        survives, done = worker.poll() is None, tasks(shop, "SUCCESSFUL")
        letters = wait_for(lambda: tasks(shop, "SUCCESSFUL") > done, 60)
    finding = judged(shop, "R6", "PostgreSQL: immediate stop, start", load, back, None)
    if not survives:
        finding.wrong.append("the task worker died")
    if not letters:
        finding.wrong.append("the task worker works no more")
    return finding


def tasks(shop: Shop, status: str) -> int:
    sql = "SELECT status FROM django_tasks_database_dbtaskresult"
    return [row[0] for row in shop.database.ask(sql)].count(status)


def forget_letters(shop: Shop) -> list[tuple]:
    """The lists of R7 are not to wait behind thousands of letters."""
    sql = "DELETE FROM django_tasks_database_dbtaskresult WHERE status = 'READY'"
    return shop.database.ask(sql)


def judged(
    shop: Shop, goal: str, deed: str, load: Load, last: float, kills: int | None
) -> Finding:
    """Count the load's errors; `last` is when the last fault was over."""
    ledger = load.ledger
    errors = ledger.errors()
    share = len(errors) / len(ledger.answers)
    late = max([at - last for at in errors], default=0.0)
    slowest = max(seconds for _, _, seconds in ledger.answers)
    wrong = shop.wrong() + ledger.strange[:3]
    allowed = len(ledger.answers) * SHARE + len(load.threads) * (kills or 0)
    if kills is not None and len(errors) > allowed:
        wrong.append(f"{len(errors)} errors, {allowed:.0f} allowed")
    if late > RECOVERY:
        wrong.append(f"an error {late:.1f} s after the fault")
    if slowest > ANSWER:
        wrong.append(f"an answer took {slowest:.1f} s")
    if ledger.unsettled:
        wrong.append(f"{len(ledger.unsettled)} orders never settled")
    facts = {
        "orders": len(ledger.bought),
        "calls": len(ledger.answers),
        "errors": f"{len(errors)} ({share:.1%})",
        "last error after the fault": f"{max(late, 0):.1f} s",
        "slowest answer": f"{slowest:.1f} s",
    }
    return Finding(goal, deed, facts, wrong)


def hang_up(shop: Shop) -> Finding:
    """R8: send an order and hang up at once; half of them by a reset."""
    ledger, base = Ledger(), f"http://127.0.0.1:{shop.server.port}/api/v1"
    shop.ledgers.append(ledger)
    token = httpx.post(f"{base}/guests/").json()["token"]
    keys = [str(uuid.uuid4()) for _ in range(60)]

    def body(number: int) -> dict[str, Any]:
        line = {"offer": shop.offers[number % GOODS], "quantity": 1 + number % 3}
        return PERSON | {"lines": [line]}

    def send(number: int, key: str) -> None:
        headers = {"X_Customer_Token": token, "Idempotency_Key": key}
        request = http("POST", "/api/v1/orders/", body(number), **headers)
        with socket.create_connection(("127.0.0.1", shop.server.port), 5) as client:
            client.sendall(request)
            if number % 2:  # a reset instead of an orderly end
                linger = struct.pack("ii", 1, 0)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    threads = [threading.Thread(target=send, args=p) for p in enumerate(keys)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(4)
    found = shop.database.ask("SELECT count(*) FROM orders_order")[0][0]
    before = found - sum(len(other.bought) for other in shop.ledgers)
    wrong, replayed = [], 0
    for number, key in enumerate(keys):
        headers = {"X-Customer-Token": token, "Idempotency-Key": key}
        answer = httpx.post(f"{base}/orders/", json=body(number), headers=headers)
        replayed += "Idempotency-Replayed" in answer.headers
        if answer.status_code != 201:
            wrong.append(f"retry {number}: {answer.status_code}")
            continue
        (line,) = body(number)["lines"]
        ledger.bought[answer.json()["code"]] = {line["offer"]: line["quantity"]}
    if replayed != before:
        wrong.append(f"{before} orders stood, {replayed} were found by the retry")
    facts = {"hung up": len(keys), "placed all the same": before, "orders": len(keys)}
    return Finding("R8", "client hangs up", facts, wrong + shop.wrong())


def kill_import(shop: Shop, number: int, delay: float | None) -> Finding:
    """R7: kill -9 of the task worker so long after an import began to run.

    Without a delay, as soon as its prices are committed: the task is not told yet.
    """
    forget_letters(shop)
    (old,), new = prices(shop), 1001 + number
    with shop.worker() as worker:
        run = send_list(shop, new)
        wait_for(lambda: state(shop, run) != "queued", 30)
        if delay is None:
            wait_for(lambda: prices(shop) == [new], 60)
        time.sleep(delay or 0)
        at_kill = state(shop, run)
        worker.kill()
        worker.wait()
    after = prices(shop)
    wrong = [] if after in ([old], [new]) else [f"a mixture: {after[:5]}"]
    with shop.worker():
        settled = wait_for(lambda: state(shop, run) in {"done", "failed"}, 60)
    outcome, final = state(shop, run), prices(shop)
    if not settled or final != ([new] if outcome == "done" else [old]):
        wrong.append(f"{outcome} is told, prices are {final[:5]}")
    facts = {"killed when": at_kill, "prices then": "old" if after == [old] else "new"}
    facts |= {"outcome": outcome, "prices at last": "new" if final == [new] else "old"}
    when = "at the commit of" if delay is None else f"{delay:g} s into"
    deed = f"kill -9 of the worker, {when} a list of {LIST}"
    return Finding("R7", deed, facts, wrong + shop.wrong())


def send_list(shop: Shop, price: int) -> int:
    """A partner's list with one price for all its goods; returns the run's id."""
    goods = "".join(
        f"  - id: {n}\n    category: 1\n    name: Good {n}\n    model: g/{n}\n"
        f"    price: {price}\n    price_rrc: {price}\n    quantity: {1 + n % 90}\n"
        "    parameters: {}\n"
        for n in range(1, LIST + 1)
    )
    head = "shop: Faulty\ncategories:\n  - id: 1\n    name: Things\ngoods:\n"
    base = f"http://127.0.0.1:{shop.server.port}/api/v1"
    access = httpx.post(f"{base}/sessions/", json=PARTNER).json()["access"]
    answer = httpx.post(
        f"{base}/price-lists/",
        headers={"Authorization": f"Bearer {access}"},
        files={"file": ("list.yaml", (head + goods).encode())},
        timeout=20,
    )
    return answer.json()["id"]


def state(shop: Shop, run: int) -> str:
    sql = f"SELECT state FROM partners_pricelistrun WHERE id = {run:d}"  # noqa: S608
    return shop.database.ask(sql)[0][0]


def prices(shop: Shop) -> list[int]:
    sql = """SELECT DISTINCT regular_price::int FROM catalog_offer o
        JOIN catalog_shop s ON s.id = o.shop_id WHERE s.name = 'Faulty' ORDER BY 1"""
    return [row[0] for row in shop.database.ask(sql)]


def wait_for(true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def main() -> int:
    findings = []
    with opened() as shop:
        with shop.worker():
            run = send_list(shop, 1000)
            wait_for(lambda: state(shop, run) in {"done", "failed"}, 60)
        deeds: list[Callable[[], Finding]] = [
            lambda: kill_web(shop, 1),
            lambda: kill_web(shop, 4),
            lambda: restart_database(shop),
            lambda: hang_up(shop),
            *(
                lambda n=n, delay=delay: kill_import(shop, n, delay)
                for n, delay in enumerate((0.0, 0.3, 0.7, 1.2, None))
            ),
        ]
        for deed in deeds:
            finding = deed()
            verdict = "; ".join(finding.wrong) or "as it should be"
            print(f"{finding.goal} {finding.deed}: {finding.facts}: {verdict}")
            findings.append(finding)
    write(findings, ROOT / "bench" / "reports" / "faults.md")
    return 1 if any(finding.wrong for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
