"""Lists by address: fetched once, or for a shop again and again."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.tests.test_outbound import Handler, Quiet, say
from catalog.models import Offer, Shop
from conftest import assert_problem, make_client
from partners.models import PriceListRun, PriceListSource
from partners.services.sources import fetch_source
from partners.tests.test_import import BLACK, GREEN, HEAD, load

pytestmark = pytest.mark.django_db
LISTS, DESK = "/api/v1/price-lists/", "/api/v1/desk/shops/"


@pytest.fixture
def server(settings: Any) -> Iterator[Any]:
    """A real server of the partner's; `answer` says what it does, `seen` was asked."""
    settings.OUTBOUND_LOCAL = settings.OUTBOUND_HTTP = True
    http: Any = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=[0.01], daemon=True).start()
    http.url = f"http://127.0.0.1:{http.server_port}/list.yaml"
    http.seen = []
    yield http
    http.shutdown()
    http.server_close()


def conditional(body: bytes, etag: str) -> Callable[[Any], None]:
    """Answers 304 to who knows the tag."""

    def answer(handler: Any) -> None:
        known = handler.headers.get("If-None-Match")
        handler.server.seen.append(known)
        if known == etag:
            say(b"", status=304)(handler)
        else:
            say(body, ETag=etag)(handler)

    return answer


@pytest.fixture
def shop(pat: User) -> Shop:
    load(pat, HEAD + GREEN)
    return Shop.objects.get()


@pytest.fixture
def again(letters: Callable[[], list[str]]) -> Callable[[], PriceListSource]:
    """Fetches as if the next time had come, and lets the worker finish."""

    def fetch() -> PriceListSource:
        source = PriceListSource.objects.get()
        fetch_source.call(source.pk, source.next_at.isoformat())
        letters()
        return PriceListSource.objects.get()

    return fetch


def put(pat: User, shop: Shop, url: str, **values: Any) -> Any:
    body = {"url": url, "every_hours": 6, **values}
    return make_client(pat).put(f"{DESK}{shop.pk}/source/", body)


def test_a_list_is_fetched_once_from_its_address(pat, server, letters):
    server.answer = say((HEAD + GREEN).encode())
    client = make_client(pat)

    sent = client.post(LISTS, {"url": server.url})
    letters()

    run = client.get(sent["Location"]).json()
    assert (sent.status_code, run["state"], run["source"]) == (202, "done", server.url)
    assert Offer.objects.get().article == "11"


@pytest.mark.parametrize("status", [404, 500, 204])
def test_an_address_without_a_list_is_told(pat, server, letters, status):
    server.answer = say(b"", status=status)

    sent = make_client(pat).post(LISTS, {"url": server.url})
    letters()

    run = PriceListRun.objects.get(pk=sent.json()["id"])
    assert (run.state, run.findings[0]["code"]) == ("refused", "unreachable")


def test_an_address_of_the_inside_is_told_like_one_that_is_down(pat, letters):
    client = make_client(pat)

    sent = client.post(LISTS, {"url": "https://127.0.0.1/list.yaml"})
    letters()

    run = client.get(sent["Location"]).json()
    assert run["findings"][0]["message"] == "The address did not answer with a list."
    odd = client.post(LISTS, {"url": "file:///etc/passwd"})
    assert_problem(odd, 400, "address-refused")
    assert_problem(client.post(LISTS, {}), 400, "invalid")


def test_a_list_is_the_body_itself(pat, letters):
    client = make_client(pat)

    sent = client.post(
        f"{LISTS}?check_only=true",
        data=(HEAD + GREEN).encode(),
        content_type="application/yaml",
    )
    letters()

    run = client.get(sent["Location"]).json()
    assert (run["kind"], run["state"], run["created_count"]) == ("check", "done", 1)


def test_a_list_that_did_not_change_costs_nothing(pat, shop, server, letters, again):
    server.answer = conditional((HEAD + GREEN + BLACK).encode(), '"1"')

    assert put(pat, shop, server.url).status_code == 200
    letters()
    first = PriceListSource.objects.get()
    runs = PriceListRun.objects.count()
    second = again()

    assert server.seen == [None, '"1"']
    assert Offer.objects.count() == 2
    assert PriceListRun.objects.count() == runs == 2
    assert second.changed_at == first.changed_at
    assert second.fetched_at > first.fetched_at
    assert (second.failures, second.next_at > first.next_at) == (0, True)


def test_the_same_bytes_without_a_tag_cost_no_run(pat, shop, server, letters, again):
    server.answer = say((HEAD + BLACK).encode())
    put(pat, shop, server.url)
    letters()
    runs = PriceListRun.objects.count()

    again()

    assert PriceListRun.objects.count() == runs


def test_failures_are_counted_told_and_forgotten(pat, shop, server, letters, again):
    server.answer = say(b"", status=500)
    put(pat, shop, server.url)
    letters()
    address = f"{DESK}{shop.pk}/source/"

    again()
    down = make_client(pat).get(address).json()
    russian = make_client(pat).get(address, headers={"Accept-Language": "ru"})
    server.answer = say((HEAD + BLACK).encode())
    again()
    up = make_client(pat).get(address).json()

    problem = "The address did not answer with a list."
    assert (down["failures"], down["problem"], down["fetched_at"]) == (2, problem, None)
    assert russian.json()["problem"] == "Адрес не ответил прайс-листом."
    assert russian.headers["Content-Language"] == "ru"
    assert (up["failures"], up["problem"]) == (0, "")


def test_a_list_that_grew_too_large_is_told_in_both_languages(
    pat, shop, server, letters, settings
):
    settings.PRICE_LIST_BYTES_LIMIT = 10
    server.answer = say((HEAD + BLACK).encode())
    put(pat, shop, server.url)
    letters()
    address = f"{DESK}{shop.pk}/source/"

    told = [
        make_client(pat).get(address, headers={"Accept-Language": language}).json()
        for language in ("en", "ru")
    ]

    assert [source["problem"] for source in told] == [
        "The list is larger than the store takes.",
        "Прайс-лист больше, чем принимает магазин.",
    ]


def test_the_next_time_is_planned_once(pat, shop, server, letters):
    server.answer = say((HEAD + BLACK).encode())
    put(pat, shop, server.url)
    letters()
    source = PriceListSource.objects.get()

    fetch_source.call(source.pk, datetime.fromtimestamp(0).astimezone().isoformat())

    planned = DBTaskResult.objects.filter(status="READY", run_after=source.next_at)
    assert planned.count() == 1


def test_a_dropped_source_is_fetched_no_more(pat, shop, server, letters):
    server.answer = say((HEAD + BLACK).encode())
    put(pat, shop, server.url)
    client = make_client(pat)

    assert client.delete(f"{DESK}{shop.pk}/source/").status_code == 204
    letters()

    assert Offer.objects.count() == 1
    missing = client.get(f"{DESK}{shop.pk}/source/")
    assert_problem(missing, 404, "not-found")


def test_a_source_is_checked_and_its_own_shops(pat, sam, shop, server):
    assert_problem(put(pat, shop, "ftp://x/"), 400, "address-refused")
    assert_problem(put(pat, shop, server.url, every_hours=0), 400, "invalid")
    assert_problem(put(sam, shop, server.url), 404, "not-found")
    assert not PriceListSource.objects.exists()
