"""The admin's desk: what the feed tells, to whom, and what became of each message."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.exceptions import AddressRefused
from accounts.outbound import check_address
from accounts.permissions import account
from catalog.admin.desk import LongList, ReadOnly
from feed.exceptions import TooManyWebhooks, WebhookIsOff
from feed.models import KINDS, Delivery, Event, Webhook
from feed.services import (
    delete_webhook,
    redeliver,
    rotate_secret,
    save_webhook,
    send_test,
)
from feed.signing import secret_of
from orders.admin.filters import DaysFilter

TEST = "webhook.test"
COLOURS = {"waiting": "warning", "delivered": "success", "failed": "danger"}


class Log(ReadOnly, LongList):
    """A long history to read, newest first."""

    list_filter_submit = True
    sortable_by = ()
    ordering = ("-pk",)


class Confirmed:
    """Buttons that ask first: what they do is done by the form that they lead to."""

    def ask(
        self,
        request: HttpRequest,
        row: Any,
        question: Any,
        deed: Callable[[], Any],
        effect: Any = "",
    ) -> HttpResponse:
        """The page that asks; when it is sent, the deed, and the row's own page."""
        desk: Any = self
        name = f"admin:{desk.opts.app_label}_{desk.opts.model_name}_change"
        back = reverse(name, args=[row.pk])
        if request.method != "POST":
            facts = {"opts": desk.opts, "title": question, "row": row}
            facts |= {"effect": effect, "back": back}
            context = desk.admin_site.each_context(request) | facts
            return TemplateResponse(request, "catalog/admin/confirm.html", context)
        try:
            desk.message_user(request, deed())
            desk.log_change(request, row, str(question))
        except WebhookIsOff:
            text = gettext("This webhook is off: nothing was sent.")
            desk.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(back)

    def row_of(self, request: HttpRequest, object_id: Any) -> Any:
        row = self.get_object(request, str(object_id))  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        return row


@admin.register(Event)
class EventAdmin(Log, ModelAdmin[Event]):
    list_display = ("number", "kind", "at", "data")
    list_filter = ("kind", ("at", DaysFilter))


class WebhookForm(forms.ModelForm[Webhook]):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        choices=[(kind, kind) for kind in KINDS],
        required=False,
        help_text=_("Kinds of events; none chosen is all."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Webhook
        fields = ("url", "description", "kinds", "is_active")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            check_address(url)
        except AddressRefused as refusal:
            raise forms.ValidationError(gettext(refusal.reason)) from refusal
        return url


@admin.register(Webhook)
class WebhookAdmin(Confirmed, ModelAdmin[Webhook]):
    form = WebhookForm
    show_full_result_count = False
    list_display = ("url", "description", "is_active", "rotated_at")
    list_filter = ("is_active",)
    search_fields = ("url", "description")
    readonly_fields = ("secret", "rotated_at", "log")
    ordering = ("pk",)
    actions = ("test",)
    actions_detail = ("test_one", "rotate_one")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look is not shown by what messages are signed."""
        fields = super().get_readonly_fields(request, obj)
        may = self.has_change_permission(request)
        return [name for name in fields if may or name != "secret"]

    @admin.display(description=_("Secret"))
    def secret(self, webhook: Webhook) -> str:
        return secret_of(webhook) if webhook.pk else gettext("Made when it is saved.")

    @admin.display(description=_("What became of its messages"))
    def log(self, webhook: Webhook) -> str:
        address = reverse("admin:feed_delivery_changelist")
        address = f"{address}?webhook__id__exact={webhook.pk}"
        link = '<a class="text-link" href="{}">{}</a>'
        return format_html(link, address, gettext("Deliveries")) if webhook.pk else "—"

    def save_model(
        self, request: HttpRequest, obj: Webhook, form: Any, change: bool
    ) -> None:
        try:
            save_webhook(webhook=obj, values={})
        except TooManyWebhooks as refusal:
            text = gettext("There are %(limit)s webhooks already: not saved.")
            facts = {"limit": refusal.limit}
            self.message_user(request, text % facts, messages.ERROR)

    def response_add(self, request: HttpRequest, obj: Webhook, *rest: Any) -> Any:
        if obj.pk is None:  # refused, and told why
            return HttpResponseRedirect(reverse("admin:feed_webhook_changelist"))
        return super().response_add(request, obj, *rest)

    def log_addition(self, request: HttpRequest, obj: Webhook, message: Any) -> Any:
        return super().log_addition(request, obj, message) if obj.pk else None

    def get_deleted_objects(
        self, objs: Iterable[Webhook], request: HttpRequest
    ) -> tuple[list[str], dict[Any, int], set[Any], list[Any]]:
        """The webhooks alone: of each one's log there may be a million rows."""
        names = [f"{webhook}" for webhook in objs]
        names.append(gettext("Each one's log of deliveries goes, too."))
        return names, {self.opts.verbose_name_plural: len(names) - 1}, set(), []

    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        delete_webhook(webhook=obj)

    @admin.action(description=_("Send a test message"), permissions=["change"])
    def test(self, request: HttpRequest, webhooks: QuerySet[Webhook]) -> None:
        queued = _each(webhooks.order_by("pk"), lambda one: send_test(webhook=one))
        _tell(self, request, *queued)

    @action(
        description=_("Send a test message"),
        permissions=["change"],
        icon="outgoing_mail",
    )
    def test_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        webhook = self.row_of(request, object_id)

        def deed() -> str:
            message = send_test(webhook=webhook).message
            return gettext("Queued: %(message)s.") % {"message": message}

        return self.ask(request, webhook, _("Send a test message?"), deed)

    @action(description=_("Make a new secret"), permissions=["change"], icon="key")
    def rotate_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        webhook = self.row_of(request, object_id)

        def deed() -> str:
            rotate_secret(webhook=webhook, now=timezone.now())
            return gettext("This is the new secret. The old one holds for a day more.")

        effect = _(
            "For a day messages are signed by both secrets, then by the new one alone:"
            " give it to the receiver before."
        )
        return self.ask(request, webhook, _("Make a new secret?"), deed, effect)


class KindFilter(admin.SimpleListFilter):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(kind, kind) for kind in (*KINDS, TEST)]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == TEST:
            return rows.filter(event=None)
        return rows.filter(event__kind=self.value()) if self.value() else rows


