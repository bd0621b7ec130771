"""How staff narrow the list of orders down."""

from copy import copy
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    RangeDateFilter,
    RangeNumericFilter,
)
from unfold.utils import parse_date_str

from catalog.models import Shop
from orders.models import Order


class ShopFilter(AutocompleteSelectFilter):
    """Orders with a line of a shop, each once."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = str(self.value() or "")
        if not chosen.isdecimal():
            return queryset
        sold = Order.objects.sold_by(Shop(pk=min(int(chosen), 2**63 - 1)))
        return queryset.filter(pk__in=sold.values("pk"))


class SumFilter(RangeNumericFilter):
    """From so much to so much, of a column that the database computes."""

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        number = copy(field.output_field)
        number.verbose_name = field.verbose_name
        super().__init__(number, *args, **kwargs)


class DaysFilter(RangeDateFilter):
    """From one day to another, both whole, as the shop's clock tells them.

    What is no date is left out.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        name = self.field_path
        for suffix, lookup, days in (("_from", "gte", 0), ("_to", "lt", 1)):
            day = parse_date_str(str(self.used_parameters.get(f"{name}{suffix}", "")))
            if day is not None and day.year < 9999:
                moment = timezone.make_aware(
                    datetime.combine(day + timedelta(days=days), time())
                )
                queryset = queryset.filter(**{f"{name}__{lookup}": moment})
        return queryset
