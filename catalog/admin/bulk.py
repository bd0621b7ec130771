"""Bulk actions of the lists: what to do is asked, then shown row by row."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.desk import RowSelect, document_of, told
from catalog.exceptions import CatalogError
from catalog.models import Category, Offer, Product, Shop
from catalog.services import (
    MOST_CHANGES,
    MOST_STOCK,
    ActiveDeed,
    CategoryDeed,
    Deed,
    ListingDeed,
    PriceDeed,
    StockDeed,
    preview_change,
)

ROUNDED = {
    "0.01": _("to 0.01"),
    "0.10": _("to 0.10"),
    "1": _("to 1"),
    "5": _("to 5"),
    "10": _("to 10"),
    "50": _("to 50"),
    "100": _("to 100"),
    "x.99": _("to .99"),
    "x9": _("to end in 9"),
}
HOW = {
    "percent": _("Raise or lower by per cent"),
    "amount": _("Raise or lower by an amount"),
    "set": _("Set to"),
    "sale": _("Put on sale, per cent below the regular price"),
    "end-sale": _("End the sale"),
}
WHICH = {
    "both": _("regular and discount price"),
    "regular": _("regular price"),
    "discount": _("discount price"),
}


class DeedForm(forms.Form):
    """Asks what is to be done, and why."""

    note = forms.CharField(
        label=_("Reason"),
        max_length=255,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "note"])

    def deed(self) -> Deed:
        raise NotImplementedError

    def things(self, rows: QuerySet[Any]) -> list[int]:
        """Ids of what the deed is done to, at most one more than allowed."""
        return list(rows.order_by().values_list("pk", flat=True)[: MOST_CHANGES + 1])


class PriceForm(DeedForm):
    how = forms.ChoiceField(
        label=_("What to do"), choices=HOW.items, widget=UnfoldAdminSelectWidget
    )
    value = forms.DecimalField(
        label=_("By how much, or to what"),
        required=False,
        max_digits=12,
        decimal_places=2,
        help_text=_("5 raises by 5 % (or by 5.00), -5 lowers."),
        widget=UnfoldAdminDecimalFieldWidget,
    )
    prices = forms.ChoiceField(
        label=_("Of which price"), choices=WHICH.items, widget=UnfoldAdminSelectWidget
    )
    rounding = forms.ChoiceField(
        label=_("Round"), choices=ROUNDED.items, widget=UnfoldAdminSelectWidget
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        how, value = given.get("how"), given.get("value")
        if how and how != "end-sale" and value is None and "value" not in self.errors:
            self.add_error("value", _("Say by how much."))
        elif how == "set" and given.get("prices") == "both":
            self.add_error("prices", _("Choose one of the two to set."))
        elif how == "sale" and value is not None and not 0 < value < 100:
            self.add_error("value", _("Between 0 and 100."))
        return given

    def deed(self) -> Deed:
        given = self.cleaned_data
        return PriceDeed(
            how=given["how"],
            value=given["value"] or Decimal(0),
            prices=given["prices"],
            rounding=given["rounding"],
        )


class OffersPriceForm(PriceForm):
    """Asked of products: the prices of what shops offer of them."""

    shop = forms.ModelChoiceField(
        label=_("Only of this shop"),
        queryset=Shop.objects.all(),
        required=False,
        widget=RowSelect(Offer._meta.get_field("shop"), admin.site),
    )

    def things(self, rows: QuerySet[Any]) -> list[int]:
        offers = Offer.objects.filter(product__in=rows.order_by().values("pk"))
        if self.cleaned_data["shop"]:
            offers = offers.filter(shop=self.cleaned_data["shop"])
        return super().things(offers)


class StockForm(DeedForm):
    note = forms.CharField(
        label=_("Reason"),
        max_length=255,
        help_text=_("It stands in the ledger of stock."),
        widget=UnfoldAdminTextInputWidget,
    )
    how = forms.ChoiceField(
        label=_("What to do"),
        choices=[("by", _("Change by a difference")), ("to", _("Set to a count"))],
        widget=UnfoldAdminSelectWidget,
    )
    value = forms.IntegerField(
        label=_("By how much, or to what"),
        min_value=-MOST_STOCK,
        max_value=MOST_STOCK,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("how") == "to" and (given.get("value") or 0) < 0:
            self.add_error("value", _("A count is 0 or more."))
        return given

    def deed(self) -> Deed:
        return StockDeed(self.cleaned_data["how"], self.cleaned_data["value"])


class ListingForm(DeedForm):
    how = forms.ChoiceField(
        label=_("What to do"),
        choices=[("withdraw", _("Take from sale")), ("list", _("List again"))],
        widget=UnfoldAdminSelectWidget,
    )

    def deed(self) -> Deed:
        return ListingDeed(is_withdrawn=self.cleaned_data["how"] == "withdraw")


class ActiveForm(DeedForm):
    how = forms.ChoiceField(
        label=_("What to do"),
        choices=[("hide", _("Hide from every shop")), ("show", _("Show again"))],
        widget=UnfoldAdminSelectWidget,
    )

    def deed(self) -> Deed:
        return ActiveDeed(is_active=self.cleaned_data["how"] == "show")


class CategoryForm(DeedForm):
    how = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            ("move", _("Move there, out of all others")),
            ("add", _("Put there as well")),
            ("remove", _("Take out of it")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Category.objects.all(),
        widget=RowSelect(Product._meta.get_field("categories"), admin.site),
    )

    def deed(self) -> Deed:
        given = self.cleaned_data
        return CategoryDeed(given["how"], given["category"].pk)


class Bulk:
    """Bulk actions of a list: a name in `bulk` → its title and the form that asks."""

    bulk: dict[str, tuple[Any, type[DeedForm]]] = {}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)  # type: ignore[misc]
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            return {k: v for k, v in actions.items() if k not in self.bulk}
        return dict(actions)

    def get_action(self, action: Any) -> Any:
        if action in self.bulk:
            return Bulk.ask, action, self.bulk[action][0]
        return super().get_action(action)  # type: ignore[misc]

    @staticmethod
    def ask(desk: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        """Ask what to do to the chosen rows; answered, show what it would do."""
        title, kind = desk.bulk[request.POST["action"]]
        form = kind(request.POST if "how" in request.POST else None)
        if form.is_valid():
            try:
                shown = preview_change(
                    deed=form.deed(),
                    things=form.things(rows),
                    document=document_of(request),
                    note=form.cleaned_data["note"],
                )
            except CatalogError as refusal:
                messages.error(request, told(refusal))
            else:
                return redirect("admin:catalog_changeset_change", shown.pk)
        context = desk.admin_site.each_context(request) | {
            "title": str(title).removesuffix("…"),
            "opts": desk.opts,
            "form": form,
            "action": request.POST["action"],
            "selected": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
            "button": _("Show what it would do"),
            "media": desk.media + form.media,
        }
        return TemplateResponse(request, "catalog/admin/ask.html", context)
