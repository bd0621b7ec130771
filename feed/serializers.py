"""What goes out of the feed."""

from typing import Any

from rest_framework import serializers

from catalog.serializers import WholeNumberField, example
from feed.models import KINDS, Delivery, Event, Webhook
from feed.signing import secret_of

EVENT = {
    "number": 41,
    "kind": "order.placed",
    "at": "2026-11-21T03:14:20.767293Z",
    "data": {
        "order": 12,
        "code": "vj_ipX8b8v6faC4uGXZTVg",
        "before": "",
        "after": "confirmed",
        "total": "6130.00",
    },
}


class EventQueryInput(serializers.Serializer[Any]):
    after = WholeNumberField(
        min_value=0, default=0, help_text="The number of the last event known."
    )
    limit = WholeNumberField(min_value=1, max_value=500, default=100)


class EventSerializer(serializers.ModelSerializer[Event]):
    kind = serializers.ChoiceField(choices=KINDS)
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="Depends on the kind; never a person."
    )

    class Meta:
        model = Event
        fields = ("number", "kind", "at", "data")


@example(
    {"next": "https://shop.example/api/v1/events/?after=41&limit=100"}
    | {"results": [EVENT]}
)
class EventPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(
        help_text="Where to go on; ask there again when there is nothing new."
    )
    results = EventSerializer(many=True)


WEBHOOK = {"url": "https://warehouse.example/storekeeper", "kinds": ["order.placed"]}


@example(WEBHOOK | {"description": "Warehouse", "is_active": True})
class WebhookInput(serializers.Serializer[Any]):
    url = serializers.URLField(max_length=2000)
    description = serializers.CharField(
        max_length=200, required=False, allow_blank=True
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=KINDS),
        required=False,
        max_length=len(KINDS),
        help_text="Empty for all.",
    )
    is_active = serializers.BooleanField(required=False)


@example(
    {"id": 1, **WEBHOOK, "description": "Warehouse", "is_active": True}
    | {"rotated_at": None, "created_at": "2026-11-21T03:14:20.767293Z"}
)
class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    kinds = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Webhook
        fields = (
            "id",
            "url",
            "description",
            "kinds",
            "is_active",
            "rotated_at",
            "created_at",
        )


@example({"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw8j5wGz0s0F0="})
class SecretSerializer(serializers.Serializer[Webhook]):
    secret = serializers.SerializerMethodField()

    def get_secret(self, webhook: Webhook) -> str:
        return secret_of(webhook)


@example(
    {"id": 3, "webhook": 1, "message": "evt_41", "event": 41, "kind": "order.placed"}
    | {"state": "delivered", "attempts": 1, "status": 200}
    | {"created_at": "2026-11-21T03:14:20.767293Z"}
    | {"tried_at": "2026-11-21T03:14:21.105612Z"}
)
class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    message = serializers.CharField(help_text="The header webhook-id.")
    event = serializers.IntegerField(source="event_id", allow_null=True)
    kind = serializers.CharField(source="event.kind", default="webhook.test")

    class Meta:
        model = Delivery
        fields = (
            "id",
            "webhook",
            "message",
            "event",
            "kind",
            "state",
            "attempts",
            "status",
            "created_at",
            "tried_at",
        )
