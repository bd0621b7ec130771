"""Everything beside v1: who gets which page. A route without a row fails."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from conftest import person

PAGES = {
    # route                    stranger buyer staff
    "": (200, 200, 200),
    "api/schema/": (200, 200, 200),
    "api/schema/pyshop/": (200, 200, 200),
    "api/docs/": (200, 200, 200),
    "api/nothing/": (404, 404, 404),
    "confirm-email/": (200, 200, 200),
    "change-email/": (200, 200, 200),
    "reset-password/": (200, 200, 200),
    "example-payment/none/": (404, 404, 404),
    "problems/out-of-stock": (200, 200, 200),
    "health/live": (200, 200, 200),
    "health/ready": (200, 200, 200),
    "metrics": (404, 404, 404),  # until a setting opens it
    "media/images/no_photo.jpg": (200, 200, 200),
    "media/none.webp": (404, 404, 404),
    "admin/": (302, 302, 200),
    "admin/language/": (302, 302, 302),  # back to where it was chosen
    "admin/accounts/user/": (302, 302, 403),  # staff see what they were granted
}


@pytest.fixture
def visitors(ann: User) -> dict[str, Client]:
    """Browsers: the admin's sign-in is a cookie, not a token."""
    browsers = {"stranger": Client(), "buyer": Client(), "staff": Client()}
    browsers["buyer"].force_login(ann)
    browsers["staff"].force_login(person("sam", "staff"))
    return browsers


def test_every_page_opens_to_whom_it_should(visitors: dict[str, Client]) -> None:
    for path, statuses in PAGES.items():
        for (name, browser), status in zip(visitors.items(), statuses, strict=True):
            assert browser.get(f"/{path}").status_code == status, (path, name)


def test_every_route_beside_v1_stands_in_the_table() -> None:
    def routes(patterns: list[URLPattern | URLResolver]) -> set[str]:
        """Where each pattern leads; what the admin has inside is the admin's."""
        return {
            str(pattern.pattern)
            for pattern in patterns
            if str(pattern.pattern) not in {"api/v1/", "admin/"}
        }

    known = set(PAGES)
    for route in routes(get_resolver().url_patterns):
        plain = route.lstrip("^").split("<")[0].split("(")[0]
        assert any(path.startswith(plain) for path in known), route
    assert len(routes(get_resolver().url_patterns)) == len(known) - 2


def test_the_superuser_may_look_at_accounts(
    db: None,
) -> None:
    browser = Client()
    browser.force_login(person("olga", "superuser"))

    assert browser.get("/admin/accounts/user/").status_code == 200
