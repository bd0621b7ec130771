"""Reviews: staff approve or hide what buyers wrote."""

import time
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import ActionForm
from unfold.paginator import InfinitePaginator

from accounts.permissions import account
from orders.models import Review
from orders.services import moderate_reviews


class ModerationForm(ActionForm):
    """When the page was made: what was edited since has not been read."""

    seen_at = forms.FloatField(widget=forms.HiddenInput, initial=time.time)


@admin.register(Review)
class ReviewAdmin(ModelAdmin[Review]):
    """Staff approve or hide what buyers wrote; they do not rewrite it."""

    list_display = (
        "edited_at",
        "product",
        "rating",
        "excerpt",
        "status",
        "moderated_by",
        "moderated_at",
    )
    list_filter = ("status", "rating")
    list_select_related = ("product", "moderated_by")
    search_fields = ("text", "product__search_text")
    ordering = ("-edited_at", "-pk")
    actions = ("approve", "hide")
    action_form = ModerationForm
    paginator = InfinitePaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is hidden instead

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in Review._meta.fields]

    @admin.display(description=_("text"))
    def excerpt(self, review: Review) -> str:
        return Truncator(review.text).chars(80)

    @admin.action(description=_("Approve: everybody sees it"), permissions=["change"])
    def approve(self, request: HttpRequest, reviews: QuerySet[Review]) -> None:
        self._moderate(request, reviews, Review.Status.APPROVED)

    @admin.action(
        description=_("Hide: only its author sees it"), permissions=["change"]
    )
    def hide(self, request: HttpRequest, reviews: QuerySet[Review]) -> None:
        self._moderate(request, reviews, Review.Status.HIDDEN)

    def _moderate(
        self, request: HttpRequest, reviews: QuerySet[Review], status: Review.Status
    ) -> None:
        chosen = list(reviews.values_list("pk", flat=True))
        seen = forms.FloatField().clean(request.POST.get("seen_at"))
        changed = moderate_reviews(
            reviews=chosen,
            status=status,
            moderator=account(request),
            seen_at=datetime.fromtimestamp(seen, UTC),
            now=timezone.now(),
        )
        left = reviews.filter(pk__in=chosen).exclude(status=status).count()
        facts = {"changed": changed, "state": status.label, "left": left}
        self.message_user(request, gettext("%(changed)s reviews: %(state)s.") % facts)
        if left:
            message = (
                gettext("%(left)s were edited while you read: look again.") % facts
            )
            self.message_user(request, message, messages.WARNING)
