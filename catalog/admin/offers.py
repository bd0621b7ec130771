"""The admin's desk: what shops sell at which price."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from catalog.admin.bulk import Bulk, ListingForm, PriceForm, StockForm
from catalog.admin.desk import LongList, Refusing, document_of, is_id
from catalog.admin.filters import (
    ByRow,
    OfferInStock,
    OfferOnSale,
    Plain,
    TreeFilter,
    search_offers,
)
from catalog.admin.logs import history
from catalog.admin.offer_forms import OfferForm, OfferRowForm, OfferRows
from catalog.models import Offer
from catalog.services import correct_stock, save_offer


@admin.register(Offer)
class OfferAdmin(Refusing, Bulk, LongList, ModelAdmin[Offer]):
    """Prices and stock can be edited in the list: stock by a difference only."""

    form = OfferForm
    change_form_after_template = "catalog/admin/history.html"
    list_display = (
        "product",
        "shop",
        "article",
        "regular_price",
        "discount_price",
        "stock",
        "move",
        "listed",
    )
    list_editable = ("regular_price", "discount_price")
    list_filter_submit = True
    list_filter = (
        ("product__categories", TreeFilter),
        ("product__brand", ByRow),
        ("shop", ByRow),
        OfferInStock,
        OfferOnSale,
        "is_withdrawn",
        "product__is_active",
    )
    sortable_by = ("regular_price", "stock")
    ordering = ("-pk",)
    search_fields = ("product__name", "article")
    search_help_text = _("Words of the product, or how the article begins.")
    autocomplete_fields = ("product", "shop")
    readonly_fields = ("price", "stock")
    fieldsets = (
        (None, {"fields": ("product", ("shop", "article", "model"), "version")}),
        (
            _("Price"),
            {
                "fields": (
                    ("regular_price", "discount_price", "recommended_price"),
                    "price",
                    "is_withdrawn",
                )
            },
        ),
        (_("Stock"), {"fields": ("stock", ("difference", "reason"))}),
    )
    bulk = {
        "change_prices": (_("Change prices…"), PriceForm),
        "change_stock": (_("Change stock…"), StockForm),
        "change_listing": (_("Withdraw or list again…"), ListingForm),
    }
    actions = tuple(bulk)

    @admin.display(description=_("listed"), boolean=True)
    def listed(self, offer: Offer) -> bool:
        return not offer.is_withdrawn

    @admin.display(description=_("stock ± and why"))
    def move(self, offer: Any) -> str:
        form = getattr(offer, "row_form", None)
        if form is None:
            return "—"
        inputs = format_html(
            '<div class="flex flex-row gap-2">{}{}</div>',
            form["difference"],
            form["reason"],
        )
        if not form.errors:
            return inputs
        errors = form["difference"].errors, form["reason"].errors
        return format_html("{}{}{}", inputs, *errors)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        return super().get_queryset(request).select_related("product", "shop")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Plain

    def changelist_view(self, request: HttpRequest, *args: Any, **kw: Any) -> Any:
        page = super().changelist_view(request, *args, **kw)
        found = getattr(page, "context_data", None) and page.context_data.get("cl")
        if found and found.formset:
            # Row and form belong together, whatever was added since the page was made.
            found.result_list = [form.instance for form in found.formset.forms]
            for row, form in zip(found.result_list, found.formset.forms, strict=True):
                row.row_form = form
        return page

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        # The columns' own widgets, with the difference and its reason beside them.
        return super().get_changelist_form(request, **kwargs | {"form": OfferRowForm})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["formset"] = OfferRows
        return super().get_changelist_formset(request, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Offer], search_term: str
    ) -> tuple[QuerySet[Offer], bool]:
        return search_offers(queryset, search_term) if search_term else queryset, False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # orders and the ledger name it: it is withdrawn instead

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", **kw: Any
    ) -> Any:
        context = dict(kw.pop("extra_context", None) or {})
        if is_id(object_id):
            context |= history(Offer.objects.filter(pk=int(object_id)))
            context["logs"] = logs_of(f"offer__id__exact={object_id}")
        return super().change_view(request, object_id, form_url, context)

    def save_model(
        self, request: HttpRequest, obj: Offer, form: Any, change: bool
    ) -> None:
        if isinstance(form, OfferRowForm):
            form.page.write(request)  # type: ignore[attr-defined]
            return
        document = document_of(request)
        save_offer(offer=obj, document=document)
        if delta := form.cleaned_data["difference"]:
            note = form.cleaned_data["reason"]
            correct_stock(offer_id=obj.pk, delta=delta, document=document, note=note)


def logs_of(condition: str) -> list[tuple[str, Any]]:
    """Addresses of both logs, narrowed down."""
    pages = {"pricechange": _("All prices"), "stockmovement": _("All of the ledger")}
    return [
        (f"{reverse(f'admin:catalog_{page}_changelist')}?{condition}", title)
        for page, title in pages.items()
    ]
