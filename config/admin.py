"""The admin's desk: other people's models, in our dress."""

from typing import Any, ClassVar

import constance.admin  # registers what is registered anew below
import django_otp.plugins.otp_static.admin
import django_otp.plugins.otp_totp.admin  # noqa: F401
import django_tasks_db.admin
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tasks_db.models import DBTaskResult
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from accounts.admin import in_words
from accounts.permissions import account
from config.management.commands.work import retry
from config.roles import ROLES

admin.site.index_title = _("Dashboard")

# Secrets of the second step are nobody's to read; services set and remove them.
admin.site.unregister([StaticDevice, TOTPDevice])
admin.site.unregister([Group, DBTaskResult, constance.admin.Config])


@admin.register(Group)
class RoleAdmin(GroupAdmin, ModelAdmin[Group]):
    """What its members may do. The store's own roles are put right by `migrate`."""

    list_display = ("role",)

    @admin.display(description=_("name"), ordering="name")
    def role(self, group: Group) -> str:
        return gettext(group.name) if group.name in ROLES else group.name

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return in_words(field)

    def has_change_permission(
        self, request: HttpRequest, obj: Group | None = None
    ) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.name not in ROLES)

    def has_delete_permission(
        self, request: HttpRequest, obj: Group | None = None
    ) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.name not in ROLES)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting in bulk: one of the store's own might be among them."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(DBTaskResult)
class TaskAdmin(
    django_tasks_db.admin.DBTaskResultAdmin,
    ModelAdmin[DBTaskResult],
):
    """Letters and other background work: what waits, what failed and why."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_display: Any = (
        "task_path",
        "status",
        "enqueued_at",
        "finished_at",
        "attempts",
    )
    list_filter: ClassVar[Any] = ("status",)
    search_fields = ("task_path", "exception_class_path")
    actions = ("again",)

    @admin.display(description=_("attempts"))
    def attempts(self, task: DBTaskResult) -> int:
        return len(task.worker_ids)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return account(request).has_perm("django_tasks_database.change_dbtaskresult")

    @admin.action(description=_("Try again"), permissions=["retry"])
    def again(self, request: HttpRequest, tasks: QuerySet[DBTaskResult]) -> None:
        queued = retry(tasks)
        text = gettext("Tasks queued again: %(queued)s.") % {"queued": queued}
        self.message_user(request, text)


class SettingsAdmin(constance.admin.ConstanceAdmin, ModelAdmin):
    """Values that change without a restart."""


admin.site.register([constance.admin.Config], SettingsAdmin)
