"""Who takes the money: one small interface, three ways.

A provider says where a buyer pays and whether it sends money back by itself. What comes
in from outside is a notice: signed, told to `orders.services.receive_notice`.
"""

import hmac
import re
from datetime import datetime
from typing import Protocol

from django.conf import settings

from orders.exceptions import NoticeRefused
from orders.models import Payment, PaymentMethod

SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


class Provider(Protocol):
    """What a way to pay must know. A real one replaces HostedPage."""

    def page(self, payment: Payment) -> str | None:
        """Where the buyer pays; None when there is nothing to open."""

    def sends_back(self) -> bool:
        """True when a refund needs nobody's hand."""


class ByHand:
    """Paid on delivery or by invoice: staff say that the money came, and send it."""

    def page(self, payment: Payment) -> str | None:
        return None

    def sends_back(self) -> bool:
        return False


class HostedPage:
    """An example of a provider with a page of its own; orders/pages.py plays it.

    A real one would be asked by HTTP for a page and for refunds, from a task.
    """

    def page(self, payment: Payment) -> str | None:
        return f"{settings.PAYMENT_PAGE_URL}/{payment.reference}/"

    def sends_back(self) -> bool:
        return True


PROVIDERS: dict[str, Provider] = {
    PaymentMethod.Provider.ON_DELIVERY: ByHand(),
    PaymentMethod.Provider.INVOICE: ByHand(),
    PaymentMethod.Provider.HOSTED_PAGE: HostedPage(),
}


def sign(body: bytes, now: datetime) -> str:
    """The header X-Payment-Signature of a notice: its time, and HMAC-SHA256 of both."""
    moment = int(now.timestamp())
    return f"t={moment},v1={_digest(moment, body)}"


def check_signature(header: str, body: bytes, now: datetime) -> None:
    """Raises NoticeRefused unless the provider signed this body just now.

    A notice is believed for settings.PAYMENT_NOTICE_WINDOW seconds, so that an old one
    cannot be played again; a provider that repeats a notice signs it anew.
    """
    parts = SIGNATURE.fullmatch(header)
    if parts is None:
        raise NoticeRefused
    moment = int(parts[1])
    # The digest first, in constant time: a stranger learns nothing from the clock.
    if not hmac.compare_digest(parts[2], _digest(moment, body)):
        raise NoticeRefused
    if abs(now.timestamp() - moment) > settings.PAYMENT_NOTICE_WINDOW:
        raise NoticeRefused


def _digest(moment: int, body: bytes) -> str:
    key = settings.PAYMENT_PAGE_SECRET.encode()
    return hmac.new(key, f"{moment}.".encode() + body, "sha256").hexdigest()
