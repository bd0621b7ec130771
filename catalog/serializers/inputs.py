"""What staff may send of the catalogue. An unknown name is refused, not ignored."""

import re
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Category
from catalog.serializers.fields import example

# Line breaks, control signs, and those that turn or hide text.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class StrictInput(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else ()
        if unknown:
            choice = ", ".join(self.fields)
            message = f"There is no such field; there are: {choice}."
            detail = [serializers.ErrorDetail(message, code="unknown")]
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), detail))
        return super().to_internal_value(data)


class LineField(serializers.CharField):
    """One line of text, without signs that nobody sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=kwargs.pop("max_length", 255), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if UNSEEN.search(text):
            message = "Control signs and line breaks are not accepted."
            raise serializers.ValidationError(message, code="control")
        return text


class SlugField(serializers.SlugField):
    """Part of an address: letters, digits, hyphens; not digits alone, as ids are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        slug = super().to_internal_value(data)
        if re.fullmatch(r"\d+", slug, re.A):
            message = "Digits alone would be taken for an id."
            raise serializers.ValidationError(message, code="digits")
        return slug


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class RefField(serializers.RelatedField[Any, Any, Any]):
    """Something else of the catalogue, by its id or its slug."""

    default_error_messages = {"missing": "There is none with the id or slug '{named}'."}

    def to_internal_value(self, data: Any) -> Any:
        is_key = isinstance(data, int | str) and not isinstance(data, bool)
        key = str(data)[:280]
        row = self.get_queryset().addressed(key).first() if is_key else None  # type: ignore[union-attr]
        if row is None:
            self.fail("missing", named=key[:80])
        return row

    def to_representation(self, value: Any) -> Any:
        return value.pk

    def get_choices(self, cutoff: int | None = None) -> dict[Any, Any]:
        return {}


@example({"name": "Green tea", "parent": "tea"})
class CategoryInput(StrictInput):
    name = LineField()
    slug = SlugField(required=False)
    parent = RefField(  # type: ignore[assignment]
        queryset=Category.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id or slug of the category above; null for the top.",
    )
    is_active = serializers.BooleanField(required=False)


@example({"name": "Brindlewick"})
class BrandInput(StrictInput):
    name = LineField()
    slug = SlugField(required=False)


@example({"name": "Bramblefoot", "accepts_orders": True})
class ShopInput(StrictInput):
    name = LineField()
    slug = SlugField(required=False)
    accepts_orders = serializers.BooleanField(required=False)
    email = serializers.EmailField(
        max_length=254,
        required=False,
        allow_blank=True,
        help_text="Gets a letter for each order.",
    )
