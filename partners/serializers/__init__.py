"""What may come in from partners, and what goes out to them; import from here."""

from partners.serializers.desk import (
    DeskOfferSerializer,
    DeskOrderSerializer,
    DeskShopInput,
    DeskShopSerializer,
    ExportQuery,
    SourceInput,
    SourceSerializer,
)
from partners.serializers.lists import (
    ExplainedPriceSerializer,
    OfferChangeSerializer,
    PriceListInput,
    PriceListRunSerializer,
    UndoInput,
)

__all__ = [
    "DeskOfferSerializer",
    "DeskOrderSerializer",
    "DeskShopInput",
    "DeskShopSerializer",
    "ExplainedPriceSerializer",
    "ExportQuery",
    "OfferChangeSerializer",
    "PriceListInput",
    "PriceListRunSerializer",
    "SourceInput",
    "SourceSerializer",
    "UndoInput",
]
