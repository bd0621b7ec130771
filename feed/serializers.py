"""What goes out of the feed."""

from typing import Any

from rest_framework import serializers

from catalog.serializers import WholeNumberField, example
from feed.models import Event
from feed.models.events import KINDS

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
