"""No address of our own network is ever called, however it is spelled (S11)."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from accounts import outbound
from accounts.exceptions import AddressRefused, Unreachable
from accounts.outbound import call, check_address, is_public

LOOPBACK = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1"),
    *("0177.0.0.1", "017700000001", "127.255.255.254", "0", "0.0.0.0", "localhost"),  # noqa: S104
    *("localhost.", "LOCALHOST", "127.0.0.1.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[::127.0.0.1]"),
    *("[2002:7f00:1::]", "①②⑦.⓪.⓪.①", "127。0。0。1", "[0:0:0:0:0:ffff:127.0.0.1]"),
]
PRIVATE = [
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254"),
    *("100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[fec0::1]", "[ff02::1]"),
    *("[2001:db8::1]", "[2001::1]", "[2002:c0a8:1::]", "[64:ff9b::a9fe:a9fe]"),
    *("192.0.0.8", "192.88.99.1", "0.1.2.3", "168.63.129.16", "[fd00:ec2::254]"),
    *("[::10.0.0.1]", "[::ffff:169.254.169.254]", "[::ffff:0:127.0.0.1]", "[100::1]"),
    *("[64:ff9b:1::a00:1]", "[2001:0:7f00:1::]", "[2001:10::1]", "[3fff::1]"),
    *("[fe80::5efe:7f00:1]", "[ff0e::1]", "[2002:a9fe:a9fe::]", "0xa9fea9fe"),
    *("2852039166", "0251.0376.0251.0376", "169.254.43518", "10.1", "[::8.8.8.8]"),
]
ODD = [
    *("http://example.com/", "ftp://example.com/", "file:///etc/passwd", "//x.com"),
    *("https://", "https:///path", "https://example.com:8443/", "gopher://x/"),
    *("https://user@example.com/", "https://user:pass@example.com/", "data:,x"),
    *("https://example.com\\@127.0.0.1/", "https://a b/", "https://exa\nmple.com/"),
    *("https://example.com/\x00", "https://[fe80::1%25eth0]/", "https://[::1/"),
    *("https://example.com:99999/", "https://example.com:x/", "x" * 2001, ""),
    "https://example.com/ж",
]


@pytest.fixture
def no_connection(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every attempt to connect; there must be none."""
    attempts: list[Any] = []

    def connect(address: Any, **_: Any) -> None:
        attempts.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    return attempts


@pytest.mark.parametrize("host", LOOPBACK + PRIVATE)
def test_no_connection_is_made_into_the_inside(host, no_connection):
    with pytest.raises((AddressRefused, Unreachable)):
        call(f"https://{host}/list.yaml")

    assert no_connection == []


@pytest.mark.parametrize("url", ODD)
def test_odd_addresses_are_refused_before_anything_is_looked_up(url, no_connection):
    with pytest.raises(AddressRefused):
        check_address(url)


@pytest.mark.parametrize("host", LOOPBACK + PRIVATE)
def test_no_redirect_leads_into_the_inside(host, no_connection, monkeypatch):
    public = outbound.Answer(302, {"location": f"https://{host}/list.yaml"}, b"")
    original = outbound._call_once

    def first_public(url: str, *rest: Any) -> outbound.Answer:
        return public if "example.com" in url else original(url, *rest)

    monkeypatch.setattr(outbound, "_call_once", first_public)
    with pytest.raises(Unreachable):
        call("https://example.com/list.yaml")

    assert no_connection == []


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["93.184.215.14", "10.0.0.1"]])
def test_a_name_is_refused_if_one_of_its_addresses_is_inside(
    answers, no_connection, monkeypatch
):
    found = [(2, 1, 6, "", (address, 443)) for address in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(Unreachable):
        call("https://example.com/")

    assert no_connection == []


def test_the_checked_address_is_the_one_that_is_called(no_connection, monkeypatch):
    found = [(2, 1, 6, "", ("93.184.215.14", 443))]
    lookups = iter([found])  # a second lookup would fail
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: next(lookups))

    with pytest.raises(Unreachable):
        call("https://example.com/")

    assert no_connection == [("93.184.215.14", 443)]


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1"])
def test_public_addresses_are_public(address):
    assert is_public(address)


