"""Where public pages are read. The real engines: config/tests/test_cluster.py."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections, router
from rest_framework.test import APIClient

from catalog import listing, replica
from catalog.freshness import Version
from catalog.models import Product
from catalog.tests.factories import make_offer

pytestmark = pytest.mark.django_db
LIST = "/api/v1/products/"


@pytest.fixture(autouse=True)
def _two_databases(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """A replica by name, which is the test's database again."""
    monkeypatch.setitem(settings.DATABASES, "replica", settings.DATABASES["default"])
    monkeypatch.setattr(router, "routers", [replica.Router()])
    monkeypatch.setattr(replica, "_away_until", 0.0)
    connections["replica"] = connections["default"]
    yield
    del connections["replica"]


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where each statement of a list went."""
    seen: list[str] = []
    fetch = listing.fetch

    def spied(*statement: Any, **how: Any) -> Any:
        seen.append(replica.source())
        return fetch(*statement, **how)

    monkeypatch.setattr(listing, "fetch", spied)
    return seen


def behind(monkeypatch: pytest.MonkeyPatch, ours: Any, theirs: Any) -> None:
    """Shares of the version, as primary and replica tell them."""
    shares = {"default": ours, "replica": theirs}
    monkeypatch.setattr(replica, "_shares", shares.__getitem__)


def test_a_page_is_read_from_a_replica_that_has_caught_up(
    client: APIClient, sources: list[str]
) -> None:
    offer = make_offer()

    body = client.get(LIST).json()

    assert [row["id"] for row in body["results"]] == [offer.product_id]
    assert set(sources) == {"replica"}
    assert replica.source() == "default"
    assert router.db_for_write(Product) == router.db_for_read(Product) == "default"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({1: (5, 2)}, {1: (4, 2)}),
        ({1: (5, 2)}, {1: (5, 1)}),
        ({1: (5, 2), 2: (1, 0)}, {1: (5, 2)}),
        # The sums are equal, and yet a change is missing.
        ({1: (5, 2), 2: (1, 0)}, {1: (6, 2), 2: (0, 0)}),
    ],
)
def test_a_replica_that_lacks_a_change_is_not_read(
    client: APIClient,
    sources: list[str],
    monkeypatch: pytest.MonkeyPatch,
    ours: Any,
    theirs: Any,
) -> None:
    behind(monkeypatch, ours, theirs)

    assert client.get(LIST).status_code == 200
    assert set(sources) == {"default"}


def test_a_replica_that_does_not_answer_is_left_alone_for_a_while(
    client: APIClient, sources: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def shares(alias: str) -> Any:
        asked.append(alias)
        if alias == "replica":
            raise OperationalError("no route")
        return {}

    monkeypatch.setattr(replica, "_shares", shares)
    monkeypatch.setattr(type(connections["default"]), "close", lambda self: None)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)

    statuses = [client.get(LIST).status_code for _ in range(3)]
    now += replica.PAUSE + 1
    statuses.append(client.get(LIST).status_code)

    assert statuses == [200] * 4
    assert asked.count("replica") == 2
    assert set(sources) == {"default"}


def test_a_replica_that_fails_in_the_middle_costs_no_answer(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer, fetch = make_offer(), listing.fetch
    monkeypatch.setattr(type(connections["default"]), "close", lambda self: None)

    def failing(*statement: Any, **how: Any) -> Any:
        if replica.source() == "replica":
            raise OperationalError("the connection was closed")
        return fetch(*statement, **how)

    monkeypatch.setattr(listing, "fetch", failing)

    answers = [client.get(LIST), client.get(f"{LIST}{offer.product_id}/")]
    missing = client.get(f"{LIST}999999/")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert missing.status_code == 404


def test_a_question_that_takes_too_long_is_not_asked_twice(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: list[str] = []

    class Canceled(Exception):
        pgcode = replica.QUERY_CANCELED

    def slow(*statement: Any, **how: Any) -> Any:
        sources.append(replica.source())
        raise OperationalError("canceled") from Canceled()

    monkeypatch.setattr(listing, "fetch", slow)

    answer = client.get(LIST)

    assert answer.status_code == 503
    assert sources == ["replica"]


def test_a_page_is_kept_under_what_the_primary_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A write between the question and the rows is in neither, or in both.
    behind(monkeypatch, {1: (3, 1), 2: (4, 0)}, {1: (3, 1), 2: (5, 1)})

    with replica.page():
        version = replica.choose_source()

    assert version == Version(goods=7, names=1)


def test_a_version_that_moves_meanwhile_does_not_rename_the_page(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_offer()
    behind(monkeypatch, {1: (3, 1)}, {1: (3, 1)})

    for path in (LIST, f"{LIST}facets/"):
        request = client.get(path).wsgi_request

        assert request.META["catalog.version"] == Version(goods=3, names=1)
