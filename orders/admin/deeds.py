"""Pages that do something with an order: each shows what, asks, and does it once."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from accounts.permissions import account
from catalog.exceptions import OutOfStock
from orders.admin.forms import NoteForm, RefundForm
from orders.admin.panel import Panel
from orders.exceptions import (
    AddressMissing,
    LetterNotFound,
    MoveNotAllowed,
    NothingToRefund,
    PaymentMoveNotAllowed,
    RefundedMeanwhile,
    RefundTooLarge,
)
from orders.invoices import invoice_pdf
from orders.models import Order, Payment
from orders.services import (
    left_to_refund,
    move_order,
    move_orders,
    refund_order,
    resend_letter,
    take_payment,
)

MOST = 100  # orders moved at once, as on v1
REFUSALS = (
    MoveNotAllowed,
    OutOfStock,
    AddressMissing,
    PaymentMoveNotAllowed,
    NothingToRefund,
    RefundTooLarge,
    RefundedMeanwhile,
    LetterNotFound,
)


def told(refusal: Exception) -> str:
    """A refusal in words for staff."""
    if isinstance(refusal, MoveNotAllowed):
        facts = {
            "current": Order.Status(refusal.current).label,
            "wanted": Order.Status(refusal.wanted).label,
        }
        return _("It is “%(current)s” and cannot become “%(wanted)s”.") % facts
    if isinstance(refusal, OutOfStock):
        short = [f"{one.name}: {one.available}" for one in refusal.shortages]
        return _("Too little is in stock: %(short)s.") % {"short": ", ".join(short)}
    if isinstance(refusal, AddressMissing):
        return _("The address is not complete.")
    if isinstance(refusal, PaymentMoveNotAllowed):
        state = Payment.State(refusal.current).label
        return _("The payment is “%(state)s”.") % {"state": state}
    if isinstance(refusal, RefundedMeanwhile):
        return _("Money went back since you opened this page. Nothing more did now.")
    if isinstance(refusal, LetterNotFound):
        return _("There is no such letter.")
    return _("That much is not left to refund. Nothing went back.")


def _sent(request: HttpRequest) -> Any:
    """What a form is filled with: nothing before it is sent, even if it is empty."""
    return request.POST if request.method == "POST" else None


class OrderDeeds(Panel, ModelAdmin[Order]):
    """The pages of one order, and the page before many are moved."""

    def get_urls(self) -> list[Any]:
        def page(route: str, view: Callable[..., HttpResponse], name: str) -> Any:
            wrapped = self.admin_site.admin_view(view)
            return path(f"<int:pk>/{route}", wrapped, name=f"orders_order_{name}")

        return [
            page("move/<slug:to>/", self.move_page, "move"),
            page("take-payment/", self.payment_page, "take_payment"),
            page("refund/", self.refund_page, "refund"),
            page("letters/<slug:key>/", self.letter_page, "letter"),
            page("invoice/", self.invoice, "invoice"),
            *super().get_urls(),
        ]

    def move_page(self, request: HttpRequest, pk: int, to: str) -> HttpResponse:
        order = self._order(request, pk, "orders.change_order")
        if to not in Order.Status.values:
            raise Http404
        form = NoteForm(_sent(request))
        target = Order.Status(to)
        if to not in Order.TRANSITIONS[order.status]:
            refused = told(MoveNotAllowed(order.status, to))
            self.message_user(request, refused, messages.ERROR)
            return self._back(pk)
        if request.method == "POST" and form.is_valid():

            def deed() -> str:
                move_order(
                    order=order,
                    to=to,
                    actor=account(request),
                    now=timezone.now(),
                    note=form.cleaned_data["note"],
                )
                return _("The order is “%(state)s” now.") % {"state": target.label}

            return self._do(request, pk, deed)
        title = _("Order %(number)s → %(state)s") % {
            "number": pk,
            "state": target.label,
        }
        facts = {"form": form, "effects": self.effects(order, to)}
        return self._ask(request, order, title, is_grave=to == "canceled", **facts)

    def payment_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self._order(request, pk, "orders.change_payment")
        payment = get_object_or_404(Payment, order=order)

        def deed() -> str:
            take_payment(payment=payment, now=timezone.now())
            return _("The order is paid now.")

        if request.method == "POST":
            return self._do(request, pk, deed)
        effects = [_("%(sum)s were received.") % {"sum": payment.amount}]
        title = _("Order %(number)s: the money is there") % {"number": pk}
        return self._ask(request, order, title, effects=effects)

    def letter_page(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        order = self._order(request, pk, "orders.change_order")

        def deed() -> str:
            state = resend_letter(order=order, key=key)
            return _("The letter to %(to)s is on its way.") % {"to": state.to}

        if request.method != "POST":
            return self._back(pk)
        return self._do(request, pk, deed)

    def refund_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self._order(request, pk, "orders.add_refund")
        payment = get_object_or_404(Payment, order=order)
        left, delivery = left_to_refund(payment)
        form = RefundForm(
            _sent(request),
            left=left,
            delivery=delivery,
            initial={"seen": payment.refunded},
        )
        if request.method == "POST" and form.is_valid():

            def deed() -> str:
                refund = refund_order(
                    order=order,
                    quantities=form.quantities(),
                    with_delivery=form.cleaned_data.get("delivery", False),
                    reason=form.cleaned_data["reason"],
                    actor=account(request),
                    now=timezone.now(),
                    seen=form.cleaned_data["seen"],
                )
                return _("%(sum)s go back.") % {"sum": refund.amount}

            return self._do(request, pk, deed)
        if form.is_bound and form.cleaned_data.get("seen") != payment.refunded:
            # Sent twice: what the form asks for is not left any more.
            self.message_user(request, told(RefundedMeanwhile()), messages.ERROR)
            return self._back(pk)
        facts = {
            "order": order,
            "payment": payment,
            "form": form,
            "delivery": delivery,
            "left": payment.amount - payment.refunded,
            "currency": settings.STORE_CURRENCY,
        }
        title = _("Refund for order %(number)s") % {"number": pk}
        return self._page(request, "refund", title, **facts)

    def invoice(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._order(request, pk, "orders.view_order")
        order = get_object_or_404(Order.objects.placed().with_lines(), pk=pk)
        content = invoice_pdf(order, settings.INVOICE_LANGUAGE)
        answer = HttpResponse(content, content_type="application/pdf")
        name = f'attachment; filename="invoice-{pk}.pdf"'
        answer["Content-Disposition"], answer["Cache-Control"] = name, "no-store"
        return answer

    def move_many(
        self, request: HttpRequest, orders: QuerySet[Order], to: Order.Status
    ) -> HttpResponse | None:
        """Show what would become of each order; with `confirmed`, do it."""
        facts: dict[str, Any]
        chosen = list(orders.order_by("pk")[: MOST + 1])
        if len(chosen) > MOST:
            text = _("At most %(most)s orders at once.") % {"most": MOST}
            self.message_user(request, text, messages.ERROR)
            return None
        form = NoteForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            rows = [(one, to in Order.TRANSITIONS[one.status]) for one in chosen]
            facts = {"rows": rows, "to": to, "form": form}
            facts["action"] = request.POST.get("action")
            facts["is_grave"] = to == Order.Status.CANCELED
            title = _("Move orders → %(state)s") % {"state": to.label}
            return self._page(request, "move_many", title, **facts)
        results = move_orders(
            codes=[order.code for order in chosen],
            to=to,
            actor=account(request),
            now=timezone.now(),
            note=form.cleaned_data["note"],
        )
        numbers = {order.code: order.pk for order in chosen}
        done = [numbers[one.code] for one in results if one.outcome == "moved"]
        left = [numbers[one.code] for one in results if one.outcome != "moved"]
        if done:
            facts = {"state": to.label, "orders": ", ".join(map(str, done))}
            self.message_user(request, _("“%(state)s” now: %(orders)s.") % facts)
        if left:
            text = _("Left as they were: %(orders)s.")
            text %= {"orders": ", ".join(map(str, left))}
            self.message_user(request, text, messages.ERROR)
        return None

    def _order(self, request: HttpRequest, pk: int, permission: str) -> Order:
        if not account(request).has_perm(permission):
            raise PermissionDenied
        return get_object_or_404(Order, pk=pk)

    def _do(
        self, request: HttpRequest, pk: int, deed: Callable[[], str]
    ) -> HttpResponse:
        try:
            self.message_user(request, deed())
        except REFUSALS as refusal:
            self.message_user(request, told(refusal), messages.ERROR)
        return self._back(pk)

    def _back(self, pk: int) -> HttpResponse:
        return redirect(reverse("admin:orders_order_change", args=[pk]))

    def _ask(
        self, request: HttpRequest, order: Order, title: str, **facts: Any
    ) -> HttpResponse:
        return self._page(request, "deed", title, order=order, **facts)

    def _page(
        self, request: HttpRequest, name: str, title: str, **facts: Any
    ) -> HttpResponse:
        context = self.admin_site.each_context(request)
        context |= {"title": title, "opts": self.model._meta, **facts}
        return TemplateResponse(request, f"orders/desk/{name}.html", context)
