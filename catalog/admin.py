"""The admin's desk: what is for sale."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.models import (
    Brand,
    Category,
    Offer,
    Photo,
    Product,
    Shop,
    StockMovement,
)
from catalog.services import (
    correct_stock,
    save_brand,
    save_offer,
    save_product,
    switch_shop,
)

MOST_STOCK = 1_000_000


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    list_display = ("name", "parent", "is_active")
    list_select_related = ("parent",)
    list_filter = ("is_active",)
    search_fields = ("name",)
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin[Brand]):
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Brand, form: Any, change: bool
    ) -> None:
        save_brand(brand=obj)


class PhotoInline(admin.TabularInline[Photo, Product]):
    model = Photo
    extra = 0


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    list_display = ("name", "brand", "price_from", "in_stock", "updated_at")
    list_select_related = ("brand",)
    list_filter = ("in_stock",)
    search_fields = ("search_text",)
    autocomplete_fields = ("brand", "categories")
    readonly_fields = ("slug", "price_from", "in_stock", "best_offer")
    inlines = (PhotoInline,)

    def save_model(
        self, request: HttpRequest, obj: Product, form: Any, change: bool
    ) -> None:
        save_product(product=obj)


@admin.register(Shop)
class ShopAdmin(admin.ModelAdmin[Shop]):
    list_display = ("name", "is_house", "accepts_orders", "email")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Shop, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        switch_shop(shop=obj, accepts_orders=obj.accepts_orders)


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
class OfferAdmin(admin.ModelAdmin[Offer]):
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
class StockMovementAdmin(admin.ModelAdmin[StockMovement]):
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
