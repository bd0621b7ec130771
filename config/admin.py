"""The admin's desk: other people's models, in our dress."""

import constance.admin  # registers what is registered anew below
import django_otp.plugins.otp_static.admin
import django_otp.plugins.otp_totp.admin  # noqa: F401
import django_tasks_db.admin
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tasks_db.models import DBTaskResult
from unfold.admin import ModelAdmin

admin.site.index_title = _("Dashboard")

# Secrets of the second step are nobody's to read; services set and remove them.
admin.site.unregister([StaticDevice, TOTPDevice])
admin.site.unregister([Group, DBTaskResult, constance.admin.Config])


@admin.register(Group)
class RoleAdmin(GroupAdmin, ModelAdmin[Group]):
    """What its members may do."""


@admin.register(DBTaskResult)
class TaskAdmin(
    django_tasks_db.admin.DBTaskResultAdmin,
    ModelAdmin[DBTaskResult],
):
    """Letters and other background work: what waits, what failed and why."""


class SettingsAdmin(constance.admin.ConstanceAdmin, ModelAdmin):
    """Values that change without a restart."""


admin.site.register([constance.admin.Config], SettingsAdmin)