@admin.register(Delivery)
class DeliveryAdmin(Confirmed, Log, ModelAdmin[Delivery]):
    list_display = (
        "message",
        "kind",
        "webhook",
        "outcome",
        "attempts",
        "status",
        "created_at",
        "tried_at",
    )
    list_filter = ("state", "webhook", KindFilter, ("created_at", DaysFilter))
    list_select_related = ("webhook", "event")
    fields = (
        ("message", "kind"),
        ("webhook", "state"),
        ("attempts", "status"),
        ("created_at", "tried_at"),
        "content",
    )
    actions = ("again",)
    actions_detail = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("webhook", "event")

    def has_send_permission(self, request: HttpRequest, row: Any = None) -> bool:
        return account(request).has_perm("feed.change_delivery")

    @admin.display(description=_("message"))
    def message(self, delivery: Delivery) -> str:
        return delivery.message

    @admin.display(description=_("kind"))
    def kind(self, delivery: Delivery) -> str:
        return delivery.event.kind if delivery.event else TEST

    @display(description=_("state"), label=COLOURS)
    def outcome(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()

    @admin.display(description=_("content"))
    def content(self, delivery: Delivery) -> Any:
        return delivery.event.data if delivery.event else {}

    @admin.action(description=_("Send again"), permissions=["send"])
    def again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        rows = deliveries.select_related("webhook").order_by("pk")
        _tell(self, request, *_each(rows, lambda one: redeliver(delivery=one)))

    @action(description=_("Send again"), permissions=["send"], icon="replay")
    def send_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        delivery = self.row_of(request, object_id)

        def deed() -> str:
            message = redeliver(delivery=delivery).message
            return gettext("Queued: %(message)s.") % {"message": message}

        effect = _("The receiver knows it by its id, and that it was sent before.")
        return self.ask(request, delivery, _("Send this message again?"), deed, effect)


def _each(rows: Iterable[Any], deed: Callable[[Any], Any]) -> tuple[int, int]:
    """For how many rows the deed was done, and for how many the webhook is off."""
    done = off = 0
    for row in rows:
        try:
            deed(row)
            done += 1
        except WebhookIsOff:
            off += 1
    return done, off


def _tell(desk: Any, request: HttpRequest, done: int, off: int) -> None:
    if done:
        desk.message_user(request, gettext("Queued: %(message)s.") % {"message": done})
    if off:
        text = gettext("Not sent, the webhook is off: %(number)s.") % {"number": off}
        desk.message_user(request, text, messages.ERROR)
