"""What each role of the staff may do, as groups that every `migrate` puts right."""

from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any

from django.apps import apps as every_app
from django.contrib.auth.management import create_permissions

from accounts.models import Role

SEE_GOODS = ("catalog.view_*",)
SEE_ORDERS = (
    "orders.view_order*",
    "orders.view_payment*",
    "orders.view_refund*",
    "orders.view_deliverymethod",
    "orders.view_coupon*",
)
# Patterns of permissions: app.action_model, with * for any.
ROLES: dict[str, tuple[str, ...]] = {
    Role.CLERK: (
        *SEE_GOODS,
        *SEE_ORDERS,
        "orders.change_order",
        "orders.change_payment",
        "orders.add_refund",
        "orders.view_review",
        "orders.change_review",
        "accounts.view_customer",
        "accounts.change_customer",
        "accounts.view_address",
    ),
    Role.EDITOR: (
        "catalog.*",
        "partners.*",
        "orders.view_review",
        "orders.change_review",
    ),
    Role.INTEGRATOR: (
        *SEE_GOODS,
        *SEE_ORDERS,
        "feed.*",
        "partners.view_*",
        "partners.add_pricelist",
    ),
    Role.OWNER: (
        "accounts.*",
        "auth.view_group",
        "auth.add_group",
        "auth.change_group",
        "auth.delete_group",
        "admin.view_logentry",
        "catalog.*",
        "constance.*",
        "django_tasks_database.*",
        "feed.*",
        "orders.*",
        "partners.*",
    ),
}


def install_roles(using: str, apps: Any = every_app, **kwargs: Any) -> None:
    """Make the groups that are missing and give each exactly its permissions.

    After every `migrate`, because permissions are made after it, too: a migration
    would find none in a fresh database. Staff there were before any role keep what v1
    let them do.
    """
    with suppress(LookupError):  # migrated only as far as something before accounts
        groups = apps.get_model("auth", "Group").objects.using(using)
        staff = apps.get_model("accounts", "User").objects.using(using)
        is_first = not groups.filter(name__in=ROLES).exists()
        known = _permissions(using, apps)
        for name, patterns in ROLES.items():
            _give(groups, name, {pk for label, pk in known if _fits(label, patterns)})
        if is_first:
            _adopt(staff, groups)


def _permissions(using: str, apps: Any) -> list[tuple[str, int]]:
    """Every permission there is, app.action_model and its id."""
    patterns = {pattern for patterns in ROLES.values() for pattern in patterns}
    for label in sorted({pattern.partition(".")[0] for pattern in patterns}):
        config = every_app.get_app_config(label)
        create_permissions(config, verbosity=0, using=using, apps=apps)
    rows = apps.get_model("auth", "Permission").objects.using(using)
    values = rows.values_list("content_type__app_label", "codename", "pk")
    return [(f"{app}.{codename}", pk) for app, codename, pk in values]


def _fits(label: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(label, pattern) for pattern in patterns)


def _give(groups: Any, name: str, wanted: set[int]) -> None:
    group, _ = groups.get_or_create(name=name)
    if set(group.permissions.values_list("pk", flat=True)) != wanted:
        group.permissions.set(wanted)


def _adopt(staff: Any, groups: Any) -> None:
    roles = groups.filter(name__in=Role.of_v1())
    for user in staff.filter(is_staff=True, is_superuser=False):
        if not (user.groups.exists() or user.user_permissions.exists()):
            user.groups.set(roles)
