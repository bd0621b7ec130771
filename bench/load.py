"""Loads a server from one process: `clients` connections, closed loop, one epoll.

python -m bench.load reads a job as JSON from stdin and writes the result to stdout.
A connection is renewed twice a second, so that no worker is left
with most of them for long; what is under way at the end is waited for, so that it does
not slow the next measurement.
"""

import json
import select
import socket
import sys
import time
from collections.abc import Generator
from itertools import count
from typing import Any

from bench.flows import BEGIN, DONE, FLOWS, Answer, World, Wrong
from bench.limits import LIMITS

RENEW_AFTER = 0.5
STALLED = 30.0


class Client:
    """One connection and the flow it plays."""

    def __init__(self, port: int, flow: Generator[Any, Any, None]) -> None:
        self.flow = flow
        self.started = time.perf_counter()
        self._port = port
        self._buffer = b""
        self._wanted = -1
        self._sent = 0
        self._renew_at = 0.0
        self._last = b""
        self.socket: socket.socket | None = None

    def advance(self, answer: Answer | None, spans: list[tuple[float, float]]) -> None:
        """Play the flow up to its next request and send it."""
        while True:
            step = self.flow.send(answer)
            now = time.perf_counter()
            if step is DONE:
                spans.append((self.started, now))
            if step is BEGIN:
                return
            if step is DONE:
                self.started, answer = now, None
                continue
            self._last = step
            self.socket.sendall(step)
            self._sent += 1
            return

    def prepare(self) -> None:
        """Play what is not measured, waiting for each answer."""
        self.connect()
        self._last, answer = b"", None
        while True:
            sent, self._last = self._sent, b""
            self.advance(answer, [])
            if self._sent == sent:
                return
            while (answer := self.read()) is None:
                pass

    def is_worn(self) -> bool:
        return time.perf_counter() >= self._renew_at

    def connect(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = socket.create_connection(("127.0.0.1", self._port), STALLED)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        self._renew_at = time.perf_counter() + RENEW_AFTER

    def read(self) -> Answer | None:
        """The answer when it is whole."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            request = self._last.split(b"\r\n", 1)[0].decode()
            raise Wrong(f"the server hung up on {request}")
        self._buffer += chunk
        if self._wanted < 0:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
            self._wanted = end + 4 + length
        if len(self._buffer) < self._wanted:
            return None
        head, _, body = self._buffer.partition(b"\r\n\r\n")
        self._buffer, self._wanted = b"", -1
        if b"\nconnection: close" in head.lower():
            self._renew_at = 0.0
        return Answer(int(head[9:12]), body, self._last)


def load(job: dict[str, Any]) -> dict[str, Any]:
    """Units a second, and the seconds each took, after the warm-up."""
    numbers = count(job["offset"])
    worlds = [
        World(job["facts"], numbers, f"{job['salt']}:{client}")
        for client in range(job["clients"])
    ]
    play = (FLOWS | LIMITS)[job["flow"]]
    clients = [Client(job["port"], play(world)) for world in worlds]
    spans: list[tuple[float, float]] = []
    poll, by_fd = select.epoll(), {}
    for client in clients:
        client.prepare()

    def renew(client: Client) -> None:
        if client.socket is not None:
            by_fd.pop(client.socket.fileno(), None)
        client.connect()
        by_fd[client.socket.fileno()] = client
        poll.register(client.socket, select.EPOLLIN)

    busy = time.process_time()
    heard = now = time.perf_counter()
    start = now + job["warm_up"]
    end = start + job["seconds"]
    for client in clients:
        renew(client)
        client.started = now
        client.advance(None, spans)
    # A short round lasts until something is finished.
    while (now := time.perf_counter()) < end or not spans or spans[-1][1] < start:
        events = poll.poll(max(end - now, 0.1))
        if not events and time.perf_counter() - heard > STALLED:
            raise Wrong(f"no answer for {STALLED:.0f} s")
        for descriptor, _ in events:
            client = by_fd[descriptor]
            if answer := client.read():
                heard = time.perf_counter()
                if client.is_worn():
                    renew(client)
                client.advance(answer, spans)
    elapsed, used = now - start, next(numbers) - job["offset"]
    cpu = (time.process_time() - busy) / (elapsed + job["warm_up"])
    _drain(poll, by_fd)
    took = sorted(done - begun for begun, done in spans if done >= start)
    return {
        "seconds": took,
        "elapsed": elapsed,
        "used": used,
        "cpu": cpu,
    }


def _drain(poll: select.epoll, by_fd: dict[int, Client]) -> None:
    """Wait for every client's last answer; it is not counted."""
    waiting = set(by_fd.values())
    while waiting:
        events = poll.poll(STALLED)
        if not events:
            raise Wrong(f"no answer for {STALLED:.0f} s")
        for descriptor, _ in events:
            client = by_fd[descriptor]
            if client.read():
                waiting.discard(client)
                poll.unregister(descriptor)


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(load(json.load(sys.stdin))))
    except Wrong as error:
        sys.exit(f"WRONG ANSWER: {error}")
