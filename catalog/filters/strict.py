"""What the filters of every list have in common."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field

PAGING = {"page", "page_size", "cursor"}


class AmountField(forms.DecimalField):
    """An amount in ASCII digits; Decimal() would take "١" and "1_0" as well."""

    def clean(self, value: Any) -> Decimal | None:
        if value and not re.fullmatch(r"\d{1,10}(\.\d{1,2})?", str(value), re.A):
            raise forms.ValidationError("Enter an amount like 1990 or 1990.50.")
        return super().clean(value)


class AmountFilter(filters.NumberFilter):
    field_class = AmountField


@extend_schema_field(str)
class SlugChoice(filters.ModelChoiceFilter):
    """One row by its slug; an unknown slug is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="slug", **kwargs)


@extend_schema_field(bool)
class YesNo(filters.TypedChoiceFilter):
    """true or false; anything else is refused, not taken for no filter."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, coerce=lambda text: text == "true", **kwargs)


def unknown(name: str, known: Iterable[str]) -> forms.ValidationError:
    choice = ", ".join(sorted(known))
    message = f"There is no parameter {name[:80]!r}; there are: {choice}."
    return forms.ValidationError(message, code="unknown")


class StrictFilterSet(filters.FilterSet):
    """A misspelled parameter is a clear refusal, not a list of everything."""

    def is_valid(self) -> bool:
        known = set(self.filters) | PAGING
        for name in sorted(set(self.data) - known):
            # Unknown names have no field of their own in the form.
            error = unknown(name, self.filters)
            self.form.errors[name[:80]] = self.form.error_class([error])
        return super().is_valid()
