"""Which members of a product a client wants: more of them, or these alone."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from catalog.details import PARTS
from catalog.serializers.products import ProductSerializer


@dataclass(frozen=True)
class Shape:
    """`parts` to be read beside a row; `fields` to be shown alone, or None for all."""

    parts: Collection[str]
    fields: frozenset[str] | None


class ShapeInput(serializers.Serializer[Any]):
    """The query parameters `expand` and `fields`."""

    expand = serializers.CharField(
        required=False,
        help_text=f"Members of the page to add, by commas: {', '.join(PARTS)}.",
    )
    fields_ = serializers.CharField(
        required=False,
        help_text="Show these members alone, by commas; `expand` is then not needed.",
    )

    def get_fields(self) -> dict[str, Any]:
        # `fields` is a property of every serializer.
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields

    @classmethod
    def shape(cls, query: QueryDict) -> Shape:
        """Raises ValidationError naming what a product does not have."""
        shown = {*ProductSerializer._declared_fields, *PARTS}
        expand = _named(query, "expand", PARTS)
        fields = _named(query, "fields", shown)
        parts = (expand | fields) & PARTS.keys()
        return Shape(parts, frozenset(fields | expand) if fields else None)


def _named(query: QueryDict, name: str, known: Collection[str]) -> set[str]:
    given = {part for part in query.get(name, "").split(",") if part}
    for part in sorted(given - set(known)):
        message = f"There is no {part[:80]!r}; there are: {', '.join(sorted(known))}."
        raise serializers.ValidationError({name: [message]}, code="unknown")
    return given
