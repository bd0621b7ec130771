"""A price list by its address; accounts/outbound.py guards the way there."""

from accounts.exceptions import Unreachable
from accounts.outbound import call


def fetch_price_list(*, url: str) -> bytes:
    """The bytes at a public address; raises AddressRefused, Unreachable."""
    answer = call(url)
    if answer.status != 200:
        raise Unreachable
    return answer.body
