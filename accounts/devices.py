"""What a request tells of its sender: a device's name, an address block."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from ua_parser import parse

REFRESH_COOKIE = "refresh"


def device(user_agent: str) -> str:
    """ "Firefox on Linux", or what is known of it; for people, not for decisions."""
    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    return " on ".join(filter(None, (browser, system))) or "Unknown device"


def client_address(request: HttpRequest) -> str:
    """The client's address block: an IPv4 address or an IPv6 /64.

    Believes X-Forwarded-For only as far as our own proxies wrote it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        address = forwarded[-settings.TRUSTED_PROXIES :][0].strip()
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6:
        return str(ipaddress.ip_network(f"{ip}/64", strict=False).network_address)
    return str(ip)
