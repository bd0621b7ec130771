"""Hostile lists: each is refused for what it is, and nothing else happens."""

import io
import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from catalog.models import Offer, StockMovement
from conftest import make_client
from partners.price_list import read_price_list
from partners.price_list.process import Reading
from partners.tests.hostile_lists import CASES, HOSTILE, LIST, ROW, book, laughs, table
from partners.tests.test_import import BLACK, GREEN, HEAD, load
from partners.tests.test_price_lists import send


def test_the_suite_is_as_large_as_promised() -> None:
    assert len(CASES) >= 156


def test_the_list_itself_is_good() -> None:
    """Else every case below would be refused for the wrong reason."""
    for content in (LIST.encode(), table(ROW), book(ROW.split(";"))):
        outline = read_price_list(io.BytesIO(content), lambda good: None)
        assert (outline.errors, outline.findings) == (0, [])


@pytest.mark.parametrize(("content", "code"), CASES)
def test_a_hostile_list_is_refused_for_what_it_is(content: bytes, code: str) -> None:
    started = time.monotonic()
    outline = read_price_list(io.BytesIO(content), lambda good: None)

    assert outline.errors > 0
    assert code in {found.code for found in outline.findings}
    assert len(outline.findings) <= 100
    for found in outline.findings:
        assert len(found.message()) < 1000
        assert len(found.message("ru")) < 1000
    assert time.monotonic() - started < 20  # R14; each takes some milliseconds


THROUGH_THE_PROCESS = [
    HOSTILE["too-deep"]["lists to 300,000"],
    HOSTILE["too-large"]["a workbook that unpacks to 2 GB"],
    HOSTILE["alias-not-allowed"]["a billion laughs"],
    HOSTILE["encoding"]["noise"],
]


@pytest.mark.parametrize("content", THROUGH_THE_PROCESS)
def test_the_process_reads_them_alike(content: bytes, tmp_path: Any) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)

    with path.open("rb") as file:
        reading = Reading(file)
        list(reading)

    assert reading.outline.errors > 0
    assert reading.outline.findings[0].code != "unreadable"


@pytest.mark.django_db
def test_after_hostile_lists_nothing_has_changed_and_the_worker_goes_on(
    pat: User, letters: Callable[[], list[str]]
) -> None:
    load(pat, HEAD + GREEN)
    before = list(Offer.objects.values()), StockMovement.objects.count()
    client = make_client(pat)
    hostile = [LIST.replace("200", "1e308"), "shop: [", laughs(9), "[" * 100_000]

    runs = [send(client, text)["Location"] for text in hostile]
    letters()

    states = {client.get(address).json()["state"] for address in runs}
    assert states == {"refused"}
    assert (list(Offer.objects.values()), StockMovement.objects.count()) == before
    good = send(client, HEAD + GREEN + BLACK)["Location"]
    letters()
    assert client.get(good).json()["state"] == "done"
