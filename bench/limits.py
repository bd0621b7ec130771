"""The references as clients play them, beside the workloads of flows.py."""

from collections.abc import Callable
from functools import partial

from bench.flows import BEGIN, DONE, FLOWS, Flow, World, http


def bare(world: World, workload: str) -> Flow:
    """L2: constant bytes, as many as the product's answer has."""
    yield BEGIN
    while True:
        answer = yield http("GET", f"/constant/{workload}")
        is_right = len(answer.body) == world.facts["sizes"][workload]
        world.must(answer.status == 200 and is_right, "wrong size", answer)
        yield DONE


def replay(world: World, workload: str) -> Flow:
    """L3: the same SQL by a raw cursor; the body is the rows."""
    yield BEGIN
    while True:
        answer = yield http("GET", f"/replay/{workload}/{next(world.numbers)}")
        is_right = answer.status == 200 and len(answer.body) > 20
        world.must(is_right, "no rows", answer)
        yield DONE


def hashing(world: World) -> Flow:
    """One check of a password with the product's hasher, nothing else."""
    yield BEGIN
    while True:
        answer = yield http("GET", "/hash")
        world.must(answer.body == b"True", "wrong password", answer)
        yield DONE


LIMITS: dict[str, Callable[[World], Flow]] = {"hash": hashing}
for _name in FLOWS:
    _slug = _name.replace(" ", "-")
    LIMITS[f"L2 {_name}"] = partial(bare, workload=_slug)
    LIMITS[f"L3 {_name}"] = partial(replay, workload=_slug)
