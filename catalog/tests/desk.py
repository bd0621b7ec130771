"""The catalogue's desk as a browser sees it: pages, and the forms in them."""

import re
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from conftest import person

OFFERS, PRODUCTS = "/admin/catalog/offer/", "/admin/catalog/product/"
SETS = "/admin/catalog/changeset/"


def browser_of(user: User | None = None) -> Client:
    browser = Client()
    browser.force_login(user or person("olga", "superuser"))
    return browser


def inputs(page: str) -> dict[str, str]:
    """What a browser would send of a page's text and hidden inputs if nobody typed."""
    found = {}
    for tag in re.findall(r'<input\b(?:"[^"]*"|[^">])*>', page):
        facts = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = facts.get("type", "text"), facts.get("name", "")
        is_box = kind in {"checkbox", "radio"}
        is_sent = not is_box or "checked" in re.sub(r'"[^"]*"', "", tag)
        if name and is_sent and kind not in {"submit", "file"}:
            found[name] = unescape(facts.get("value", "on" if is_box else ""))
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)<', page):
        found[name] = unescape(text).strip()
    for name, inner in re.findall(
        r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.findall(r'<option value="([^"]*)" selected', inner)
        if chosen:
            found[name] = chosen[0]
    return found


def shown(response: Any) -> str:
    """The text of a page, spaces made one."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as run:
        assert browser.get(address).status_code == 200
    return len(run)
