"""The admin's desk: what stands in its sidebar, and who sees which of it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

# Group → model → its icon. A model that nobody listed stands in the last group.
GROUPS: dict[Any, dict[str, str]] = {
    _("Catalogue"): {
        "catalog.Product": "inventory_2",
        "catalog.Offer": "sell",
        "catalog.Category": "account_tree",
        "catalog.Brand": "verified",
        "catalog.ChangeSet": "edit_note",
        "catalog.PriceChange": "history",
        "catalog.StockMovement": "swap_vert",
    },
    _("Orders"): {
        "orders.Order": "shopping_cart",
        "orders.Payment": "payments",
        "orders.Coupon": "confirmation_number",
        "orders.DeliveryMethod": "local_shipping",
        "orders.PaymentMethod": "credit_card",
    },
    _("Customers"): {
        "accounts.Customer": "group",
        "accounts.Address": "home",
        "orders.Review": "reviews",
    },
    _("Partners"): {
        "catalog.Shop": "storefront",
        "partners.Membership": "badge",
        "partners.PriceListRun": "upload_file",
        "partners.PriceListSource": "cloud_download",
    },
    _("People and safety"): {
        "accounts.User": "person",
        "auth.Group": "shield_person",
        "accounts.Session": "devices",
        "accounts.ApiKey": "key",
        "accounts.Brake": "front_hand",
        "accounts.SecurityEvent": "security",
    },
    _("Operations"): {
        "django_tasks_database.DBTaskResult": "task",
        "feed.Event": "rss_feed",
        "feed.Webhook": "webhook",
        "feed.Delivery": "send",
        "constance.Config": "settings",
    },
}
OTHER = "folder"


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: only what this person may look at."""
    desks = {model._meta.label: desk for model, desk in admin.site._registry.items()}
    listed = {label for group in GROUPS.values() for label in group}
    rest = dict.fromkeys(desks.keys() - listed, OTHER)
    *_first, last = GROUPS
    start = {
        "title": _("Dashboard"),
        "icon": "dashboard",
        "link": reverse("admin:index"),
    }
    found = [{"title": _("Shop front"), "items": [start]}]
    for title, group in GROUPS.items():
        whole = group | dict(sorted(rest.items())) if title is last else group
        items = [
            _item(desks[label], icon)
            for label, icon in whole.items()
            if label in desks and desks[label].has_view_permission(request)
        ]
        if items:
            found.append({"title": title, "separator": True, "items": items})
    return found


def may_view(request: HttpRequest, model: Any) -> bool:
    """Whether this person finds the model's list in the sidebar."""
    desk = admin.site._registry.get(model)
    return desk is not None and desk.has_view_permission(request)


def _item(desk: Any, icon: str) -> dict[str, Any]:
    of = desk.model._meta
    link = reverse(f"admin:{of.app_label}_{of.model_name}_changelist")
    return {"title": capfirst(of.verbose_name_plural), "icon": icon, "link": link}
