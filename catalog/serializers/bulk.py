"""Many offers changed in one call: what comes in, and a result for each row."""

from typing import Any

from rest_framework import serializers

from catalog.serializers.cards import VERSION
from catalog.serializers.fields import WholeNumberField, example
from catalog.serializers.inputs import LineField, PriceField, StrictInput
from catalog.services import MOST_STOCK, OfferRow

MOST_ROWS = 1000
POLICIES = ["all-or-nothing", "good-rows"]


class BulkRow(StrictInput):
    """What is left out stays as it is."""

    offer = WholeNumberField(min_value=1)
    regular_price = PriceField(required=False)
    discount_price = PriceField(required=False, allow_null=True)
    recommended_price = PriceField(required=False, allow_null=True)
    is_withdrawn = serializers.BooleanField(required=False)
    stock_delta = WholeNumberField(
        required=False, min_value=-MOST_STOCK, max_value=MOST_STOCK
    )
    version = serializers.CharField(required=False, max_length=64, help_text=VERSION)


@example(
    {
        "policy": "good-rows",
        "note": "Autumn sale",
        "rows": [
            {"offer": 1, "discount_price": "2590.00"},
            {"offer": 2, "is_withdrawn": True},
            {"offer": 3, "stock_delta": -2},
        ],
    }
)
class BulkInput(StrictInput):
    policy = serializers.ChoiceField(
        choices=POLICIES,
        help_text="Whether one bad row refuses all, or the good ones are applied.",
    )
    note = LineField(required=False, help_text="Why; needed where stock moves.")
    rows = serializers.ListField(
        child=serializers.JSONField(allow_null=True), min_length=1, max_length=MOST_ROWS
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        form = BulkRow()
        rows = [_row(form, row) for row in given["rows"]]
        if any(row.delta for row in rows) and "note" not in given:
            required = serializers.ErrorDetail("Say why stock moves.", code="required")
            raise serializers.ValidationError({"note": [required]})
        return {
            "rows": rows,
            "all_or_nothing": given["policy"] == "all-or-nothing",
            "note": given.get("note", ""),
        }


class BulkRowResult(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Counted from 0, as in the request.")
    offer = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=["changed", "unchanged", "refused"])
    problem = serializers.DictField(
        allow_null=True, help_text="As any other problem (RFC 9457); null if none."
    )


@example(
    {
        "changed": 2,
        "unchanged": 0,
        "refused": 1,
        "rows": [
            {"index": 0, "offer": 1, "status": "changed", "problem": None},
            {"index": 1, "offer": 2, "status": "changed", "problem": None},
            {
                "index": 2,
                "offer": 3,
                "status": "refused",
                "problem": {
                    "type": "https://shop.example/problems/stock-changed",
                    "title": "Stock would fall below zero",
                    "status": 409,
                    "detail": "Only 1 are there; nothing was changed.",
                    "code": "stock-changed",
                    "available": 1,
                },
            },
        ],
    }
)
class BulkSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = BulkRowResult(many=True)


def _row(form: BulkRow, row: Any) -> OfferRow:
    """A row as the service takes it; one that is not understood says why."""
    try:
        values = dict(form.run_validation(row))
    except serializers.ValidationError as error:
        named = row.get("offer") if isinstance(row, dict) else None
        is_id = type(named) is int and abs(named) < 2**63
        return OfferRow(offer=named if is_id else None, error=error)
    return OfferRow(
        offer=values.pop("offer"),
        delta=values.pop("stock_delta", 0),
        version=values.pop("version", None),
        values=values,
    )
