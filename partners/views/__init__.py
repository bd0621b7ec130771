"""v1 of the partner desk, by noun; the router imports from here."""

from partners.views.desk import (
    DeskExportViewSet,
    DeskOfferViewSet,
    DeskOrderViewSet,
    DeskSalesViewSet,
    DeskShopViewSet,
    SourceViewSet,
)
from partners.views.lists import (
    CorrectedListViewSet,
    OfferChangeViewSet,
    PriceHistoryViewSet,
    PriceListRunViewSet,
    PriceListViewSet,
)

__all__ = [
    "CorrectedListViewSet",
    "DeskExportViewSet",
    "DeskOfferViewSet",
    "DeskOrderViewSet",
    "DeskSalesViewSet",
    "DeskShopViewSet",
    "OfferChangeViewSet",
    "PriceHistoryViewSet",
    "PriceListRunViewSet",
    "PriceListViewSet",
    "SourceViewSet",
]
