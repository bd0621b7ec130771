"""What may come in from partners, and what goes out to them."""

from typing import Any

from rest_framework import serializers

from catalog.serializers import ShopRefSerializer
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
