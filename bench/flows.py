"""The workloads as clients play them: each request, and what its answer must be.

A flow yields a request's bytes and receives its `Answer`. BEGIN, once, ends what must
not be measured; DONE ends a measured unit.
"""

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import orjson

from bench import goods, guests

DONE, BEGIN = object(), object()
Flow = Generator[Any, Any, None]


class Wrong(Exception):
    """An answer that is not what the workload must get."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    request: bytes = b""

    def json(self, status: int = 200) -> Any:
        """The parsed body, when the status is right."""
        if self.status != status:
            line = self.request.split(b"\r\n", 1)[0].decode()
            raise Wrong(f"{line}: {self.status} {self.body[:400].decode()}")
        return orjson.loads(self.body)


class World:
    """What one client knows: facts of the catalogue, dice, numbers used by nobody."""

    def __init__(self, facts: dict[str, Any], numbers: Iterator[int], salt: str):
        self.facts = facts
        self.numbers = numbers
        self.dice = random.Random(salt)

    def must(self, is_right: object, what: str, answer: Answer) -> None:
        if not is_right:
            line = answer.request.split(b"\r\n", 1)[0].decode()
            raise Wrong(f"{line}: {what}: {answer.body[:400].decode()}")


def http(method: str, path: str, body: Any = None, **headers: str) -> bytes:
    """A request as bytes; `X_Customer_Token="…"` becomes a header."""
    sent = b"" if body is None else orjson.dumps(body)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(sent)}"]
    elif method != "GET":
        lines.append("Content-Length: 0")
    return "\r\n".join([*lines, "", ""]).encode() + sent


def constant(world: World, request: bytes, is_right: Callable[[Any], object]) -> Flow:
    """The same request again and again; every body is compared with the first."""
    first: Answer = yield request
    world.must(is_right(first.json()), "wrong content", first)
    yield BEGIN
    while True:
        answer = yield request
        same = answer.status == 200 and answer.body == first.body
        world.must(same, "differs from the first", answer)
        yield DONE


def w1_hot(world: World) -> Flow:
    return constant(world, http("GET", "/api/v1/products/"), is_page)


def w1_cold(world: World) -> Flow:
    """Another page or another filter each time."""
    yield BEGIN
    while True:
        brand = world.dice.choice(goods.BRANDS).lower()
        page, cents = world.dice.randrange(1, 51), world.dice.randrange(1000, 60_000)
        query = world.dice.choice(
            [
                f"page={page}&price_min={cents % 1000 / 100:.2f}",
                f"price_min={cents / 100:.2f}&ordering=price",
                f"brand={brand}&page_size=20&price_max={cents / 100 + 600:.2f}",
            ]
        )
        answer = yield http("GET", f"/api/v1/products/?{query}")
        world.must(is_page(answer.json()), "not a page of 20", answer)
        yield DONE


def w2(world: World) -> Flow:
    """A category with all below it, two filters, sorted by price."""
    yield BEGIN
    while True:
        root = world.dice.randrange(goods.ROOTS)
        cents = world.dice.randrange(1000, 60_000)
        query = f"price_min={cents / 100:.2f}&in_stock=true&ordering=price"
        answer = yield http("GET", f"/api/v1/products/?category=hall-{root}&{query}")
        results = answer.json()["results"]
        prices = [float(row["price"]) for row in results]
        shelves = {c["slug"] for row in results for c in row["categories"]}
        is_right = (
            len(results) == 20
            and prices == sorted(prices)
            and prices[0] >= cents / 100
            and all(slug.startswith(f"shelf-{root}-") for slug in shelves)
            and all(row["stock"] > 0 for row in results)
        )
        world.must(is_right, "wrong category, order or filter", answer)
        yield DONE


def w3_hot(world: World) -> Flow:
    request = http("GET", "/api/v1/products/2/")
    return constant(world, request, lambda body: is_detail(body, 2))


def w3_cold(world: World) -> Flow:
    yield BEGIN
    while True:
        number = world.dice.randrange(1, world.facts["products"] + 1)
        answer = yield http("GET", f"/api/v1/products/{number}/")
        world.must(is_detail(answer.json(), number), "wrong product", answer)
        yield DONE


def w4(world: World, *, is_mistyped: bool = True) -> Flow:
    """Two words, one of them with a typing error; the goods meant must be found."""
    yield BEGIN
    while True:
        number = world.dice.randrange(1, world.facts["products"] + 1)
        adjective, noun = goods.name(number).lower().split()[:2]
        # One error in a short word makes another word, and "light" is like "lighter".
        if len(noun) < 7 or noun.startswith(adjective):
            continue
        word = goods.mistyped(noun, world.dice) if is_mistyped else noun
        text = quote(f"{adjective} {word}")
        answer = yield http("GET", f"/api/v1/products/?search={text}")
        names = [row["name"].lower() for row in answer.json()["results"]]
        found = any(noun in name and adjective in name for name in names)
        world.must(found, f"'{adjective} {noun}' is not found", answer)
        yield DONE


def w5(world: World) -> Flow:
    """A guest with one line in the cart adds another offer."""
    facts = world.facts
    yield BEGIN
    while True:
        number = next(world.numbers) % facts["guests"]
        offer = guests.second_offer(number, facts["first_offer"], facts["offers"])
        token = guests.token(number)
        body = {"offer": offer, "quantity": 1}
        answer = yield http("POST", "/api/v1/cart/lines/", body, X_Customer_Token=token)
        offers = [line["offer"] for line in answer.json(201)["lines"]]
        world.must(len(offers) == 2 and offer in offers, "not in the cart", answer)
        yield DONE


def w6(world: World) -> Flow:
    """A whole guest checkout: token, two lines, cart read for its quote, order."""
    yield BEGIN
    while True:
        answer = yield http("POST", "/api/v1/guests/")
        token = answer.json(201)["token"]
        for offer in stocked_offers(world):
            line = {"offer": offer, "quantity": 1}
            answer = yield http(
                "POST", "/api/v1/cart/lines/", line, X_Customer_Token=token
            )
            answer.json(201)
        path = "/api/v1/cart/?delivery_method=pickup"
        answer = yield http("GET", path, X_Customer_Token=token)
        cart = answer.json()
        order = {
            "quote": cart["quote"],
            "delivery_method": "pickup",
            "email": "ann@bench.example",
            "first_name": "Ann",
            "last_name": "Buyer",
            "phone": "+10000000000",
        }
        headers = {"X_Customer_Token": token, "Idempotency_Key": token}
        answer = yield http("POST", "/api/v1/cart/checkout/", order, **headers)
        placed = answer.json(201)
        same = len(placed["lines"]) == 2 and placed["total"] == cart["total"]
        world.must(same and placed["id"] == cart["id"], "another order", answer)
        yield DONE


def stocked_offers(world: World) -> tuple[int, int]:
    """Two offers that are in stock: with products 1…20 come offers 1…30."""
    first, offers = world.facts["first_offer"], world.facts["offers"]
    one, two = world.dice.sample(range(28), 2)  # the last two are of product 20
    block = first + world.dice.randrange(offers // 30) * 30
    return block + one, block + two


def sign_in(world: World) -> Flow:
    yield BEGIN
    while True:
        answer = yield sign_in_request(world)
        pair = answer.json(201)
        world.must(pair["access"].count(".") == 2, "no token", answer)
        yield DONE


def renew(world: World) -> Flow:
    """One session, renewed again and again."""
    answer = yield sign_in_request(world)
    pair = answer.json(201)
    yield BEGIN
    while True:
        before = pair["refresh"]
        answer = yield http("POST", "/api/v1/sessions/refresh/", {"refresh": before})
        pair = answer.json()
        world.must(pair["refresh"] != before, "not rotated", answer)
        yield DONE


def me(world: World) -> Flow:
    answer = yield sign_in_request(world)
    access = answer.json(201)["access"]
    request = http("GET", "/api/v1/me/", Authorization=f"Bearer {access}")
    yield from constant(world, request, lambda body: "buyer" in body["username"])


def sign_in_request(world: World) -> bytes:
    user = world.dice.randrange(world.facts["users"])
    login = f"buyer{user}@bench.example"
    body = {"login": login, "password": world.facts["password"]}
    return http("POST", "/api/v1/sessions/", body)


def is_page(body: Any) -> bool:
    rows = body["results"]
    return (
        len(rows) == 20
        and body["count"] >= 20
        and all(float(row["price"]) > 0 and row["stock"] is not None for row in rows)
        and all(row["brand"] and row["categories"] and row["name"] for row in rows)
    )


def is_detail(body: Any, number: int) -> bool:
    offers = body["offers"]
    return (
        body["id"] == number
        and body["name"] == goods.name(number)
        and len(offers) == 1 + (number % 2 == 0)
        and len(body["attributes"]) == 4
    )


FLOWS: dict[str, Callable[[World], Flow]] = {
    "W1 hot": w1_hot,
    "W1 cold": w1_cold,
    "W2": w2,
    "W3 hot": w3_hot,
    "W3 cold": w3_cold,
    "W4": w4,
    "W4 exact": partial(w4, is_mistyped=False),
    "W5": w5,
    "W6": w6,
    "W8 sign-in": sign_in,
    "W8 renew": renew,
    "W8 me": me,
}
