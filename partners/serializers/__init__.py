"""What may come in from partners, and what goes out to them; import from here."""

from partners.serializers.desk import (
    DaySalesSerializer,
    DeskOfferSerializer,
    DeskOrderSerializer,
    DeskShopInput,
    DeskShopSerializer,
    ExportQuery,
    ParcelMoveInput,
    SalesQuery,
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
    "DaySalesSerializer",
    "DeskOfferSerializer",
    "DeskOrderSerializer",
    "DeskShopInput",
    "DeskShopSerializer",
    "ExplainedPriceSerializer",
    "ExportQuery",
    "OfferChangeSerializer",
    "ParcelMoveInput",
    "PriceListInput",
    "PriceListRunSerializer",
    "SalesQuery",
    "SourceInput",
    "SourceSerializer",
    "UndoInput",
]
