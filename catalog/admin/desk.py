"""What every page of the catalogue's desk has in common."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog.exceptions import (
    CatalogError,
    DeletedMeanwhile,
    EditedMeanwhile,
    FieldRefused,
    InUse,
    NothingToUndo,
    PhotosFull,
    RowsRefused,
    StockChanged,
    StockMoved,
    TooManyRows,
)
from catalog.models import ChangeSet
from catalog.services import version_of

COUNTED = 10_000
# What a log's document names → the page of the desk that shows it.
PAGES = {
    "user": "accounts_user",
    "order": "orders_order",
    "price-list-run": "partners_pricelistrun",
    "change-set": "catalog_changeset",
}


class Refusing:
    """A refusal of a service is told above the page; nothing was changed."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kw: Any) -> Any:
        return self._told(request, super().changeform_view, args, kw)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kw: Any) -> Any:
        return self._told(request, super().delete_view, args, kw)  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, *args: Any, **kw: Any) -> Any:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(map(is_id, chosen)):
            messages.error(request, _("There are no such rows; nothing was changed."))
            return HttpResponseRedirect(request.get_full_path())
        return self._told(request, super().changelist_view, args, kw)  # type: ignore[misc]

    def _told(self, request: HttpRequest, view: Any, args: Any, kw: Any) -> Any:
        try:
            return view(request, *args, **kw)
        except CatalogError as refusal:
            messages.error(request, told(refusal))
        return HttpResponseRedirect(request.get_full_path())


class RowSelect(AutocompleteSelect):
    """Looks a row up by a part of its name; nonsense chooses none."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_id(one)], attrs)


class ReadOnly:
    """Shows rows that nobody may touch."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CappedPaginator(Paginator):
    """Counts no more than 10,000 rows; of a whole large table it asks the statistics.

    Pages after those are reached by a search or a filter.
    """

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not hasattr(rows, "query"):
            return len(rows)
        counted = int(rows.order_by()[: COUNTED + 1].count())
        if counted <= COUNTED:
            return counted
        if rows.query.where or connection.vendor != "postgresql":
            return COUNTED
        table = rows.model._meta.db_table
        statement = "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass"
        with connection.cursor() as cursor:
            cursor.execute(statement, [table])
            return max(COUNTED, cursor.fetchone()[0])


class LongList:
    """A list that may hold a million rows: nothing about it counts them all."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # each would count the whole table
    list_per_page = 50
    list_max_show_all = 50


def is_id(text: Any) -> bool:
    """Whether it may be the id of a row."""
    text = str(text)
    return text.isascii() and text.isdigit() and len(text) < 19


def document_of(request: HttpRequest) -> str:
    """How the logs name who does this."""
    return f"user:{request.user.pk}"


def told(refusal: CatalogError) -> str:
    """A refusal in a sentence for the person who met it."""
    if isinstance(refusal, RowsRefused):
        return " ".join(dict.fromkeys(told(row.error) for row in refusal.rows))
    if isinstance(refusal, FieldRefused):
        field = refusal.field.replace("_", " ").capitalize()
        return f"{field}: {' '.join(refusal.messages)}"
    if isinstance(refusal, InUse):
        uses = ", ".join(f"{n} {kind}" for kind, n in refusal.used_by.items() if n)
        return _("Not deleted, it is used by %(uses)s.") % {"uses": uses}
    if isinstance(refusal, EditedMeanwhile | StockMoved):
        return _(
            "Somebody else changed it meanwhile: nothing was saved. Look at it as it"
            " is now, then change it again."
        )
    if isinstance(refusal, DeletedMeanwhile):
        return _("It is not there any more: nothing was changed.")
    if isinstance(refusal, StockChanged):
        left = {"left": refusal.available}
        return _("Only %(left)s are there: stock was not changed.") % left
    if isinstance(refusal, PhotosFull):
        return _("A product has at most %(limit)s photos.") % {"limit": refusal.limit}
    if isinstance(refusal, NothingToUndo):
        return _("This is undone already.")
    if isinstance(refusal, TooManyRows):
        limit = {"limit": refusal.limit}
        text = _("One change takes at most %(limit)s rows: narrow the selection.")
        return text % limit
    return _("This is not possible; nothing was changed.")


def named(documents: set[str]) -> dict[str, str]:
    """Each cause that a log names, as a link that people can read, and of a bulk change
    also who made it; two statements."""
    sets = ChangeSet.objects.in_bulk(_numbers("change-set", documents))
    makers = {row.document: row.applied_by or row.previewed_by for row in sets.values()}
    people = _numbers("user", documents | set(makers.values()))
    users = get_user_model()._default_manager.in_bulk(people) if people else {}
    words = {
        "order": _("order"),
        "price-list-run": _("price list, run"),
        "change-set": _("bulk change"),
    }

    def text(document: str) -> str:
        kind, _colon, number = document.partition(":")
        if kind == "user" and number.isdigit():
            return str(users.get(int(number), document))
        found = f"{words[kind]} {number}" if kind in words else document
        maker = makers.get(document)
        return f"{found} ({text(maker)})" if maker else found

    return {document: _link(document, text(document)) for document in documents}


def _numbers(kind: str, documents: set[str]) -> list[int]:
    parts = (document.partition(":") for document in documents)
    return [int(n) for name, _colon, n in parts if name == kind and n.isdigit()]


def _link(document: str, text: str) -> str:
    kind, _colon, number = document.partition(":")
    if kind not in PAGES or not number.isdigit():
        return text
    try:
        address = reverse(f"admin:{PAGES[kind]}_change", args=[number])
    except NoReverseMatch:
        return text
    return format_html('<a class="text-link" href="{}">{}</a>', address, text)


def refuse_stale(seen: str | None, current: str) -> None:
    """Raises ValidationError when a page shows a row as it no longer is."""
    if seen and seen != current:
        raise ValidationError(
            _(
                "Somebody else changed this meanwhile. Open the page again to see it"
                " as it is now; nothing was saved."
            ),
            code="stale",
        )


class Versioned(forms.ModelForm[Any]):
    """Carries the version that the page shows, and refuses to save over another."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = version_of(self.instance) if self.instance.pk else ""
        self.initial["version"] = self.current

    def clean_version(self) -> str:
        refuse_stale(self.cleaned_data["version"], self.current)
        return self.current
