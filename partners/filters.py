"""Query parameters of the desk's lists. What is not declared here is refused."""

from django_filters import rest_framework as filters

from catalog.filters import StrictFilterSet
from partners.models import OfferChange


class OfferChangeFilter(StrictFilterSet):
    kind = filters.ChoiceFilter(choices=OfferChange.Kind.choices)

    class Meta:
        model = OfferChange
        fields = ("kind",)
