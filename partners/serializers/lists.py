"""What may come in from partners, and what goes out to them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import PriceChange
from catalog.serializers import SHOP, MoneyField, ShopRefSerializer, example
from partners.models import OfferChange, PriceListRun
from partners.price_list import Finding


class PriceListInput(serializers.Serializer[Any]):
    file = serializers.FileField(
        required=False, help_text="A price list: YAML, CSV or XLSX."
    )
    url = serializers.CharField(
        required=False, max_length=2000, help_text="Or the address of one."
    )
    check_only = serializers.BooleanField(
        default=False, help_text="Look before you leap: everything but the effect."
    )
    refuse_warnings = serializers.BooleanField(
        default=False, help_text="Warnings forbid the list as errors do."
    )
    good_rows_only = serializers.BooleanField(
        default=False,
        help_text="Goods with errors stay as they are today; the others are applied.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("url" in attrs):
            message = "Give a file or a url."
            raise serializers.ValidationError({"file": [message]}, code="required")
        return attrs


@example({"force": False})
class UndoInput(serializers.Serializer[Any]):
    force = serializers.BooleanField(
        default=False, help_text="Take back also what was edited since."
    )


class FindingSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    field = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    code = serializers.CharField()
    message = serializers.CharField()


class ProgressSerializer(serializers.Serializer[Any]):
    """How far the run is; `goods_total` is a guess until all goods are read."""

    goods_total = serializers.IntegerField()
    goods_read = serializers.IntegerField()
    goods_checked = serializers.IntegerField()
    goods_applied = serializers.IntegerField()
    estimated_end = serializers.DateTimeField(
        allow_null=True, help_text="Null until there is something to judge by."
    )


@example(
    {
        "id": 4,
        "kind": "apply",
        "state": "done",
        "check_id": 3,
        "undone_id": None,
        "source": "autumn.yaml",
        "checksum": "6b1f0f5c9d1d4d7ac1a5b8f5a0a2a8f4f7a55d0d7e3b1c2f9e8d7c6b5a493827",
        "shop": SHOP,
        "created_count": 12,
        "changed_count": 3,
        "unchanged_count": 40,
        "withdrawn_count": 1,
        "refused_count": 0,
        "refuse_warnings": False,
        "good_rows_only": False,
        "progress": {
            "goods_total": 55,
            "goods_read": 55,
            "goods_checked": 55,
            "goods_applied": 55,
            "estimated_end": None,
        },
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
        "errors_total": 0,
        "has_corrected": False,
        "created_at": "2026-11-21T03:14:10.000000Z",
        "started_at": "2026-11-21T03:14:10.200000Z",
        "finished_at": "2026-11-21T03:14:11.000000Z",
    }
)
class PriceListRunSerializer(serializers.ModelSerializer[PriceListRun]):
    """What a price list did, or why it was refused."""

    source = serializers.CharField(source="price_list.source")  # type: ignore[assignment]
    checksum = serializers.CharField(source="price_list.checksum")
    shop = ShopRefSerializer(allow_null=True)
    check_id = serializers.IntegerField(
        source="check_run_id",
        allow_null=True,
        help_text="The check whose result this run applies.",
    )
    undone_id = serializers.IntegerField(
        source="undone_run_id",
        allow_null=True,
        help_text="The run that this one takes back.",
    )
    refuse_warnings = serializers.BooleanField(source="refuses_warnings")
    good_rows_only = serializers.BooleanField(source="is_partial")
    progress = ProgressSerializer(source="*")
    findings = serializers.SerializerMethodField()
    has_corrected = serializers.SerializerMethodField(
        help_text="Whether there is a corrected list to download."
    )

    class Meta:
        model = PriceListRun
        fields = (
            "id",
            "kind",
            "state",
            "check_id",
            "undone_id",
            "source",
            "checksum",
            "shop",
            "created_count",
            "changed_count",
            "unchanged_count",
            "withdrawn_count",
            "refused_count",
            "refuse_warnings",
            "good_rows_only",
            "progress",
            "findings",
            "findings_total",
            "errors_total",
            "has_corrected",
            "created_at",
            "started_at",
            "finished_at",
        )

    def get_has_corrected(self, run: PriceListRun) -> bool:
        return run.corrected_id is not None

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, run: PriceListRun) -> list[dict[str, Any]]:
        """In the language of the context."""
        language = self.context.get("language", "en")
        return [Finding.kept(row).told(language) for row in run.findings]


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


class ValueChangeSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField(help_text="Null where there was nothing.")
    after = serializers.JSONField()


@example(
    {
        "kind": "changed",
        "article": "4216292",
        "name": "Green tea, 100 g",
        "line": 6,
        "offer": 7,
        "product": 5,
        "card": "",
        "values": [{"field": "regular_price", "before": "150.00", "after": "140.00"}],
        "undo": "",
    }
)
class OfferChangeSerializer(serializers.ModelSerializer[OfferChange]):
    """One offer of a change set; `values` are those that differ.

    `card` says whether the product card is made or changed; `undo` what became of the
    offer when the list was taken back: restored, removed, or kept as edited since.
    """

    values = serializers.SerializerMethodField()
    offer = serializers.IntegerField(source="offer_id", allow_null=True)
    product = serializers.IntegerField(source="product_id", allow_null=True)

    class Meta:
        model = OfferChange
        fields = (
            "kind",
            "article",
            "name",
            "line",
            "offer",
            "product",
            "card",
            "values",
            "undo",
        )

    @extend_schema_field(ValueChangeSerializer(many=True))
    def get_values(self, change: OfferChange) -> list[dict[str, Any]]:
        return [
            {"field": name, "before": before, "after": after}
            for name, before, after in change.differences
        ]
