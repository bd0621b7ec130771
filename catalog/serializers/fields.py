"""Fields and examples that every app's serializers share."""

import re
from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers


def example(value: Any) -> Callable[[type], type]:
    """Show `value` in the OpenAPI document wherever the serializer is used."""
    shown = OpenApiExample("Example", value, status_codes=["200", "201", "202"])
    return extend_schema_serializer(examples=[shown])


class WholeNumberField(serializers.IntegerField):
    """An integer in ASCII digits; int() would take "١" and "1_0" as well."""

    def to_internal_value(self, value: Any) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", str(value), re.A):
            self.fail("invalid")
        return super().to_internal_value(value)


class QuantityField(WholeNumberField):
    """How many of something, within reason."""

    def __init__(self, *, min_value: int = 1, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=1_000_000, **kwargs)


class MoneyField(serializers.DecimalField):
    """Money as it goes out: text with two decimals, in the store's currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=2, **kwargs)
