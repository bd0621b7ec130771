"""Query parameters of the lists of products, read without the form of a filter set."""

import re
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalog.attributes import is_between, is_one_of
from catalog.directory import Directory
from catalog.filters.strict import (
    PAGING,
    AmountFilter,
    StrictFilterSet,
    YesNo,
    unknown,
)
from catalog.listing import ORDERINGS, Selection
from catalog.models import Product
from catalog.search import LONGEST, matching

SHAPING = {"fields", "expand"}
ATTRIBUTE = "attr."
IN_CATEGORIES = """EXISTS (SELECT 1 FROM catalog_product_categories l
    WHERE l.product_id = p.id AND l.category_id IN ({}))"""
SOLD_BY = """EXISTS (SELECT 1 FROM catalog_offer s JOIN catalog_shop h
    ON h.id = s.shop_id WHERE s.product_id = p.id AND NOT s.is_withdrawn
    AND h.accepts_orders AND s.shop_id IN ({}))"""
DISCOUNTED = """EXISTS (SELECT 1 FROM catalog_offer b
    WHERE b.id = p.best_offer_id AND b.discount_price IS NOT NULL)"""


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Slugs(filters.CharFilter):
    """One or more rows by their slugs; an unknown slug is refused."""


class ProductFilter(StrictFilterSet):
    """What a list of products can be narrowed down by; read it by `selection`."""

    category = Slugs(
        method="in_categories",
        help_text="Slug of a category; products of the ones below it are included.",
    )
    brand = Slugs(method="of_brands", help_text="Slug of a brand.")
    shop = Slugs(method="sold_by", help_text="Slug of a shop that sells the product.")
    price_min = AmountFilter(method="from_price")
    price_max = AmountFilter(method="up_to_price")
    in_stock = YesNo(method="stocked")
    on_sale = YesNo(
        method="discounted", help_text="true: only what costs less than usual."
    )
    search = filters.CharFilter(
        method="search_words",
        max_length=LONGEST,
        help_text="Words of the name, brand or model; all must match.",
    )
    ordering = filters.ChoiceFilter(
        choices=[(name, name) for name in ORDERINGS if name],
        method="sort",
        help_text="Without it, in the order in which products were added.",
    )

    class Meta:
        model = Product
        fields = ()

    @classmethod
    def selection(cls, query: QueryDict, names: Directory) -> Selection:
        """The products that these parameters choose; raises ValidationError for all
        that is wrong with them.

        `category`, `brand`, `shop` and `attr.Color=red` may stand several times, for
        either; `attr.Weight (g).min=100` bounds a number. The form of the filter set
        would be copied for every request, so its fields are asked directly.
        """
        chosen, errors = Selection(names), {}
        for name in sorted(query, key=_by_cost):
            try:
                if name.startswith(ATTRIBUTE):
                    chosen = _by_attribute(chosen, name, query.getlist(name))
                elif name in cls.base_filters:
                    chosen = cls._narrowed(chosen, name, query.getlist(name))
                elif name not in PAGING | SHAPING:
                    raise unknown(name, cls.base_filters)
            except forms.ValidationError as error:
                errors[name[:80]] = [
                    ErrorDetail(message, one.code or "invalid")
                    for one in error.error_list
                    for message in one.messages
                ]
        if errors:
            raise serializers.ValidationError(errors)
        return chosen

    @classmethod
    def _narrowed(cls, chosen: Selection, name: str, values: list[str]) -> Selection:
        declared = cls.base_filters[name]
        given = [value for value in values if value]
        if not given:
            return chosen
        narrow = getattr(cls, declared.method)
        if isinstance(declared, Slugs):
            return narrow(chosen, given)
        if len(given) > 1:
            raise forms.ValidationError("Give this parameter once.", code="repeated")
        return narrow(chosen, declared.field.clean(given[0]))

    @staticmethod
    def in_categories(chosen: Selection, slugs: list[str]) -> Selection:
        tops = _ids(chosen.names, "category", slugs)
        below = sorted({pk for top in tops for pk in chosen.names.descendants(top)})
        return chosen.where(IN_CATEGORIES.format(_marks(below)), *below)

    @staticmethod
    def of_brands(chosen: Selection, slugs: list[str]) -> Selection:
        brands = _ids(chosen.names, "brand", slugs)
        return chosen.where(f"p.brand_id IN ({_marks(brands)})", *brands)

    @staticmethod
    def sold_by(chosen: Selection, slugs: list[str]) -> Selection:
        shops = _ids(chosen.names, "shop", slugs)
        return chosen.where(SOLD_BY.format(_marks(shops)), *shops)

    @staticmethod
    def from_price(chosen: Selection, amount: Decimal) -> Selection:
        return chosen.where("p.price_from >= %s", amount)

    @staticmethod
    def up_to_price(chosen: Selection, amount: Decimal) -> Selection:
        return chosen.where("p.price_from <= %s", amount)

    @staticmethod
    def stocked(chosen: Selection, wanted: bool) -> Selection:
        return chosen.where("p.in_stock" if wanted else "NOT p.in_stock")

    @staticmethod
    def discounted(chosen: Selection, wanted: bool) -> Selection:
        if not wanted:
            return chosen
        return chosen.where(DISCOUNTED)

    @staticmethod
    def sort(chosen: Selection, ordering: str) -> Selection:
        return chosen.sorted_by(ordering)

    @staticmethod
    def search_words(chosen: Selection, text: str) -> Selection:
        return matching(chosen, text)


def _by_cost(name: str) -> tuple[bool, bool, str]:
    """The search last: it looks among what the others leave."""
    return name == "search", name == "ordering", name


def _ids(names: Directory, kind: str, slugs: list[str]) -> list[int]:
    ids = []
    for slug in slugs:
        pk = names.id_of(kind, slug)
        if pk is None:
            message = f"There is no {kind} {slug[:80]!r}."
            raise forms.ValidationError(message, code="invalid_choice")
        ids.append(pk)
    return ids


def _marks(values: list[int]) -> str:
    return ", ".join(["%s"] * len(values))


def _by_attribute(chosen: Selection, name: str, values: list[str]) -> Selection:
    attribute, _, bound = name.removeprefix(ATTRIBUTE).rpartition(".")
    if bound not in {"min", "max"} or not attribute:
        condition, parameters = is_one_of(name.removeprefix(ATTRIBUTE), values)
        return chosen.where(condition, *parameters)
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", values[-1], re.A):
        raise forms.ValidationError("Enter a number like 100 or 6.1.", code="invalid")
    number = float(values[-1])
    low, high = (number, None) if bound == "min" else (None, number)
    condition, parameters = is_between(attribute, low, high)
    return chosen.where(condition, *parameters)
