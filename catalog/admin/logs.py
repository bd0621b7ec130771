"""The admin's desk: what changed prices and stock, and who; nothing can be edited."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from catalog.admin.desk import LongList, ReadOnly, named
from catalog.admin.filters import ByRow
from catalog.models import Offer, PriceChange, StockMovement

SHOWN = 30


class LogAdmin(ReadOnly, LongList, ModelAdmin[Any]):
    """A log is append-only, and names its causes."""

    list_display_links = None
    list_select_related = ("offer__product", "offer__shop")
    sortable_by = ()
    ordering = ("-pk",)
    search_fields = ("document",)
    search_help_text = _(
        "The cause as the log names it: order:12, user:3, change-set:7"
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            queryset = queryset.filter(document=search_term.strip())
        return queryset, False


@admin.register(StockMovement)
class StockMovementAdmin(LogAdmin):
    list_display = (
        "created_at",
        "offer",
        "delta",
        "balance",
        "reason",
        "document",
        "note",
    )
    list_filter = (
        "reason",
        ("offer__product", ByRow),
        ("offer__shop", ByRow),
    )


@admin.register(PriceChange)
class PriceChangeAdmin(LogAdmin):
    list_display = (
        "created_at",
        "offer",
        "price",
        "regular_price",
        "reason",
        "document",
    )
    list_filter = (
        "reason",
        ("offer__product", ByRow),
        ("offer__shop", ByRow),
    )


def history(offers: QuerySet[Offer]) -> dict[str, Any]:
    """Why these offers cost what they cost, and where their stock went: the newest
    lines of both logs, in three statements."""
    prices = list(_newest(PriceChange.objects.filter(offer__in=offers)))
    moves = list(_newest(StockMovement.objects.filter(offer__in=offers)))
    causes = named({line.document for line in (*prices, *moves)})
    return {
        "price_log": {
            "headers": [_("when"), _("shop"), _("price"), _("regular"), _("set by")],
            "rows": [
                [
                    line.created_at,
                    line.offer.shop.name,
                    line.price,
                    line.regular_price,
                    causes[line.document],
                ]
                for line in prices
            ],
        },
        "ledger": {
            "headers": [
                _("when"),
                _("shop"),
                _("by"),
                _("stock then"),
                _("cause"),
                _("reason"),
            ],
            "rows": [
                [
                    line.created_at,
                    line.offer.shop.name,
                    f"{line.delta:+d}",
                    line.balance,
                    causes[line.document] or line.get_reason_display(),
                    line.note or "—",
                ]
                for line in moves
            ],
        },
    }


def _newest(lines: Any) -> Iterable[Any]:
    return lines.select_related("offer__shop").order_by("-pk")[:SHOWN]
