"""What staff fill in at the pages that do something with an order."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from orders.models import OrderLine


class NoteForm(forms.Form):
    """Why, or where to track it."""

    note = forms.CharField(
        label=_("Note"),
        max_length=255,
        required=False,
        help_text=_("Stands in the timeline and in the letters."),
        widget=UnfoldAdminTextInputWidget(),
    )


class RefundForm(forms.Form):
    """How many units of each line go back, and whether the delivery does."""

    seen = forms.DecimalField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        left: Iterable[tuple[OrderLine, int]],
        delivery: Decimal,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.left = [(line, number) for line, number in left if number]
        for line, number in self.left:
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=line.product_name,
                min_value=0,
                max_value=number,
                required=False,
                widget=UnfoldAdminIntegerFieldWidget(attrs={"placeholder": "0"}),
            )
        if delivery:
            self.fields["delivery"] = forms.BooleanField(
                label=_("The delivery, too"),
                required=False,
                widget=UnfoldBooleanWidget(),
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=255,
            required=False,
            widget=UnfoldAdminTextInputWidget(),
        )

    def rows(self) -> list[tuple[OrderLine, int, Any]]:
        """Each line with what is left of it, and its field."""
        return [(line, number, self[f"line_{line.pk}"]) for line, number in self.left]

    def quantities(self) -> dict[int, int]:
        """Offer id → units, of a valid form."""
        given = {
            line.offer_id: self.cleaned_data[f"line_{line.pk}"]
            for line, _n in self.left
        }
        return {offer: number for offer, number in given.items() if number}
