"""The admin's desk: the category tree, brands and shops."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from catalog.admin.desk import Refusing, RowSelect
from catalog.models import Brand, Category, Shop
from catalog.services import (
    delete_brand,
    delete_category,
    delete_shop,
    move_categories,
    save_brand,
    save_category,
    save_shop,
)


class Deleting:
    """Rows are deleted by a service, one by one; it tells what they are used by."""

    remove: Any

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        type(self).remove(pk=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            type(self).remove(pk=row.pk)


class MoveForm(forms.Form):
    """Below which category; none is the top."""

    parent = forms.ModelChoiceField(
        queryset=Category.objects.all(),
        required=False,
        label=_("Below"),
        help_text=_("Empty: to the top of the tree."),
        widget=RowSelect(Category._meta.get_field("parent"), admin.site),
    )


class Tree(ChangeList):
    """Each category below the one that it stands in."""

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[str]:
        return ["tree_ordering", "pk"]


@admin.register(Category)
class CategoryAdmin(Refusing, Deleting, ModelAdmin[Category]):
    remove = staticmethod(delete_category)
    list_display = ("in_tree", "slug", "is_active")
    list_filter = ("is_active",)
    list_per_page = 200
    sortable_by = ()
    search_fields = ("name",)
    ordering = ("name",)
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    actions = ("move",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        rows: Any = super().get_queryset(request)
        return rows.with_tree_fields().order_siblings_by("name")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Tree

    @admin.display(description=_("name"))
    def in_tree(self, category: Any) -> str:
        return format_html(
            '<span style="padding-left: {}rem">{}{}</span>',
            f"{category.tree_depth * 1.5:.1f}",
            "└ " if category.tree_depth else "",
            category.name,
        )

    def save_model(
        self, request: HttpRequest, obj: Category, form: Any, change: bool
    ) -> None:
        save_category(category=obj)

    @admin.action(description=_("Move below another category…"), permissions=["change"])
    def move(
        self, request: HttpRequest, categories: QuerySet[Category]
    ) -> TemplateResponse | None:
        is_asked = "parent" in request.POST
        form = MoveForm(request.POST if is_asked else None)
        chosen = list(categories)
        if not form.is_valid():
            context = self.admin_site.each_context(request) | {
                "title": _("Move categories"),
                "opts": self.opts,
                "form": form,
                "action": "move",
                "selected": [category.pk for category in chosen],
                "things": [category.name for category in chosen[:20]],
                "button": _("Move"),
                "media": self.media + form.media,
            }
            return TemplateResponse(request, "catalog/admin/ask.html", context)
        parent = form.cleaned_data["parent"]
        stood = move_categories(
            pks=[category.pk for category in chosen], parent=parent and parent.pk
        )
        names = Category.objects.in_bulk([pk for pk in stood.values() if pk])
        top = gettext("the top")
        moved = (
            f"{category.name} ({names.get(stood[category.pk] or 0, top)}"
            f" → {parent or top})"
            for category in chosen
        )
        text = gettext("Moved: %(moves)s. Move them back to undo it.")
        messages.success(request, text % {"moves": "; ".join(moved)})
        return None


@admin.register(Brand)
class BrandAdmin(Refusing, Deleting, ModelAdmin[Brand]):
    remove = staticmethod(delete_brand)
    list_display = ("name", "slug")
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Brand, form: Any, change: bool
    ) -> None:
        save_brand(brand=obj)


@admin.register(Shop)
class ShopAdmin(Refusing, Deleting, ModelAdmin[Shop]):
    remove = staticmethod(delete_shop)
    list_display = ("name", "is_house", "accepts_orders", "email")
    list_filter = ("accepts_orders",)
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def save_model(
        self, request: HttpRequest, obj: Shop, form: Any, change: bool
    ) -> None:
        save_shop(shop=obj)