class Handler(BaseHTTPRequestHandler):
    """A server that answers as its test says."""

    def do_GET(self) -> None:
        self.server.answer(self)  # type: ignore[attr-defined]

    def log_message(self, *args: Any) -> None:
        pass


class Quiet(ThreadingHTTPServer):
    """Clients that hang up are part of the scene."""

    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        pass


@pytest.fixture
def server(settings: Any) -> Iterator[Callable[[Callable[[Any], None]], str]]:
    """A real server on this machine, which the guard lets through for the test."""
    settings.OUTBOUND_LOCAL = settings.OUTBOUND_HTTP = True
    http = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=[0.01], daemon=True).start()

    def serve(answer: Callable[[Any], None]) -> str:
        http.answer = answer  # type: ignore[attr-defined]
        return f"http://127.0.0.1:{http.server_port}/list.yaml"

    yield serve
    http.shutdown()
    http.server_close()


def say(body: bytes, status: int = 200, **headers: str) -> Callable[[Any], None]:
    def answer(handler: Any) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_list_is_fetched(server):
    answer = call(server(say(b"shop: S", ETag='"1"')))

    assert (answer.status, answer.body) == (200, b"shop: S")
    assert answer.headers["etag"] == '"1"'


def test_a_packed_answer_is_unpacked(server):
    packed = gzip.compress(b"shop: S")

    assert call(server(say(packed, Content_Encoding="gzip"))).body == b"shop: S"


def test_a_bomb_is_refused(server):
    bomb = gzip.compress(b"\0" * (outbound.LARGEST + 1))

    with pytest.raises(Unreachable):
        call(server(say(bomb, Content_Encoding="gzip")))


def test_an_answer_is_bounded(server, monkeypatch):
    monkeypatch.setattr(outbound, "LARGEST", 10)

    with pytest.raises(Unreachable):
        call(server(say(b"x" * 11)))


@pytest.mark.parametrize("place", ["headers", "body"])
def test_a_slow_answer_is_cut_off(server, monkeypatch, place):
    monkeypatch.setattr(outbound, "TOTAL", 0.3)

    def trickle(handler: Any) -> None:
        if place == "body":
            handler.send_response(200)
            handler.end_headers()
        for _ in range(50):
            handler.wfile.write(b"X: 1\r\n")
            time.sleep(0.1)

    begun = time.monotonic()
    with pytest.raises(Unreachable):
        call(server(trickle))

    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "location", ["https://user@example.com/", "ftp://example.com/", "http://[::1"]
)
def test_a_redirect_passes_the_same_door(server, location):
    with pytest.raises(Unreachable):
        call(server(say(b"", status=302, Location=location)))


def test_a_redirect_into_the_inside_is_not_followed(server, settings, monkeypatch):
    seen: list[str] = []

    def guarded(host: str, port: int) -> str:
        seen.append(host)
        if len(seen) == 1:
            return "127.0.0.1"  # the test's own server stands for a public one
        settings.OUTBOUND_LOCAL = False
        return original(host, port)

    original = outbound._public_address
    monkeypatch.setattr(outbound, "_public_address", guarded)
    address = server(say(b"", status=302, Location="http://169.254.169.254:80/"))

    with pytest.raises(Unreachable):
        call(address)

    assert seen[1:] == ["169.254.169.254"]


def test_redirects_have_an_end(server):
    with pytest.raises(Unreachable):
        call(server(say(b"", status=302, Location="/again")))


def test_open_and_closed_ports_are_told_alike(server):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    server(say(b""))

    with pytest.raises(Unreachable) as refusal:
        call(f"http://127.0.0.1:{port}/")

    assert str(refusal.value) == ""
