"""A list by its address: what may be asked, and what is taken from it."""

import http.server
import socket
import threading
import time

import pytest

from partners import fetch
from partners.exceptions import PriceListNotFetched
from partners.fetch import fetch_price_list

INSIDE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "https://127.0.0.1/",
]
ODD = [
    "ftp://example.com/list.yaml",
    "file:///etc/passwd",
    "gopher://example.com/",
    "example.com/list.yaml",
    "http://",
    "http:///list.yaml",
    "http://ann:secret@example.com/",
    "http://example.com:22/",
    "http://example.com:99999/",
    "http://example.com\\@127.0.0.1/",
    "http://example.com/a b",
    "http://example.com/\r\nHost: x",
    "http://[::1/",
    "http://exämple.com/",
    "http://example.com/" + "x" * 2000,
]


@pytest.fixture
def no_connection(monkeypatch):
    """Fails the test that connects anywhere."""

    def connect(*args, **kwargs):
        raise AssertionError(f"connected to {args}")

    monkeypatch.setattr(socket, "create_connection", connect)


@pytest.mark.parametrize("url", [*INSIDE, *ODD])
def test_no_connection_is_made_to_what_may_not_be_asked(no_connection, url):
    with pytest.raises(PriceListNotFetched) as refusal:
        fetch_price_list(url=url)
    assert refusal.value.reason


def test_one_private_address_among_several_is_enough_to_refuse(
    no_connection, monkeypatch
):
    found = [(2, 1, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)

    with pytest.raises(PriceListNotFetched):
        fetch_price_list(url="http://shop.example/")


@pytest.fixture
def site(settings):
    """A web server inside, which an operator allowed; answers by path."""
    settings.FETCH_INSIDE = True

    class Site(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            answers[self.path.partition("?")[0]](self)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def say(status, body=b"", **headers):
    def answer(site):
        site.send_response(status)
        for name, value in headers.items():
            site.send_header(name.replace("_", "-"), value)
        site.end_headers()
        site.wfile.write(body)

    return answer


def drip(site):
    site.send_response(200)
    site.end_headers()
    for _ in range(100):
        site.wfile.write(b"a")
        site.wfile.flush()
        time.sleep(0.1)


answers = {
    "/list.yaml": say(200, b"shop: Tea", Content_Length="9"),
    "/whole": say(200, b"shop: Tea"),
    "/moved": say(302, Location="/list.yaml"),
    "/round": say(302, Location="/round"),
    "/inside": say(302, Location="http://169.254.169.254/"),
    "/file": say(302, Location="file:///etc/passwd"),
    "/nowhere": say(302),
    "/missing": say(404, b"no"),
    "/packed": say(200, b"x", Content_Encoding="gzip"),
    "/short": say(200, b"shop", Content_Length="900"),
    "/endless": say(200, b"x" * 200_000),
    "/drip": drip,
}


@pytest.mark.parametrize("path", ["/list.yaml", "/whole", "/moved", "/list.yaml?v=2"])
def test_a_list_is_fetched(site, path):
    assert fetch_price_list(url=site + path) == b"shop: Tea"


@pytest.mark.parametrize(
    "path", ["/round", "/file", "/nowhere", "/missing", "/packed", "/short"]
)
def test_anything_else_is_no_list(site, path):
    with pytest.raises(PriceListNotFetched):
        fetch_price_list(url=site + path)


def test_each_redirect_is_checked_anew(site, settings, monkeypatch):
    monkeypatch.setattr(
        fetch, "_public_address", lambda host, port: _only_this_site(host)
    )

    with pytest.raises(PriceListNotFetched):
        fetch_price_list(url=site + "/inside")


def _only_this_site(host):
    if host != "127.0.0.1":
        raise PriceListNotFetched("The address is not a public one.")
    return host


def test_no_more_is_read_than_a_list_may_have_and_one_byte(site, settings):
    settings.PRICE_LIST_BYTES_LIMIT = 1000

    assert len(fetch_price_list(url=site + "/endless")) == 1001


def test_a_dripping_answer_is_cut_off_and_is_no_list(site, monkeypatch):
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 0.5)
    start = time.monotonic()

    with pytest.raises(PriceListNotFetched):
        fetch_price_list(url=site + "/drip")

    assert time.monotonic() - start < 5


def test_an_open_and_a_closed_port_are_told_alike(site):
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    told = []
    for url in (
        site + "/missing",
        f"http://127.0.0.1:{port}/",
        "http://nobody.invalid/",
    ):
        with pytest.raises(PriceListNotFetched) as refusal:
            fetch_price_list(url=url)
        told.append(refusal.value.reason)

    assert len(set(told)) == 1
