"""Forms of offers that never write over what they did not show."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseModelFormSet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.desk import Versioned, document_of
from catalog.exceptions import FieldRefused
from catalog.models import Offer
from catalog.services import (
    MOST_STOCK,
    OfferRow,
    change_offers,
    check_prices,
    version_of,
)

NARROW = {"class": "w-24", "style": "min-width: 5.5rem"}
PRICES = ("regular_price", "discount_price")
REFUSALS = {
    "min_value": _("A price is above 0."),
    "max_value": _("This is too much."),
    "not_below_regular": _("It must be below the regular price."),
}
EDITED = {*PRICES, "is_withdrawn"}


class Quick:
    """An input that needs no template: a list of offers has hundreds of them."""

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        widget: Any = self
        facts = widget.build_attrs(widget.attrs, attrs)
        facts |= {"type": widget.input_type, "name": name}
        if (shown := widget.format_value(value)) is not None:
            facts["value"] = shown
        return format_html("<input{}>", flatatt(facts))


class QuickHidden(Quick, forms.HiddenInput):
    pass


class QuickInteger(Quick, UnfoldAdminIntegerFieldWidget):
    pass


class QuickText(Quick, UnfoldAdminTextInputWidget):
    pass


class QuickPrice(Quick, UnfoldAdminDecimalFieldWidget):
    pass


class ByDifference(forms.ModelForm[Offer]):
    """An offer whose stock is changed by a difference, with a reason."""

    difference = forms.IntegerField(
        label=_("stock ±"),
        required=False,
        min_value=-MOST_STOCK,
        max_value=MOST_STOCK,
        help_text=_("A difference: 5, or -2."),
        widget=QuickInteger(attrs=NARROW | {"placeholder": "±"}),
    )
    reason = forms.CharField(
        label=_("reason"),
        required=False,
        max_length=255,
        help_text=_("Why stock changes; it stands in the ledger."),
        widget=QuickText(attrs={"placeholder": _("why")}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        delta = given.get("difference") or 0
        if delta and not given.get("reason"):
            self.add_error("reason", _("Say why stock changes."))
        if self.instance.stock + delta < 0:
            text = _("Only %(stock)s are there.") % {"stock": self.instance.stock}
            self.add_error("difference", text)
        elif self.instance.stock + delta > MOST_STOCK:
            text = _("Stock is at most %(most)s.") % {"most": MOST_STOCK}
            self.add_error("difference", text)
        self._check_prices(given)
        return given

    def _check_prices(self, given: Mapping[str, Any]) -> None:
        """Tell beside its field what the service would refuse."""
        if given.get("regular_price") is None:
            return  # it has an error already
        edited = copy(self.instance)
        for name in {*PRICES, "recommended_price"} & given.keys():
            setattr(edited, name, given[name])
        try:
            check_prices(edited)
        except FieldRefused as refused:
            self.add_error(refused.field, REFUSALS[refused.code])


class OfferRowForm(ByDifference):
    """One offer among others: what differs from what the page showed is written.

    A price that somebody else has changed meanwhile is an error of its row.
    """

    class Meta:
        model = Offer
        fields = (*PRICES, "is_withdrawn")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "shop" in self.fields:
            # The rest of an offer is on its own page; and no query for each row.
            shop = self.instance.shop
            self.fields["shop"].widget = UnfoldAdminSelectWidget()
            self.fields["shop"].widget.choices = [(shop.pk, shop.name)]
            for name in ("shop", "article"):
                self.fields[name].disabled = True
        for name in EDITED & self.fields.keys():
            self.fields[name].show_hidden_initial = True
            self.fields[name].hidden_widget = QuickHidden
        for name in PRICES:
            self.fields[name].widget = QuickPrice()

    def clean(self) -> dict[str, Any]:
        # Before the instance is filled: as it is now.
        self.version = version_of(self.instance) if self.instance.pk else None
        given = super().clean()
        for name in self.edited() if self.instance.pk else ():
            now = getattr(self.instance, name)
            if self._seen(name) != now:
                shown = "—" if now is None else now
                text = _("Somebody changed it meanwhile: it is %(now)s.")
                self.add_error(name, text % {"now": shown})
        return given

    def edited(self) -> list[str]:
        """Facts of the offer that the person changed in the page."""
        return [name for name in self.changed_data if name in EDITED]

    def _seen(self, name: str) -> Any:
        field, bound = self.fields[name], self[name]
        raw = field.hidden_widget().value_from_datadict(
            self.data, self.files, bound.html_initial_name
        )
        try:
            return field.to_python(raw)
        except ValidationError:
            return None

    def row(self) -> OfferRow:
        """What is to be done to the offer, as the service takes it."""
        given = self.cleaned_data
        return OfferRow(
            offer=self.instance.pk,
            values={name: given[name] for name in self.edited()},
            delta=given.get("difference") or 0,
            version=self.version,
            note=given.get("reason") or "",
        )


def write_rows(forms_: list[OfferRowForm], request: HttpRequest) -> None:
    """Write all edited rows together; raises RowsRefused."""
    rows = [form.row() for form in forms_ if form.instance.pk and form.has_changed()]
    if rows:
        change_offers(rows=rows, all_or_nothing=True, document=document_of(request))


class OfferRows(BaseModelFormSet):
    """The rows of a page of offers, written together and once."""

    forms: Any
    is_written = False

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            form.page = self

    def write(self, request: HttpRequest) -> None:
        if not self.is_written:
            self.is_written = True
            write_rows(self.forms, request)


class OfferForm(Versioned, ByDifference):
    """All of one offer."""

    class Meta:
        model = Offer
        fields = (
            "product",
            "shop",
            "article",
            "model",
            *PRICES,
            "recommended_price",
            "is_withdrawn",
        )
