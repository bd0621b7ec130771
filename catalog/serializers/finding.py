"""Facets and suggestions: what helps to find."""

from typing import Any

from rest_framework import serializers

from catalog.facets import Facets
from catalog.serializers.fields import MoneyField, example


class NamedCount(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class ValueCount(serializers.Serializer[Any]):
    value = serializers.JSONField(help_text="Text, number or boolean, as typed.")
    count = serializers.IntegerField()


class AttributeFacet(serializers.Serializer[Any]):
    name = serializers.CharField()
    values = ValueCount(many=True)


@example(
    {
        "count": 12,
        "price_min": "450.00",
        "price_max": "8990.00",
        "categories": [{"slug": "coffee-tea", "name": "Coffee & tea", "count": 9}],
        "brands": [{"slug": "brindlewick", "name": "Brindlewick", "count": 4}],
        "shops": [{"slug": "storekeeper", "name": "Storekeeper", "count": 12}],
        "attributes": [
            {"name": "Color", "values": [{"value": "copper", "count": 3}]},
        ],
    }
)
class FacetsSerializer(serializers.Serializer[Facets]):
    """Counts of products under the current filter, the most frequent first."""

    count = serializers.IntegerField()
    price_min = MoneyField(allow_null=True)
    price_max = MoneyField(allow_null=True)
    categories = NamedCount(many=True)
    brands = NamedCount(many=True)
    shops = NamedCount(many=True)
    attributes = AttributeFacet(many=True)


@example({"kind": "product", "slug": "french-press", "name": "French press"})
class SuggestionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["category", "brand", "product"])
    slug = serializers.CharField()
    name = serializers.CharField()


class SuggestionInput(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100, help_text="What was typed so far.")
