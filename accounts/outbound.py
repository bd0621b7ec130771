"""Calling servers whose address somebody else gave: a guard against our own network.

An address is looked up once; unless every answer is a public address, no connection is
made. The connection goes to the address that was checked, under the name that was
asked for, and every redirect passes the same door. No proxy, no credential, no cookie.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop as _

from accounts.exceptions import AddressRefused, Unreachable

LONGEST, REDIRECTS = 2000, 3  # a refusal below says the first in words
CONNECT, TOTAL = 5, 30  # seconds
LARGEST = 20_000_000
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not everybody's, whatever the standard library of this Python says of them: what is
# kept for protocols, relays of 6to4, documentation, and the servers inside of Azure.
CLOSED = [
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20")
]
MOVED = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class Answer:
    """What a server said; the body has at most LARGEST bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_address(url: str) -> None:
    """Raises AddressRefused with the reason if no such address is ever called.

    Looks at the spelling alone; where the name leads is seen when it is called.
    """
    _target(url)


def call(
    url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    redirects: int = REDIRECTS,
) -> Answer:
    """Call a public server and return its answer, whatever its status.

    Raises AddressRefused before anything is sent, and Unreachable for whatever goes
    wrong on the way, without telling what: the answer must not map our network.
    """
    ends_at = time.monotonic() + TOTAL
    for _hop in range(redirects + 1):
        answer = _call_once(url, method, body, dict(headers or {}), ends_at)
        location = answer.headers.get("location")
        if answer.status not in MOVED or not location:
            return answer
        try:
            url = urljoin(url, location)
            check_address(url)
        except (ValueError, AddressRefused) as error:
            raise Unreachable from error
    raise Unreachable


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the open internet, whatever wraps it."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo:
            return False
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.is_site_local:
            return False
    if any(address in network for network in CLOSED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _target(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address that may be called."""
    if len(url) > LONGEST:
        raise AddressRefused(_("An address has at most 2000 characters."))
    if re.search(r"[\x00-\x20\x7f-\xa0\\]", url):
        raise AddressRefused(_("An address has no spaces, backslashes or controls."))
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise AddressRefused(_("This is not an address.")) from error
    schemes = {"https", "http"} if settings.OUTBOUND_HTTP else {"https"}
    if parts.scheme not in schemes or not host or "%" in host:
        text = _("An address begins with http or https.")
        only = _("An address begins with https.")
        raise AddressRefused(text if settings.OUTBOUND_HTTP else only)
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(_("An address carries no name and no password."))
    port = port or PORTS[parts.scheme]
    if port not in PORTS.values() and not settings.OUTBOUND_LOCAL:
        raise AddressRefused(_("An address uses port 443 or 80."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with suppress(UnicodeEncodeError):
        path.encode("ascii")
        return parts.scheme, host, port, path
    raise AddressRefused(_("Write other letters than a to z in percent code."))


def _public_address(host: str, port: int) -> str:
    """The address that the name leads to; every one it leads to must be public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable from error
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.OUTBOUND_LOCAL and not all(map(is_public, addresses)):
        raise Unreachable
    return addresses[0]


def _call_once(
    url: str, method: str, body: bytes | None, headers: dict[str, str], ends_at: float
) -> Answer:
    scheme, host, port, path = _target(url)
    address = _public_address(host, port)
    headers |= {"Accept-Encoding": "gzip", "User-Agent": "Storekeeper"}
    try:
        with _connected(scheme, host, port, address, ends_at) as connection:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, told, _body(response, told))
    except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
        raise Unreachable from error
    if time.monotonic() >= ends_at:  # cut off: it may not be the whole answer
        raise Unreachable
    return answer


@contextmanager
def _connected(
    scheme: str, host: str, port: int, address: str, ends_at: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the checked address, cut off when the time is over."""
    plain = socket.create_connection((address, port), timeout=CONNECT)
    with plain:
        seconds = max(0.1, ends_at - time.monotonic())
        plain.settimeout(seconds)
        clock = threading.Timer(seconds, _cut, [plain])
        clock.daemon = True
        clock.start()
        connection = http.client.HTTPConnection(host, port)
        try:
            connection.sock = plain
            if scheme == "https":
                context = ssl.create_default_context()
                connection = http.client.HTTPSConnection(host, port)
                connection.sock = context.wrap_socket(plain, server_hostname=host)
            yield connection
        finally:
            clock.cancel()
            connection.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse, headers: Mapping[str, str]) -> bytes:
    coding = headers.get("content-encoding", "identity")
    if coding not in {"identity", "gzip"}:
        raise Unreachable
    unpack = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    parts, size = [], 0
    while block := response.read(1 << 16):
        block = unpack.decompress(block, LARGEST + 1) if unpack else block
        size += len(block)
        if size > LARGEST or (unpack and unpack.unconsumed_tail):
            raise Unreachable
        parts.append(block)
    if response.length or (unpack and not unpack.eof):
        raise Unreachable  # the server hung up: what came is not the whole
    return b"".join(parts)
