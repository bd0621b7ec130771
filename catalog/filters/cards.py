"""Query parameters of what staff list: cards and offers."""

from django.db.models.expressions import RawSQL
from django_filters import rest_framework as filters

from catalog.directory import NOBODY
from catalog.filters.strict import SlugChoice, StrictFilterSet, YesNo
from catalog.listing import Selection
from catalog.models import Brand, Category, Offer, Product, Shop
from catalog.querysets import ProductQuerySet
from catalog.search import LONGEST, matching


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
        found, parameters = matching(Selection(NOBODY, conditions=()), text).sql()
        return products.filter(pk__in=RawSQL(found, parameters))  # noqa: S611


class OfferFilter(StrictFilterSet):
    shop = SlugChoice(queryset=Shop.objects.all(), help_text="Slug of a shop.")
    product = SlugChoice(queryset=Product.objects.all(), help_text="Slug of a product.")
    article = filters.CharFilter(max_length=255, help_text="The shop's own id for it.")
    is_withdrawn = YesNo()

    class Meta:
        model = Offer
        fields = ("shop", "product", "article", "is_withdrawn")
