"""Moves of orders: what may come in, and what became of each."""

from typing import Any

from rest_framework import serializers

from catalog.serializers import example
from orders.models import Order
from orders.serializers.examples import ORDER
from orders.services import MoveResult

# Nothing becomes new.
TARGETS = [status for status in Order.Status.values if status != Order.Status.NEW]
OUTCOMES = ["moved", "refused", "not-found", "out-of-stock", "address-missing"]


def note_field() -> serializers.CharField:
    """Shown in the timeline and in the letters."""
    return serializers.CharField(
        max_length=255, required=False, default="", allow_blank=True
    )


@example({"note": "Ordered the wrong size."})
class CancelInput(serializers.Serializer[Any]):
    note = note_field()


@example({"to": "sent", "note": "RU 4711 0815"})
class MoveInput(serializers.Serializer[Any]):
    to = serializers.ChoiceField(choices=TARGETS)
    note = note_field()


@example({"orders": [ORDER["code"]], "to": "assembled"})
class MoveManyInput(MoveInput):
    orders = serializers.ListField(
        child=serializers.RegexField("^[-_A-Za-z0-9]{22}$"),
        min_length=1,
        max_length=100,
        help_text="Codes of orders.",
    )


@example({"order": ORDER["code"], "outcome": "moved", "status": "assembled"})
class MoveResultSerializer(serializers.Serializer[MoveResult]):
    order = serializers.CharField(source="code")
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    status = serializers.CharField(
        allow_null=True, help_text="The state it is in now; null when not found."
    )
