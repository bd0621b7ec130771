"""Query parameters of the lists. What is not declared here is refused."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Brand, Category, Offer, Product, Shop
from catalog.querysets import ProductQuerySet
from catalog.search import LONGEST, matching

PAGING = {"page", "page_size", "cursor"}
ATTRIBUTE = "attr."
# Each is total, and follows an index in one direction.
ORDERINGS = {
    "price": ("price_from", "pk"),
    "-price": ("-price_from", "-pk"),
    "name": ("name", "pk"),
    "-name": ("-name", "-pk"),
    "newest": ("-pk",),
    "popularity": ("-popularity", "-pk"),  # what sells best comes first
    "-popularity": ("popularity", "pk"),
}


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


class StrictFilterSet(filters.FilterSet):
    """A misspelled parameter is a clear refusal, not a list of everything."""

    takes_attributes = False

    def is_valid(self) -> bool:
        known = set(self.filters) | PAGING
        for name in sorted(set(self.data) - known):
            if self.takes_attributes and name.startswith(ATTRIBUTE):
                continue
            choice = ", ".join(sorted(self.filters))
            message = f"There is no parameter {name[:80]!r}; there are: {choice}."
            # Unknown names have no field of their own in the form.
            error = forms.ValidationError(message, code="unknown")
            self.form.errors[name[:80]] = self.form.error_class([error])
        return super().is_valid()


class ProductFilter(StrictFilterSet):
    category = SlugChoice(
        queryset=Category.objects.active(),
        method="in_category",
        help_text="Slug of a category; products of the ones below it are included.",
    )
    brand = SlugChoice(queryset=Brand.objects.all(), help_text="Slug of a brand.")
    shop = SlugChoice(
        queryset=Shop.objects.all(),
        method="sold_by",
        help_text="Slug of a shop that sells the product.",
    )
    price_min = AmountFilter(field_name="price_from", lookup_expr="gte")
    price_max = AmountFilter(field_name="price_from", lookup_expr="lte")
    in_stock = YesNo()
    on_sale = YesNo(
        method="discounted", help_text="true: only what costs less than usual."
    )
    search = filters.CharFilter(
        method="search_words",
        max_length=LONGEST,
        help_text="Words of the name, brand or model; all must match.",
    )
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in ORDERINGS],
        method="sort",
        help_text="Without it, in the order in which products were added.",
    )

    takes_attributes = True

    class Meta:
        model = Product
        fields = ("category", "brand", "shop", "price_min", "price_max", "in_stock")

    def filter_queryset(self, queryset: ProductQuerySet) -> ProductQuerySet:
        """Filtered and sorted; `ordering` replaces the order by primary key.

        `attr.Color=red` (again for more values) and `attr.Weight (g).min=100` filter
        by attributes.
        """
        products = super().filter_queryset(queryset.order_by("pk"))
        for name in self.data:
            if name.startswith(ATTRIBUTE):
                products = self._by_attribute(products, name)
        return products

    def _by_attribute(self, products: ProductQuerySet, name: str) -> ProductQuerySet:
        values = self.data.getlist(name)
        attribute, _, bound = name.removeprefix(ATTRIBUTE).rpartition(".")
        if bound not in {"min", "max"} or not attribute:
            return products.with_attribute(name.removeprefix(ATTRIBUTE), values)
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", values[-1], re.A):
            message = "Enter a number like 100 or 6.1."
            raise serializers.ValidationError({name: [message]})
        number = float(values[-1])
        low, high = (number, None) if bound == "min" else (None, number)
        return products.with_attribute_between(attribute, low, high)

    def discounted(
        self, products: ProductQuerySet, name: str, wanted: bool
    ) -> ProductQuerySet:
        return products.discounted() if wanted else products

    def sort(
        self, products: ProductQuerySet, name: str, ordering: str
    ) -> ProductQuerySet:
        return products.order_by(*ORDERINGS[ordering])

    def in_category(
        self, products: ProductQuerySet, name: str, category: Category
    ) -> ProductQuerySet:
        return products.in_category(category)

    def sold_by(
        self, products: ProductQuerySet, name: str, shop: Shop
    ) -> ProductQuerySet:
        return products.sold_by(shop)

    def search_words(
        self, products: ProductQuerySet, name: str, text: str
    ) -> ProductQuerySet:
        return matching(products, text)


class CardFilter(StrictFilterSet):
    """For staff, who see what is not on sale as well."""

    search = filters.CharFilter(method="search_words", max_length=LONGEST)
    brand = SlugChoice(queryset=Brand.objects.all(), help_text="Slug of a brand.")
    category = SlugChoice(
        queryset=Category.objects.all(),
        field_name="categories",
        help_text="Slug of a category, without those below it.",
    )
    is_active = YesNo()
    is_on_sale = YesNo(method="on_sale", help_text="true: somebody sells it now.")

    class Meta:
        model = Product
        fields = ("brand", "category", "is_active")

    def filter_queryset(self, queryset: ProductQuerySet) -> ProductQuerySet:
        return super().filter_queryset(queryset.order_by("pk"))

    def on_sale(
        self, products: ProductQuerySet, name: str, wanted: bool
    ) -> ProductQuerySet:
        return products.filter(best_offer__isnull=not wanted)

    def search_words(
        self, products: ProductQuerySet, name: str, text: str
    ) -> ProductQuerySet:
        return matching(products, text)


class OfferFilter(StrictFilterSet):
    shop = SlugChoice(queryset=Shop.objects.all(), help_text="Slug of a shop.")
    product = SlugChoice(queryset=Product.objects.all(), help_text="Slug of a product.")
    article = filters.CharFilter(max_length=255, help_text="The shop's own id for it.")
    is_withdrawn = YesNo()

    class Meta:
        model = Offer
        fields = ("shop", "product", "article", "is_withdrawn")
