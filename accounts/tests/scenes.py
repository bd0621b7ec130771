"""Scenes that several tests start from."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def at_once(number: int, call: Callable[[int], Any]) -> list[Any]:
    """The answers of `call(0)` … `call(number - 1)`, all let go at the same moment."""
    barrier = Barrier(number, timeout=60)

    def run(index: int) -> Any:
        try:
            barrier.wait()
            return call(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))
