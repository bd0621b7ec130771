"""The desk's frame: what its sidebar shows to whom, and that all of it is dressed."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.test import Client, RequestFactory
from unfold.admin import ModelAdmin

from accounts.models import User
from config import desk
from conftest import person

pytestmark = pytest.mark.django_db


def sign_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def grant(user: User, *names: str) -> None:
    chosen = Permission.objects.filter(codename__in=names)
    assert len(chosen) == len(names)
    user.user_permissions.add(*chosen)


def sidebar(browser: Client) -> list[str]:
    """The addresses that the sidebar leads to, as they stand on the page."""
    page = browser.get("/admin/password_change/").content.decode()
    return re.findall(r'<a href="(/admin/[^"]*)"', page)


def test_every_model_of_the_desk_wears_the_theme() -> None:
    plain = [
        m for m, d in admin.site._registry.items() if not isinstance(d, ModelAdmin)
    ]

    assert plain == []


def test_the_owner_finds_every_list_in_the_sidebar_once() -> None:
    browser = sign_in(person("olga", "superuser"))

    found = sidebar(browser)

    labels = [model._meta for model in admin.site._registry]
    lists = {f"/admin/{label.app_label}/{label.model_name}/" for label in labels}
    assert sorted(path for path in found if path in lists) == sorted(lists)


def test_who_may_see_orders_is_shown_no_other_list() -> None:
    clerk = person("sam", "staff")
    clerk.groups.clear()
    grant(clerk, "view_order")

    titles = [group["title"] for group in desk.navigation(_as(clerk))]

    assert titles == ["Shop front", "Orders"]
    assert "/admin/orders/order/" in sidebar(sign_in(clerk))
    assert "/admin/catalog/product/" not in sidebar(sign_in(clerk))


def test_a_model_that_nobody_listed_is_found_in_the_last_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    *_, last = desk.GROUPS
    monkeypatch.delitem(desk.GROUPS[last], "feed.Event")

    groups = desk.navigation(_as(person("olga", "superuser")))

    assert "Events" in [item["title"] for item in groups[-1]["items"]]


def _as(user: User) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = user
    return request
