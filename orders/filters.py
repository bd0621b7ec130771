"""Query parameters of the lists. What is not declared here is refused."""

from typing import Any

from django_filters import rest_framework as filters

from accounts.models import User
from catalog.filters import AmountFilter, SlugChoice, StrictFilterSet, YesNo
from catalog.models import Shop
from orders.models import Order, Review
from orders.querysets import OrderQuerySet, ReviewQuerySet

LONGEST = 100
# Each is total, and follows an index or the primary key.
ORDERINGS = {
    "newest": ("-pk",),
    "oldest": ("pk",),
    "-total": ("-total", "-pk"),
    "total": ("total", "pk"),
}
# Each is total, and follows an index of the shown reviews of a product.
REVIEW_ORDERINGS = {
    "newest": ("-pk",),
    "oldest": ("pk",),
    "rating": ("rating", "pk"),
    "-rating": ("-rating", "-pk"),
}


class OrderFilter(StrictFilterSet):
    """Narrows what the caller may see; it never widens it."""

    status = filters.MultipleChoiceFilter(
        choices=Order.Status.choices, help_text="May be given more than once."
    )
    completed = YesNo(
        method="ended",
        help_text="true: delivered. false: placed, neither delivered nor canceled.",
    )
    placed_from = filters.DateFilter(
        field_name="placed_at",
        lookup_expr="date__gte",
        help_text="The first day (UTC) on which it was placed.",
    )
    placed_to = filters.DateFilter(
        field_name="placed_at",
        lookup_expr="date__lte",
        help_text="The last day (UTC), included.",
    )
    total_min = AmountFilter(field_name="total", lookup_expr="gte")
    total_max = AmountFilter(field_name="total", lookup_expr="lte")
    shop = SlugChoice(
        queryset=Shop.objects.all(),
        method="sold_by",
        help_text="Slug of a shop that sells a line of it.",
    )
    user = filters.NumberFilter(
        field_name="customer__user",
        min_value=1,
        max_value=2**63 - 1,
        help_text="Id of the account that bought.",
    )
    mine = YesNo(method="own", help_text="true: only what the caller bought.")
    search = filters.CharFilter(
        method="search_text",
        max_length=LONGEST,
        help_text="Number, code, name, e-mail, phone, or a product's name.",
    )
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in ORDERINGS], method="sort"
    )

    class Meta:
        model = Order
        fields = ("status", "total_min", "total_max")

    def ended(self, orders: OrderQuerySet, name: str, wanted: bool) -> OrderQuerySet:
        return orders.completed() if wanted else orders.on_their_way()

    def sold_by(self, orders: OrderQuerySet, name: str, shop: Shop) -> OrderQuerySet:
        return orders.sold_by(shop)

    def own(self, orders: OrderQuerySet, name: str, wanted: bool) -> OrderQuerySet:
        user: Any = self.request.user
        return orders.bought_by(user) if wanted and isinstance(user, User) else orders

    def search_text(self, orders: OrderQuerySet, name: str, text: str) -> OrderQuerySet:
        return orders.mentioning(text)

    def sort(self, orders: OrderQuerySet, name: str, ordering: str) -> OrderQuerySet:
        return orders.order_by(*ORDERINGS[ordering])


class ReviewFilter(StrictFilterSet):
    rating = filters.ChoiceFilter(
        choices=[(str(stars), str(stars)) for stars in range(1, 6)],
        help_text="Only reviews that give so many stars.",
    )
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in REVIEW_ORDERINGS],
        method="sort",
        help_text="Without it, the newest first.",
    )

    class Meta:
        model = Review
        fields = ("rating",)

    def sort(self, reviews: ReviewQuerySet, name: str, ordering: str) -> ReviewQuerySet:
        return reviews.order_by(*REVIEW_ORDERINGS[ordering])
