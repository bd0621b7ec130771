"""Who acts for a shop, and the address its list is fetched from."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from partners.models import Membership, PriceListSource
from partners.services import drop_source


@admin.register(Membership)
class MembershipAdmin(ModelAdmin[Membership]):
    list_display = ("user", "shop", "created_at")
    list_select_related = ("user", "shop")
    autocomplete_fields = ("user", "shop")
    search_fields = ("user__username", "shop__name")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(PriceListSource)
class PriceListSourceAdmin(ModelAdmin[PriceListSource]):
    """Set by partners at their own desk; here one sees how it goes, or ends it."""

    list_display = (
        "shop",
        "url",
        "every_hours",
        "next_at",
        "fetched_at",
        "changed_at",
        "failures",
        "trouble",
    )
    list_select_related = ("shop",)
    list_filter = ("failures",)
    search_fields = ("shop__name", "url")
    ordering = ("-failures", "pk")
    show_full_result_count = False
    fields = (*list_display, "user")

    @admin.display(description=_("problem"))
    def trouble(self, source: PriceListSource) -> str:
        return gettext(source.problem) if source.problem else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: PriceListSource) -> None:
        drop_source(shop=obj.shop)

    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[PriceListSource]
    ) -> None:
        for source in queryset.select_related("shop"):
            drop_source(shop=source.shop)
