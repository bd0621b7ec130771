"""Query parameters of the desk's lists. What is not declared here is refused."""

from typing import Any, cast

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from catalog.filters import StrictFilterSet, YesNo
from catalog.models import Offer
from orders.models import Order
from orders.querysets import OrderQuerySet
from partners.models import OfferChange


class OfferChangeFilter(StrictFilterSet):
    kind = filters.ChoiceFilter(choices=OfferChange.Kind.choices)

    class Meta:
        model = OfferChange
        fields = ("kind",)


class DeskOfferFilter(StrictFilterSet):
    withdrawn = YesNo(field_name="is_withdrawn")
    in_stock = YesNo(method="stocked")
    search = filters.CharFilter(
        method="mentioning",
        max_length=100,
        help_text="Part of the article, or of name, brand or model.",
    )

    class Meta:
        model = Offer
        fields = ("withdrawn", "in_stock", "search")

    def stocked(
        self, offers: QuerySet[Offer], name: str, value: bool
    ) -> QuerySet[Offer]:
        return offers.filter(stock__gt=0) if value else offers.filter(stock=0)

    def mentioning(
        self, offers: QuerySet[Offer], name: str, value: str
    ) -> QuerySet[Offer]:
        return offers.filter(
            Q(article__contains=value)
            | Q(product__search_text__contains=value.casefold())
        )


class DeskOrderFilter(StrictFilterSet):
    status = filters.MultipleChoiceFilter(
        choices=Order.Status.choices, help_text="May be given more than once."
    )

    own_status = filters.MultipleChoiceFilter(
        choices=Order.Status.choices,
        method="own_lines_at",
        help_text="How far the shop's own lines are. May be given more than once.",
    )

    class Meta:
        model = Order
        fields = ("status", "own_status")

    def own_lines_at(
        self, orders: OrderQuerySet, name: str, value: list[str]
    ) -> OrderQuerySet:
        shop = cast(Any, self.request).parser_context["kwargs"]["shop"]
        return orders.with_lines_at(shop, value) if value else orders
