"""The admin's desk: what is for sale."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline

from catalog.exceptions import FieldRefused, InUse, PhotoTooLarge
from catalog.models import (
    Brand,
    Category,
    Offer,
    Photo,
    Product,
    Shop,
    StockMovement,
)
from catalog.pictures import clean
from catalog.services import (
    add_photo,
    change_photo,
    correct_stock,
    delete_brand,
    delete_category,
    delete_shop,
    order_photos,
    remove_photo,
    retire_product,
    save_brand,
    save_category,
    save_offer,
    save_product,
    save_shop,
)

MOST_STOCK = 1_000_000


class Refusing:
    """A refusal of a service is told above the page; nothing was changed."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kw: Any) -> Any:
        return self._told(request, super().changeform_view, args, kw)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kw: Any) -> Any:
        return self._told(request, super().delete_view, args, kw)  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, *args: Any, **kw: Any) -> Any:
        return self._told(request, super().changelist_view, args, kw)  # type: ignore[misc]

    def _told(self, request: HttpRequest, view: Any, args: Any, kw: Any) -> Any:
        try:
            return view(request, *args, **kw)
        except FieldRefused as refusal:
            text = f"{refusal.field.capitalize()}: {' '.join(refusal.messages)}"
        except InUse as refusal:
            uses = ", ".join(f"{n} {kind}" for kind, n in refusal.used_by.items() if n)
            text = f"Not deleted, it is used by {uses}."
        messages.error(request, text)
        return HttpResponseRedirect(request.get_full_path())


@admin.register(Category)
class CategoryAdmin(Refusing, ModelAdmin[Category]):
    list_display = ("name", "parent", "is_active")
    list_select_related = ("parent",)
    list_filter = ("is_active",)
    search_fields = ("name",)
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Category, form: Any, change: bool
    ) -> None:
        save_category(category=obj)

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        delete_category(pk=obj.pk)

    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[Category]
    ) -> None:
        for category in queryset:
            delete_category(pk=category.pk)


@admin.register(Brand)
class BrandAdmin(Refusing, ModelAdmin[Brand]):
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Brand, form: Any, change: bool
    ) -> None:
        save_brand(brand=obj)

    def delete_model(self, request: HttpRequest, obj: Brand) -> None:
        delete_brand(pk=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Brand]) -> None:
        for brand in queryset:
            delete_brand(pk=brand.pk)


class PhotoForm(forms.ModelForm[Photo]):
    picture = forms.ImageField(required=False)
    order = forms.IntegerField(required=False, min_value=0, help_text="0 is first.")

    class Meta:
        model = Photo
        fields = ("alt",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_there = self.instance.pk is not None
        self.fields["order"].initial = self.instance.position if is_there else None
        # Another picture is another photo.
        self.fields["picture"].disabled = is_there
        self.fields["picture"].required = not is_there

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        if self.instance.pk is None:
            try:
                clean(picture, picture.size)
            except FieldRefused as refusal:
                raise forms.ValidationError(refusal.messages) from refusal
            except PhotoTooLarge as refusal:
                message = f"A photo has at most {refusal.limit} bytes."
                raise forms.ValidationError(message) from refusal
            picture.seek(0)
        return picture


class PhotoInline(TabularInline[Photo, Product]):
    model = Photo
    form = PhotoForm
    fields = ("shown", "picture", "alt", "order")
    readonly_fields = ("shown",)
    ordering = ("position",)
    extra = 0
    max_num = settings.PHOTOS_LIMIT

    def shown(self, photo: Photo) -> str:
        return format_html('<img src="{}" height="80" alt="">', photo.image.url)


@admin.register(Product)
class ProductAdmin(Refusing, ModelAdmin[Product]):
    list_display = ("name", "brand", "price_from", "in_stock", "is_active")
    list_select_related = ("brand",)
    list_filter = ("is_active", "in_stock")
    search_fields = ("search_text",)
    autocomplete_fields = ("brand", "categories")
    readonly_fields = ("price_from", "in_stock", "best_offer")
    inlines = (PhotoInline,)

    def save_model(
        self, request: HttpRequest, obj: Product, form: Any, change: bool
    ) -> None:
        save_product(product=obj)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        product = form.instance.pk
        formset.save(commit=False)  # tells what is to be done
        for photo in formset.deleted_objects:
            remove_photo(product_id=product, photo_id=photo.pk)
        ranks = {}
        for one in formset.forms:
            if one in formset.deleted_forms or not (
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
        for product in queryset:
            retire_product(pk=product.pk)


@admin.register(Shop)
class ShopAdmin(Refusing, ModelAdmin[Shop]):
    list_display = ("name", "is_house", "accepts_orders", "email")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Shop, form: Any, change: bool
    ) -> None:
        save_shop(shop=obj)

    def delete_model(self, request: HttpRequest, obj: Shop) -> None:
        delete_shop(pk=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Shop]) -> None:
        for shop in queryset:
            delete_shop(pk=shop.pk)


class OfferForm(forms.ModelForm[Offer]):
    stock_correction = forms.IntegerField(
        required=False,
        initial=0,
        min_value=-MOST_STOCK,
        max_value=MOST_STOCK,
        help_text="A difference: 5, or -2.",
    )

    class Meta:
        model = Offer
        fields = (
            "product",
            "shop",
            "article",
            "model",
            "regular_price",
            "discount_price",
            "recommended_price",
            "is_withdrawn",
        )

    def clean_stock_correction(self) -> int:
        delta = self.cleaned_data["stock_correction"] or 0
        if self.instance.stock + delta < 0:
            raise forms.ValidationError(f"Only {self.instance.stock} are there.")
        if self.instance.stock + delta > MOST_STOCK:
            raise forms.ValidationError(f"Stock is at most {MOST_STOCK}.")
        return delta


@admin.register(Offer)
class OfferAdmin(Refusing, ModelAdmin[Offer]):
    form = OfferForm
    list_display = ("product", "shop", "article", "price", "stock", "is_withdrawn")
    list_select_related = ("product", "shop")
    list_filter = ("is_withdrawn", "shop")
    search_fields = ("product__search_text", "article")
    autocomplete_fields = ("product", "shop")
    readonly_fields = ("price", "stock")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # orders and the ledger name it: it is withdrawn instead

    def save_model(
        self, request: HttpRequest, obj: Offer, form: Any, change: bool
    ) -> None:
        document = f"user:{request.user.pk}"
        save_offer(offer=obj, document=document)
        if delta := form.cleaned_data["stock_correction"]:
            correct_stock(offer_id=obj.pk, delta=delta, document=document)


@admin.register(StockMovement)
class StockMovementAdmin(ModelAdmin[StockMovement]):
    """The ledger is append-only: nothing here can be changed."""

    list_display = ("created_at", "offer", "delta", "balance", "reason", "document")
    list_filter = ("reason",)
    search_fields = ("document",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockMovement]:
        rows = super().get_queryset(request)
        return rows.select_related("offer__product", "offer__shop")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
