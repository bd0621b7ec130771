"""Buyers who keep a ledger of what they were told, and ask again for the rest."""

import threading
import time
import uuid
from dataclasses import dataclass, field

import httpx

from bench.cluster import Database

PERSON = {
    "delivery_method": "pickup",
    "email": "ann@faults.example",
    "first_name": "Ann",
    "last_name": "Buyer",
    "phone": "+10000000000",
}
PATIENCE = 60.0  # seconds in which an unknown outcome must settle


@dataclass
class Ledger:
    """What the buyers know, shared by their threads."""

    bought: dict[str, dict[int, int]] = field(default_factory=dict)  # code → quantities
    refused: int = 0
    unsettled: list[str] = field(default_factory=list)
    answers: list[tuple[float, int, float]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)  # not a problem, or a trace

    def errors(self) -> list[float]:
        """When calls failed: by no answer (status 0), or by one of 500 and more."""
        return [at for at, status, _ in self.answers if status == 0 or status >= 500]


class Load:
    """So many buyers order one after another, from `start` until `stop`."""

    def __init__(self, port: int, offers: list[int], buyers: int = 8) -> None:
        self.ledger, self.offers = Ledger(), offers
        self.base = f"http://127.0.0.1:{port}/api/v1"
        self._stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self._buy, args=[number])
            for number in range(buyers)
        ]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        for thread in self.threads:
            thread.join()

    def _buy(self, buyer: int) -> None:
        with httpx.Client(timeout=12) as client:
            token = client.post(f"{self.base}/guests/").json()["token"]
            client.headers["X-Customer-Token"] = token
            number = buyer
            while not self._stopped.is_set():
                number += 1
                place = self._by_cart if number % 2 else self._at_once
                place(client, number)

    def _at_once(self, client: httpx.Client, number: int) -> None:
        pair = {self.offers[(number * step) % len(self.offers)] for step in (3, 7)}
        quantities = dict.fromkeys(pair, 1 + number % 3)
        lines = [{"offer": o, "quantity": q} for o, q in quantities.items()]
        self._order(client, "/orders/", {"lines": lines}, quantities)

    def _by_cart(self, client: httpx.Client, number: int) -> None:
        offer = self.offers[number % len(self.offers)]
        path, quantity = f"/cart/lines/{offer}/", 1 + number % 2
        self.call(client, "PUT", path, {"quantity": quantity})
        cart = self.call(client, "GET", "/cart/?delivery_method=pickup")
        lines = cart.json()["lines"] if cart is not None else []
        if cart is None or not lines:
            return
        quantities = {line["offer"]: line["quantity"] for line in lines}
        body = {"quote": cart.json()["quote"]}
        self._order(client, "/cart/checkout/", body, quantities)

    def _order(
        self, client: httpx.Client, path: str, body: dict, quantities: dict[int, int]
    ) -> None:
        key = str(uuid.uuid4())
        answer = self.call(client, "POST", path, PERSON | body, key)
        if answer is None:
            self.ledger.unsettled.append(key)
        elif answer.status_code == 201:
            self.ledger.bought[answer.json()["code"]] = quantities
        else:
            self.ledger.refused += 1

    def call(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        body: dict | None = None,
        key: str = "",
    ) -> httpx.Response | None:
        """The call's answer, asked for again while there is none; None at last."""
        headers = {"Idempotency-Key": key} if key else {}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            start, answer = time.monotonic(), None
            try:
                answer = client.request(
                    method, self.base + path, json=body, headers=headers
                )
            except httpx.HTTPError:
                status = 0
            else:
                status = answer.status_code
                self._look_at(answer)
            now = time.monotonic()
            self.ledger.answers.append((now, status, now - start))
            busy = status == 409 and b"idempotency-key-busy" in answer.content
            if answer is not None and status < 500 and not busy:
                return answer
            time.sleep(0.1)
        return None

    def _look_at(self, answer: httpx.Response) -> None:
        kind = answer.headers.get("Content-Type", "")
        is_problem = answer.status_code < 400 or kind == "application/problem+json"
        if not is_problem or "Traceback" in answer.text:
            self.ledger.strange.append(f"{answer.status_code} {kind}")


def reconcile(
    database: Database, ledgers: list[Ledger], start: dict[int, int]
) -> list[str]:
    """What in the database is not as the buyers were told; nothing, if all is well."""
    told: dict[str, dict[int, int]] = {}
    for ledger in ledgers:
        told |= ledger.bought
    stored = {row[0] for row in database.ask("SELECT code FROM orders_order")}
    wrong = [f"{len(told.keys() - stored)} orders lost"] if told.keys() - stored else []
    if stored - told.keys():
        wrong.append(f"{len(stored - told.keys())} orders that nobody was told of")
    sold = dict.fromkeys(start, 0)
    for quantities in told.values():
        for offer, quantity in quantities.items():
            sold[offer] += quantity
    for offer, stock, ledger_sum, line_sum in database.ask(STOCK):
        if offer in start and not (
            stock == ledger_sum == start[offer] - sold[offer]
            and line_sum == sold[offer]
        ):
            wrong.append(f"offer {offer}: {stock}, {ledger_sum}, {line_sum} sold")
    for name, sql in INVARIANTS.items():
        if count := database.ask(sql)[0][0]:
            wrong.append(f"{count} {name}")
    return wrong


STOCK = """
SELECT o.id, o.stock,
  (SELECT sum(delta) FROM catalog_stockmovement WHERE offer_id = o.id),
  (SELECT coalesce(sum(quantity), 0) FROM orders_orderline WHERE offer_id = o.id)
FROM catalog_offer o
"""
INVARIANTS = {
    "offers below zero": "SELECT count(*) FROM catalog_offer WHERE stock < 0",
    "orders without lines": "SELECT count(*) FROM orders_order o WHERE NOT EXISTS "
    "(SELECT 1 FROM orders_orderline WHERE order_id = o.id)",
    "orders whose lines are not their sum": "SELECT count(*) FROM orders_order o WHERE "
    "goods_total <> (SELECT sum(amount) FROM orders_orderline WHERE order_id = o.id)",
    "orders without an event": "SELECT count(*) FROM orders_order o WHERE NOT EXISTS "
    "(SELECT 1 FROM orders_orderevent WHERE order_id = o.id)",
    "customers with two open carts": "SELECT count(*) FROM (SELECT 1 FROM orders_cart "
    "WHERE placed_at IS NULL GROUP BY customer_id HAVING count(*) > 1) twice",
    "answers kept without their effect": "SELECT count(*) FROM "
    "orders_idempotencyrecord WHERE status IS NULL",
}
