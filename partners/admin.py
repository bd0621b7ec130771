"""The admin's desk: who sells, and what their lists did."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from partners.models import Membership, PriceListRun


@admin.register(Membership)
class MembershipAdmin(ModelAdmin[Membership]):
    list_display = ("user", "shop", "created_at")
    list_select_related = ("user", "shop")
    autocomplete_fields = ("user", "shop")
    search_fields = ("user__username", "shop__name")


@admin.register(PriceListRun)
class PriceListRunAdmin(ModelAdmin[PriceListRun]):
    list_display = (
        "pk",
        "shop",
        "kind",
        "state",
        "created_count",
        "changed_count",
        "withdrawn_count",
        "created_at",
    )
    list_select_related = ("shop",)
    list_filter = ("state", "kind")
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
