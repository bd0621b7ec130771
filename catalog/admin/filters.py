"""How the lists of the desk are narrowed down; no filter lists a whole table."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.views import ChangeList

from catalog.admin.desk import is_id
from catalog.directory import NOBODY
from catalog.listing import Selection
from catalog.models import Category, Offer, Product
from catalog.search import matching


class Plain(ChangeList):
    """A list whose filters name no row twice; Django would compare all to find out."""

    def get_filters(self, request: HttpRequest) -> Any:
        specs, has_filters, rest, _may, are_active = super().get_filters(request)
        may = any(lookup_spawns_duplicates(self.lookup_opts, name) for name in rest)
        return specs, has_filters, rest, may, are_active


class ByRow(AutocompleteSelectFilter):
    """By one row of another table, which is looked up by a part of its name."""

    def chosen(self) -> int | None:
        """Its id; raises IncorrectLookupParameters for what is no id."""
        given = self.value()
        given = given[0] if isinstance(given, list) else given
        if not given:
            return None
        if not is_id(given):
            raise IncorrectLookupParameters
        return int(given)


class TreeFilter(ByRow):
    """In a category or in any below it."""

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if (chosen := self.chosen()) is None:
            return rows
        category = Category.objects.filter(pk=chosen).first()
        return rows.none() if category is None else rows.in_category(category)


class ShopFilter(ByRow):
    """Products that a shop offers, each once."""

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if (chosen := self.chosen()) is None:
            return rows
        return rows.filter(
            Exists(Offer.objects.filter(product=OuterRef("pk"), shop=chosen))
        )


class YesNo(admin.SimpleListFilter):
    """One condition, or its opposite."""

    yes: Any
    no: Any

    def lookups(
        self, request: HttpRequest, model_admin: Any
    ) -> Iterable[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if self.value() not in {"yes", "no"}:
            return rows
        return rows.filter(self.yes if self.value() == "yes" else self.no)


class OfferInStock(YesNo):
    title, parameter_name = _("in stock"), "stocked"
    yes, no = Q(stock__gt=0), Q(stock=0)


class OfferOnSale(YesNo):
    title, parameter_name = _("at a discount"), "reduced"
    yes, no = Q(discount_price__isnull=False), Q(discount_price__isnull=True)


class ProductOnSale(YesNo):
    title, parameter_name = _("at a discount"), "reduced"
    yes = Q(best_offer__discount_price__isnull=False)
    no = Q(best_offer__discount_price__isnull=True)


class ProductListed(YesNo):
    title, parameter_name = _("offered by a shop"), "listed"
    yes, no = Q(best_offer__isnull=False), Q(best_offer__isnull=True)


def products_named(text: str) -> RawSQL:
    """Ids of the products, hidden ones included, that the store's own search finds."""
    anything = Selection(NOBODY, conditions=("1 = 1",), ordering="newest")
    return RawSQL(*matching(anything, text).sql())  # noqa: S611


def search_products(rows: QuerySet[Product], text: str) -> QuerySet[Product]:
    return rows.filter(pk__in=products_named(text))


def search_offers(rows: QuerySet[Offer], text: str) -> QuerySet[Offer]:
    """By words of the product, or by how the article begins."""
    begun = Offer.objects.filter(article__startswith=text[:255]).values("pk")
    of_products = Offer.objects.filter(product__in=products_named(text)).values("pk")
    # Two indexes, each asked for itself: an OR over a join would use neither.
    return rows.filter(pk__in=begun.union(of_products))
