"""Runs of price lists: what each found and did, and what can be done about it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from catalog.models import Offer, Product
from partners.exceptions import CheckNotApplicable, ShopChanged, UndoNotPossible
from partners.models import OfferChange, PriceListRun
from partners.price_list import LANGUAGES, Finding
from partners.services import apply_check, check_again, undo_run

Deed = Callable[[PriceListRun, bool], PriceListRun]
Kind, State = PriceListRun.Kind, PriceListRun.State
CHANGES = 50  # a page
SECONDS = 3  # between two looks at a run that goes on


@admin.register(PriceListRun)
class PriceListRunAdmin(ModelAdmin[PriceListRun]):
    """A history to read; its buttons queue new runs."""

    list_display = (
        "pk",
        "shop",
        "source",
        "kind",
        "state",
        "created_count",
        "changed_count",
        "withdrawn_count",
        "errors_total",
        "findings_total",
        "created_at",
    )
    list_filter = ("state", "kind")
    list_per_page = 50
    search_fields = ("shop__name", "price_list__source")
    show_full_result_count = False
    ordering = ("-pk",)
    fields = (
        ("kind", "state"),
        ("shop", "source"),
        ("uploaded_by", "checksum"),
        ("check_run", "undone_run"),
        ("refuses_warnings", "is_partial", "is_forced"),
        ("created_count", "changed_count", "unchanged_count"),
        ("withdrawn_count", "refused_count"),
        ("created_at", "started_at", "finished_at"),
    )
    actions_detail = ("apply_run", "undo_run", "check_run_again")
    change_form_after_template = "partners/run.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_run_permission(self, request: HttpRequest, run: Any = None) -> bool:
        return request.user.has_perm("partners.add_pricelistrun")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceListRun]:
        runs = super().get_queryset(request)
        related = runs.select_related("shop", "price_list__uploaded_by")
        # Files and what they name are large, and not shown.
        return related.defer("price_list__content", "outline")

    @admin.display(description=_("file or address"))
    def source(self, run: PriceListRun) -> str:
        return run.price_list.source

    @admin.display(description=_("sent by"))
    def uploaded_by(self, run: PriceListRun) -> str:
        user = run.price_list.uploaded_by
        return user.username if user else str(_("an operator"))

    @admin.display(description=_("checksum"))
    def checksum(self, run: PriceListRun) -> str:
        return run.price_list.checksum[:12]

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """The buttons that this run allows."""
        run = self._run(request, object_id)
        allowed = [f"partners_pricelistrun_{name}" for name in _possible(run)]
        found = super().get_actions_detail(request, object_id)
        return [button for button in found if button.action_name in allowed]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        run = self._run(request, object_id)
        context = {**(extra_context or {}), **_page(run, request.GET)}
        return super().change_view(request, object_id, form_url, context)

    @action(description=_("Apply"), permissions=["run"], icon="done_all")
    def apply_run(self, request: HttpRequest, object_id: int) -> HttpResponse:
        question = _("Apply exactly what this check found?")
        return self._ask(request, object_id, question, _apply)

    @action(description=_("Undo"), permissions=["run"], icon="undo")
    def undo_run(self, request: HttpRequest, object_id: int) -> HttpResponse:
        question = _("Take back what this run changed?")
        return self._ask(request, object_id, question, _undo, may_force=True)

    @action(description=_("Check again"), permissions=["run"], icon="refresh")
    def check_run_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        question = _("Check the same list against the shop as it is now?")
        return self._ask(request, object_id, question, _check)

    def _run(self, request: HttpRequest, object_id: Any) -> PriceListRun:
        """Looked up once a request."""
        known: dict[str, PriceListRun] = request.__dict__.setdefault("runs", {})
        key = unquote(str(object_id))
        if key not in known:
            run = self.get_object(request, key)
            if run is None:
                raise Http404
            known[key] = run
        return known[key]

    def _ask(
        self,
        request: HttpRequest,
        object_id: int,
        question: Any,
        deed: Deed,
        *,
        may_force: bool = False,
    ) -> HttpResponse:
        """A page that confirms; when it is sent, the deed, whose run is shown then."""
        run = self._run(request, object_id)
        here = reverse("admin:partners_pricelistrun_change", args=[run.pk])
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": question,
                "row": run,
                "may_force": may_force,
                "back": here,
            }
            return TemplateResponse(request, "partners/confirm_run.html", context)
        try:
            new = deed(run, "force" in request.POST)
        except ShopChanged as refusal:
            text = _("The shop is not as it was checked; these changed: %s.")
            messages.error(request, text % ", ".join(refusal.articles[:20]))
            return HttpResponseRedirect(here)
        except (CheckNotApplicable, UndoNotPossible):
            text = _("Nothing was done: the run does not allow it any more.")
            messages.error(request, str(text))
            return HttpResponseRedirect(here)
        self.log_change(request, new, f"{new.kind}: run {run.pk}")
        address = reverse("admin:partners_pricelistrun_change", args=[new.pk])
        return HttpResponseRedirect(address)


def _apply(run: PriceListRun, force: bool) -> PriceListRun:
    return apply_check(check=run)


def _undo(run: PriceListRun, force: bool) -> PriceListRun:
    return undo_run(applied=run, force=force)


def _check(run: PriceListRun, force: bool) -> PriceListRun:
    return check_again(run=run)


def _possible(run: PriceListRun) -> list[str]:
    """Names of the deeds that a run in this state allows; services judge again."""
    is_done = run.state == State.DONE
    deeds = {
        "apply_run": is_done and run.kind == Kind.CHECK,
        "undo_run": is_done and run.kind == Kind.APPLY,
        "check_run_again": not run.is_open and run.kind != Kind.UNDO,
    }
    return [name for name, is_possible in deeds.items() if is_possible]


def _page(run: PriceListRun, asked: Any) -> dict[str, Any]:
    """Progress, findings and changes of a run, narrowed as the address asks."""
    severity, kind = asked.get("severity", ""), asked.get("changes", "")
    language = (get_language() or "").partition("-")[0]
    told = [
        Finding.kept(row).told(language if language in LANGUAGES else LANGUAGES[0])
        for row in run.findings
        if severity in {"", row["severity"]}
    ]
    after = asked.get("after", "")
    place = int(after) if after.isascii() and after.isdigit() else 0
    changes = OfferChange.objects.of_run(run).filter(pk__gt=min(place, 2**62))
    if kind in OfferChange.Kind.values:
        changes = changes.filter(kind=kind)
    rows = list(changes[: CHANGES + 1])
    return {
        "run": run,
        "seconds": SECONDS if run.is_open else 0,
        "severity": severity,
        "findings": _findings_table(told),
        "kind": kind,
        "changes": _changes_table(rows[:CHANGES]),
        "after": rows[CHANGES - 1].pk if len(rows) > CHANGES else None,
    }


def _findings_table(told: list[dict[str, Any]]) -> dict[str, Any]:
    heads = (_("line"), _("column"), _("severity"), _("code"), _("message"))
    names = ("line", "column", "severity", "code", "message")
    return {
        "headers": [*map(str, heads)],
        "rows": [
            ["" if finding[name] is None else finding[name] for name in names]
            for finding in told
        ],
    }


def _changes_table(changes: list[OfferChange]) -> dict[str, Any]:
    heads = (_("change"), _("article"), _("name"), _("old → new"), _("undone"))
    return {
        "headers": [*map(str, heads)],
        "rows": [
            [
                change.get_kind_display(),
                change.article,
                change.name,
                "; ".join(
                    f"{_field(name)}: {_shown(before)} → {_shown(after)}"
                    for name, before, after in change.differences
                ),
                change.get_undo_display(),
            ]
            for change in changes
        ],
    }


def _field(name: str) -> str:
    """What the desk calls this value of an offer or of its product."""
    for model in (Offer, Product):
        with suppress(FieldDoesNotExist):
            return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return name


def _shown(value: Any) -> str:
    return "—" if value in (None, "") else str(value)
