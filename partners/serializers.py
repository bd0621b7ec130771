"""What may come in from partners, and what goes out to them."""

from typing import Any

from rest_framework import serializers

from catalog.models import PriceChange
from catalog.serializers import SHOP, MoneyField, ShopRefSerializer, example
from partners.models import PriceListRun


class PriceListInput(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="A YAML price list.")
    check_only = serializers.BooleanField(
        default=False, help_text="Look before you leap: everything but the effect."
    )


class FindingSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    field = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    code = serializers.CharField()
    message = serializers.CharField()


@example(
    {
        "id": 4,
        "kind": "apply",
        "state": "done",
        "source": "autumn.yaml",
        "checksum": "6b1f0f5c9d1d4d7ac1a5b8f5a0a2a8f4f7a55d0d7e3b1c2f9e8d7c6b5a493827",
        "shop": SHOP,
        "created_count": 12,
        "changed_count": 3,
        "unchanged_count": 40,
        "withdrawn_count": 1,
        "findings": [
            {
                "line": 3,
                "column": 1,
                "field": "owner_email",
                "severity": "warning",
                "code": "unknown-key",
                "message": "Key owner_email is unknown and was ignored (1 in all).",
            }
        ],
        "findings_total": 1,
        "created_at": "2026-11-21T03:14:10.000000Z",
        "finished_at": "2026-11-21T03:14:11.000000Z",
    }
)
class PriceListRunSerializer(serializers.ModelSerializer[PriceListRun]):
    """What a price list did, or why it was refused."""

    source = serializers.CharField(source="price_list.source")  # type: ignore[assignment]
    checksum = serializers.CharField(source="price_list.checksum")
    shop = ShopRefSerializer(allow_null=True)
    findings = FindingSerializer(many=True)

    class Meta:
        model = PriceListRun
        fields = (
            "id",
            "kind",
            "state",
            "source",
            "checksum",
            "shop",
            "created_count",
            "changed_count",
            "unchanged_count",
            "withdrawn_count",
            "findings",
            "findings_total",
            "created_at",
            "finished_at",
        )


class DocumentSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["price-list-run", "user"])
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="File or URL of the list, or a username.")
    by = serializers.CharField(
        allow_null=True, help_text="Who edited or uploaded; null for an operator."
    )


@example(
    {
        "price": "2890.00",
        "regular_price": "3250.00",
        "reason": "import",
        "at": "2026-11-21T03:14:10.000000Z",
        "set_by": {
            "kind": "price-list-run",
            "id": 4,
            "name": "autumn.yaml",
            "by": "pat",
        },
    }
)
class ExplainedPriceSerializer(serializers.Serializer[Any]):
    """A price from `at` on, and what set it; null for a cause that is not known."""

    price = MoneyField()
    regular_price = MoneyField()
    reason = serializers.ChoiceField(choices=PriceChange.Reason.choices)
    at = serializers.DateTimeField()
    set_by = DocumentSerializer(allow_null=True)
