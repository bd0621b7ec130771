"""For development: the page of an example payment provider. No money moves here.

It stands in for the provider that settings.PAYMENT_PAGE_URL names in production, and
does what one does: shows the sum, and tells the shop by a signed notice. It is served
only while DEBUG is on and no provider is set.
"""

import urllib.request
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from orders.models import Payment
from orders.providers import sign


@method_decorator(csrf_exempt, name="dispatch")
class ExamplePaymentPage(View):
    """One payment: a button that pays it, and one that fails."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not settings.PAYMENT_PAGE_IS_OURS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        payment = get_object_or_404(Payment, reference=reference)
        return self._show(request, payment)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        payment = get_object_or_404(Payment, reference=reference)
        state = "failed" if request.POST.get("outcome") == "failed" else "paid"
        answer = _tell(payment, state)
        payment.refresh_from_db()
        return self._show(request, payment, told=state, answer=answer)

    def _show(
        self, request: HttpRequest, payment: Payment, **facts: Any
    ) -> HttpResponse:
        context = {"payment": payment, "currency": settings.STORE_CURRENCY, **facts}
        return render(request, "orders/example_payment.html", context)


def _tell(payment: Payment, state: str) -> int:
    """Send the signed notice as a provider would: by HTTP; returns the status."""
    body = orjson.dumps(
        {
            "event": uuid4().hex,
            "payment": payment.reference,
            "state": state,
            "amount": str(payment.amount),
            "currency": settings.STORE_CURRENCY,
        }
    )
    headers = {
        "Content-Type": "application/json",
        "X-Payment-Signature": sign(body, timezone.now()),
    }
    notice = urllib.request.Request(  # noqa: S310 - our own address
        settings.PUBLIC_URL + reverse("payment-notice-list"), body, headers
    )
    try:
        with urllib.request.urlopen(notice, timeout=10) as answer:  # noqa: S310
            return answer.status
    except HTTPError as refusal:
        return refusal.code
