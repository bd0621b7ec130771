"""Query parameters of the lists. What is not declared here is refused."""

from django_filters import rest_framework as filters

from catalog.filters import StrictFilterSet
from feed.models import Delivery


class DeliveryFilter(StrictFilterSet):
    webhook = filters.NumberFilter(min_value=1, max_value=2**63 - 1)
    state = filters.ChoiceFilter(choices=Delivery.State.choices)

    class Meta:
        model = Delivery
        fields = ("webhook", "state")
