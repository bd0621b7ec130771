"""The admin's desk: products with their photos and offers."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.views import ChangeList

from catalog.admin.bulk import ActiveForm, Bulk, CategoryForm, OffersPriceForm
from catalog.admin.desk import LongList, Refusing, document_of, is_id
from catalog.admin.filters import (
    ByRow,
    Plain,
    ProductListed,
    ProductOnSale,
    ShopFilter,
    TreeFilter,
    search_products,
)
from catalog.admin.logs import history
from catalog.admin.offer_forms import OfferRowForm, write_rows
from catalog.admin.offers import logs_of
from catalog.admin.product_forms import MOST_PHOTOS, PhotoForm, ProductForm
from catalog.models import Offer, Photo, Product
from catalog.services import (
    add_offer,
    add_photo,
    change_photo,
    order_photos,
    remove_photo,
    retire_product,
    save_product,
)

# What a new offer says, beside its first stock.
NEW = ("shop", "article", "regular_price", "discount_price", "is_withdrawn")


class PhotoInline(TabularInline[Photo, Product]):
    model = Photo
    form = PhotoForm
    fields = ("shown", "picture", "alt", "order")
    readonly_fields = ("shown",)
    ordering = ("position",)
    ordering_field = "order"
    hide_ordering_field = True
    extra = 0
    max_num = MOST_PHOTOS

    @admin.display(description=_("photo"))
    def shown(self, photo: Photo) -> str:
        return thumbnail(photo, 80) if photo.pk else "—"


class OfferInline(TabularInline[Offer, Product]):
    """Prices, stock by differences, withdrawal; the rest is on the offer's own page."""

    model = Offer
    form = OfferRowForm
    fields = (
        "shop",
        "article",
        "regular_price",
        "discount_price",
        "stock",
        "difference",
        "reason",
        "is_withdrawn",
    )
    readonly_fields = ("stock",)
    autocomplete_fields = ("shop",)
    show_change_link = True
    can_delete = False
    extra = 0
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        return super().get_queryset(request).select_related("shop", "product")


@admin.register(Product)
class ProductAdmin(Refusing, Bulk, LongList, ModelAdmin[Product]):
    form = ProductForm
    change_form_after_template = "catalog/admin/history.html"
    list_display = (
        "first_photo",
        "name",
        "brand",
        "price_from",
        "in_stock",
        "is_active",
    )
    list_display_links = ("first_photo", "name")
    list_select_related = ("brand",)
    list_filter_submit = True
    list_filter = (
        ("categories", TreeFilter),
        ("brand", ByRow),
        ("offers__shop", ShopFilter),
        "in_stock",
        ProductOnSale,
        ProductListed,
        "is_active",
    )
    sortable_by = ("name", "price_from")
    ordering = ("-pk",)
    search_fields = ("name",)
    search_help_text = _("Words of the name, brand or model.")
    autocomplete_fields = ("brand", "categories")
    readonly_fields = ("price_from", "in_stock", "best_offer")
    inlines = (OfferInline, PhotoInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "slug"),
                    ("brand", "is_active"),
                    "categories",
                    "description",
                    "attributes",
                    "version",
                )
            },
        ),
        (
            _("What shoppers see"),
            {"fields": (("price_from", "in_stock", "best_offer"),)},
        ),
    )
    bulk = {
        "change_prices": (_("Change prices of their offers…"), OffersPriceForm),
        "change_categories": (_("Move to a category…"), CategoryForm),
        "change_active": (_("Hide or show…"), ActiveForm),
    }
    actions = tuple(bulk)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Plain

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        found.result_list = found.result_list.prefetch_related("photos")
        return found

    @admin.display(description="")
    def first_photo(self, product: Product) -> str:
        photos = sorted(product.photos.all(), key=lambda photo: photo.position)
        return thumbnail(photos[0], 40) if photos else "—"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        found = search_products(queryset, search_term) if search_term else queryset
        return found, False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", **kw: Any
    ) -> Any:
        context = dict(kw.pop("extra_context", None) or {})
        if is_id(object_id):
            context |= history(Offer.objects.filter(product=int(object_id)))
            context["logs"] = logs_of(f"offer__product__id__exact={object_id}")
        return super().change_view(request, object_id, form_url, context)

    def save_model(
        self, request: HttpRequest, obj: Product, form: Any, change: bool
    ) -> None:
        save_product(product=obj)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        formset.save(commit=False)  # tells what is to be done
        if formset.model is Offer:
            self._save_offers(request, form.instance, formset)
        else:
            self._save_photos(form.instance.pk, formset)

    def _save_offers(self, request: HttpRequest, product: Product, rows: Any) -> None:
        write_rows(rows.initial_forms, request)
        for form in rows.extra_forms:
            if not form.has_changed():
                continue
            values = {name: form.cleaned_data[name] for name in NEW}
            values["stock"] = form.cleaned_data["difference"] or 0
            add_offer(product=product, values=values, document=document_of(request))

    def _save_photos(self, product: int, photos: Any) -> None:
        for photo in photos.deleted_objects:
            remove_photo(product_id=product, photo_id=photo.pk)
        ranks = {}
        for one in photos.forms:
            if one in photos.deleted_forms or not (
                one.instance.pk or one.has_changed()
            ):
                continue
            ranks[self._save_photo(product, one)] = one.cleaned_data["order"]
        last = len(ranks)
        order = sorted(ranks, key=lambda pk: last if ranks[pk] is None else ranks[pk])
        order_photos(product_id=product, photos=order)

    def _save_photo(self, product: int, form: Any) -> int:
        alt = form.cleaned_data["alt"]
        if form.instance.pk is None:
            file = form.cleaned_data["picture"]
            return add_photo(product_id=product, file=file, alt=alt).pk
        if "alt" in form.changed_data:
            change_photo(product_id=product, photo_id=form.instance.pk, alt=alt)
        return int(form.instance.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # A new product gets its slug from its name.
        return self.readonly_fields if obj else ("slug", *self.readonly_fields)

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        retire_product(pk=obj.pk)

    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[Product]
    ) -> None:
        for product in queryset.order_by("pk"):
            retire_product(pk=product.pk)


def thumbnail(photo: Photo, height: int) -> str:
    made = photo.sizes.get("small")
    address = photo.image.storage.url(made["file"]) if made else photo.image.url
    return format_html(
        '<img src="{}" style="height: {}px; max-width: none" alt="{}" loading="lazy">',
        address,
        height,
        photo.alt,
    )
