"""The admin's desk: bulk changes — shown, applied, undone."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from catalog.admin.bulk import HOW, ROUNDED, WHICH
from catalog.admin.desk import (
    CappedPaginator,
    ReadOnly,
    document_of,
    is_id,
    named,
    told,
)
from catalog.exceptions import CatalogError, RowsMoved
from catalog.models import Category, ChangeSet
from catalog.services import apply_change, preview_again, preview_undo

Kind = ChangeSet.Kind
SHOWN = 100
# What a person must be allowed to change, to apply or undo a set.
OFFERS, PRODUCTS = "catalog.change_offer", "catalog.change_product"


@admin.register(ChangeSet)
class ChangeSetAdmin(ReadOnly, ModelAdmin[ChangeSet]):
    """A set is applied and undone on its page, by who may change its rows."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each would count the whole table
    list_per_page = 50
    list_display = (
        "created_at",
        "what",
        "state",
        "changed_count",
        "unchanged_count",
        "refused_count",
        "undone_count",
        "note",
        "person",
    )
    list_display_links = ("created_at", "what")
    list_filter = ("kind", "state")
    sortable_by = ()
    ordering = ("-pk",)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        rows = found.result_list = list(found.result_list)
        people = named({row.applied_by or row.previewed_by for row in rows})
        categories = _categories(rows)
        for row in rows:
            row.who = people[row.applied_by or row.previewed_by]
            row.title = title_of(row, categories)
        return found

    @admin.display(description=_("what"))
    def what(self, change_set: Any) -> str:
        return str(change_set.title)

    @admin.display(description=_("who"))
    def person(self, change_set: Any) -> str:
        return str(change_set.who)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return _may(request, obj)
        return request.user.has_perm(OFFERS) or request.user.has_perm(PRODUCTS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[Any]:
        deeds = {"apply": self.apply, "undo": self.undo, "again": self.again}
        mine = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"catalog_changeset_{name}",
            )
            for name, view in deeds.items()
        ]
        return mine + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", **kw: Any
    ) -> HttpResponse:
        if not is_id(object_id):
            raise Http404
        return self._page(request, self._found(request, int(object_id)))

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what the page shows; once, however often it is asked."""
        change_set = self._asked(request, pk)
        try:
            now, document = timezone.now(), document_of(request)
            change_set = apply_change(pk=pk, document=document, now=now)
        except RowsMoved as refusal:
            text = _("Nothing was changed: rows are not as shown any more.")
            messages.error(request, text)
            return self._page(request, change_set, refusal.rows)
        except CatalogError as refusal:
            return self._refused(request, refusal)
        count = {"n": change_set.changed_count}
        messages.success(request, _("Done: %(n)s changed.") % count)
        return redirect("admin:catalog_changeset_change", pk)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what an undo would restore, and what it would keep."""
        self._asked(request, pk)
        try:
            shown = preview_undo(
                pk=pk,
                document=document_of(request),
                is_forced="force" in request.POST,
            )
        except CatalogError as refusal:
            return self._refused(request, refusal)
        return redirect("admin:catalog_changeset_change", shown.pk)

    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show anew what the same deed would do to the same rows."""
        self._asked(request, pk)
        try:
            shown = preview_again(pk=pk, document=document_of(request))
        except CatalogError as refusal:
            return self._refused(request, refusal)
        return redirect("admin:catalog_changeset_change", shown.pk)

    def _found(self, request: HttpRequest, pk: int) -> ChangeSet:
        rows = ChangeSet.objects.select_related("undoes")
        change_set = rows.filter(pk=min(pk, 2**63 - 1)).first()
        if change_set is None:
            raise Http404
        if not _may(request, change_set):
            raise PermissionDenied
        return change_set

    def _asked(self, request: HttpRequest, pk: int) -> ChangeSet:
        if request.method != "POST":
            raise Http404
        return self._found(request, pk)

    def _refused(self, request: HttpRequest, refusal: CatalogError) -> HttpResponse:
        messages.error(request, told(refusal))
        return redirect("admin:catalog_changeset_changelist")

    def _page(
        self, request: HttpRequest, change_set: ChangeSet, moved: Any = ()
    ) -> HttpResponse:
        changes = list(change_set.changes.refused_first()[:SHOWN])
        categories = _categories([change_set])
        if change_set.kind == Kind.CATEGORY:
            facts = [f for c in changes for f in (c.before, c.after)]
            facts += [f for row in moved for f in (row.shown, row.current) if f]
            ids = {pk for some in facts for pk in some["categories"]}
            categories |= dict(
                Category.objects.filter(pk__in=ids).values_list("pk", "name")
            )
        people = named({change_set.previewed_by, change_set.applied_by})
        total = change_set.changed_count + change_set.refused_count
        context = self.admin_site.each_context(request) | {
            "title": title_of(change_set, categories),
            "opts": self.opts,
            "change_set": change_set,
            "rows": [
                {
                    "change": change,
                    "before": words(change.before, categories),
                    "after": words(change.after, categories),
                }
                for change in changes
            ],
            "more": max(0, total - SHOWN),
            "moved": [
                {
                    "name": row.name,
                    "article": row.article,
                    "shown": words(row.shown, categories),
                    "current": words(row.current, categories),
                }
                for row in moved[:SHOWN]
            ],
            "moved_more": max(0, len(moved) - SHOWN),
            "previewed_by": people[change_set.previewed_by],
            "applied_by": people[change_set.applied_by],
            "undos": change_set.undos.filter(state=ChangeSet.State.APPLIED),
            "kept": change_set.changes.filter(refusal="edited_since").exists(),
        }
        return TemplateResponse(request, "catalog/admin/change_set.html", context)


def title_of(change_set: ChangeSet, categories: dict[int, str]) -> str:
    """The deed in words."""
    asked = change_set.parameters
    how, value = asked.get("how"), asked.get("value")
    if change_set.kind == Kind.PRICE:
        text = _price_deed(asked)
    elif change_set.kind == Kind.STOCK:
        by = f"{value:+d}" if how == "by" else f"= {value}"
        text = _("Stock %(by)s") % {"by": by}
    elif change_set.kind == Kind.LISTING:
        withdrawn = asked["is_withdrawn"]
        text = _("Take from sale") if withdrawn else _("List again")
    elif change_set.kind == Kind.ACTIVE:
        text = _("Show again") if asked["is_active"] else _("Hide from every shop")
    else:
        name = {"name": categories.get(asked["category"], asked["category"])}
        text = {
            "move": _("Move to “%(name)s”"),
            "add": _("Put into “%(name)s” as well"),
            "remove": _("Take out of “%(name)s”"),
        }[str(how)] % name
    return str(_("Undo: %(what)s") % {"what": text} if change_set.undoes_id else text)


def _price_deed(asked: dict[str, Any]) -> Any:
    value = asked["value"].removesuffix(".00")
    signed = value if value.startswith("-") else f"+{value}"
    if asked["how"] == "end-sale":
        return HOW["end-sale"]
    text = {
        "percent": f"{signed} %",
        "amount": signed,
        "set": f"= {value}",
        "sale": f"−{value} %",
    }[asked["how"]]
    which = WHICH["discount" if asked["how"] == "sale" else asked["prices"]]
    found = _("%(which)s %(by)s") % {"which": str(which).capitalize(), "by": text}
    if asked["rounding"] != "0.01":
        rounding = {"price": found, "step": ROUNDED[asked["rounding"]]}
        found = _("%(price)s, rounded %(step)s") % rounding
    return found


def words(facts: dict[str, Any] | None, categories: dict[int, str]) -> str:
    """Facts of a row, for people."""
    if facts is None:
        return str(_("deleted"))
    if "regular_price" in facts:
        discount = facts["discount_price"]
        with_it = _("%(regular)s, at a discount %(discount)s")
        both = {"regular": facts["regular_price"], "discount": discount}
        return str(with_it % both if discount else facts["regular_price"])
    if "stock" in facts:
        return str(facts["stock"])
    if "is_withdrawn" in facts:
        return str(_("withdrawn") if facts["is_withdrawn"] else _("listed"))
    if "is_active" in facts:
        return str(_("shown") if facts["is_active"] else _("hidden"))
    names = (categories.get(pk, f"№ {pk}") for pk in facts["categories"])
    return ", ".join(names) or "—"


def _categories(rows: list[ChangeSet]) -> dict[int, str]:
    ids = {row.parameters["category"] for row in rows if row.kind == Kind.CATEGORY}
    if not ids:
        return {}
    return dict(Category.objects.filter(pk__in=ids).values_list("pk", "name"))


def _may(request: HttpRequest, change_set: ChangeSet) -> bool:
    return request.user.has_perm(PRODUCTS if change_set.is_of_products else OFFERS)
