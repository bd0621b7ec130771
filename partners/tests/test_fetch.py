"""A list by its address: what may be asked, and what is taken from it."""

import http.server
import threading

import pytest

from accounts.exceptions import Unreachable
from partners.fetch import fetch_price_list


@pytest.fixture
def site(settings):
    """A web server inside, which an operator allowed; answers by path."""
    settings.OUTBOUND_LOCAL = settings.OUTBOUND_HTTP = True

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


answers = {
    "/list.yaml": say(200, b"shop: Tea", Content_Length="9"),
    "/whole": say(200, b"shop: Tea"),
    "/moved": say(302, Location="/list.yaml"),
    "/file": say(302, Location="file:///etc/passwd"),
    "/nowhere": say(302),
    "/missing": say(404, b"no"),
    "/packed": say(200, b"x", Content_Encoding="gzip"),
    "/short": say(200, b"shop", Content_Length="900"),
}


@pytest.mark.parametrize("path", ["/list.yaml", "/whole", "/moved", "/list.yaml?v=2"])
def test_a_list_is_fetched(site, path):
    assert fetch_price_list(url=site + path) == b"shop: Tea"


@pytest.mark.parametrize("path", ["/file", "/nowhere", "/missing", "/packed", "/short"])
def test_anything_else_is_no_list(site, path):
    with pytest.raises(Unreachable):
        fetch_price_list(url=site + path)
