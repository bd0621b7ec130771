"""The admin's desk: webhooks and what became of their messages."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.exceptions import AddressRefused
from accounts.outbound import check_address
from feed.exceptions import TooManyWebhooks, WebhookIsOff
from feed.models import Delivery, Event, Webhook
from feed.services import redeliver, rotate_secret, save_webhook, send_test
from feed.signing import secret_of


class ReadOnly:
    """Shows rows that nobody may touch."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnly, ModelAdmin[Event]):
    list_display = ("number", "kind", "at", "data")
    list_filter = ("kind",)
    ordering = ("-number",)


class WebhookForm(forms.ModelForm[Webhook]):
    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            check_address(url)
        except AddressRefused as refusal:
            raise forms.ValidationError(refusal.reason) from refusal
        return url


@admin.register(Webhook)
class WebhookAdmin(ModelAdmin[Webhook]):
    form = WebhookForm
    list_display = ("url", "description", "is_active", "rotated_at")
    readonly_fields = ("secret", "rotated_at")
    ordering = ("pk",)
    actions = ("test", "rotate")

    @admin.display(description="Secret")
    def secret(self, webhook: Webhook) -> str:
        return secret_of(webhook) if webhook.pk else "Made when it is saved."

    def save_model(
        self, request: HttpRequest, obj: Webhook, form: Any, change: bool
    ) -> None:
        try:
            save_webhook(webhook=obj, values={})
        except TooManyWebhooks as refusal:
            text = f"There are {refusal.limit} webhooks already: not saved."
            self.message_user(request, text, messages.ERROR)

    @admin.action(description="Send a test message", permissions=["change"])
    def test(self, request: HttpRequest, webhooks: QuerySet[Webhook]) -> None:
        for webhook in webhooks:
            _tell(self, request, f"{webhook}: queued.", send_test, webhook=webhook)

    @admin.action(description="Make a new secret", permissions=["change"])
    def rotate(self, request: HttpRequest, webhooks: QuerySet[Webhook]) -> None:
        for webhook in webhooks:
            rotate_secret(webhook=webhook, now=timezone.now())


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, ModelAdmin[Delivery]):
    list_display = ("message", "webhook", "state", "attempts", "status", "tried_at")
    list_filter = ("state", "webhook")
    list_select_related = ("webhook",)
    ordering = ("-pk",)
    actions = ("again",)

    @admin.action(description="Send again", permissions=["view"])
    def again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        for delivery in deliveries.select_related("webhook"):
            _tell(self, request, f"{delivery}: queued.", redeliver, delivery=delivery)


def _tell(
    desk: ModelAdmin[Any], request: HttpRequest, text: str, deed: Any, **what: Any
) -> None:
    try:
        deed(**what)
        desk.message_user(request, text)
    except WebhookIsOff:
        desk.message_user(request, "This webhook is off.", messages.ERROR)
