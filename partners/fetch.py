"""Fetching a price list by its address, without becoming a way into our own network.

Every address that a name stands for must be public; the connection goes to the address
that was checked, and each redirect is checked anew. What goes wrong on the network is
told by one text, so that nobody scans ports through us.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

from partners.exceptions import PriceListNotFetched

REDIRECTS = 3
CONNECT_SECONDS, TOTAL_SECONDS = 5, 20
PORTS = {"http": 80, "https": 443}
NOT_FETCHED = "The address gave no list."
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def fetch_price_list(*, url: str) -> bytes:
    """The bytes at an http(s) address, at most one more than a list may have.

    Raises PriceListNotFetched: not such an address, not a public one (unless
    FETCH_INSIDE allows it), too slow, or nothing there.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    for _ in range(REDIRECTS + 1):
        parts = _checked(url)
        body, location = _get(parts, deadline)
        if location is None:
            return body
        url = urljoin(url, location)
    raise PriceListNotFetched("The address leads from one to the next too often.")


def _checked(url: str) -> SplitResult:
    if len(url) > 2000 or not url.isascii() or not url.isprintable() or "\\" in url:
        raise PriceListNotFetched("This is not a web address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PriceListNotFetched("This is not a web address.") from error
    if parts.scheme not in PORTS or not parts.hostname or " " in url:
        raise PriceListNotFetched("The address must begin with http:// or https://.")
    if parts.username is not None or parts.password is not None:
        raise PriceListNotFetched("The address must not hold a name or a password.")
    if port not in {None, *PORTS.values()} and not settings.FETCH_INSIDE:
        raise PriceListNotFetched("The address must use port 80 or 443.")
    return parts


def _get(parts: SplitResult, deadline: float) -> tuple[bytes, str | None]:
    """One answer: its body, or where it leads."""
    try:
        connection = _connection(parts)
        left = max(deadline - time.monotonic(), 0)
        # A slow answer must not hold a thread, however it is dripped.
        ending = threading.Timer(left, connection.sock.shutdown, [socket.SHUT_RDWR])
        ending.daemon = True
        ending.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Accept-Encoding": "identity", "User-Agent": "Storekeeper"}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if answer.status in {301, 302, 303, 307, 308}:
                return b"", answer.getheader("Location") or ""
            return _body(answer, deadline), None
        finally:
            ending.cancel()
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PriceListNotFetched(NOT_FETCHED) from error


def _body(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """The whole body; one that was cut short is none."""
    coding = answer.getheader("Content-Encoding", "identity")
    if answer.status != 200 or coding != "identity":
        raise PriceListNotFetched(NOT_FETCHED)
    limit = settings.PRICE_LIST_BYTES_LIMIT
    body = answer.read(limit + 1)
    is_short = answer.length and len(body) <= limit
    if is_short or time.monotonic() > deadline:
        raise PriceListNotFetched(NOT_FETCHED)
    return body


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to the very address that was checked, under the name's own name."""
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    address = _public_address(host, port)
    sock = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
    connection = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    connection.sock = sock
    if parts.scheme == "https":
        try:
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise
        connection.default_port = PORTS["https"]  # so that Host names no port
    return connection


def _public_address(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    if not settings.FETCH_INSIDE:
        for address in addresses:
            if not _is_public(ipaddress.ip_address(address.partition("%")[0])):
                raise PriceListNotFetched("The address is not a public one.")
    return addresses[0]


def _is_public(ip: IPAddress) -> bool:
    """Whether an address, and the one hidden in it, belongs to the public internet."""
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if hidden is not None and not _is_public(hidden):
            return False
        if ip.ipv4_mapped:
            return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
