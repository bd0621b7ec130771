"""Pages by cursor, and answers that need not be sent again."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from catalog.services import switch_shop
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem

pytestmark = pytest.mark.django_db
LIST = "/api/v1/products/"


def walk(client: APIClient, query: str) -> list[int]:
    """The ids of all pages, following `next` to the end."""
    address, ids = f"{LIST}?cursor=&{query}", []
    while address:
        body = client.get(address).json()
        assert set(body) == {"next", "results"}
        ids += [row["id"] for row in body["results"]]
        address = body["next"]
    return ids


@pytest.mark.parametrize("ordering", ["", "price", "-price", "name", "-name", "newest"])
def test_cursors_walk_every_row_once_in_order(client: APIClient, ordering: str) -> None:
    for price in ("5", "3", "5", "4", "5", "3", "5"):
        make_offer(product=make_product(name="Tea"), price=price)
    query = f"ordering={ordering}" if ordering else ""
    numbered = client.get(f"{LIST}?page_size=100&{query}").json()["results"]

    assert walk(client, f"page_size=2&{query}") == [row["id"] for row in numbered]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_a_cursor_that_is_not_ours_is_not_found(client: APIClient, text: str) -> None:
    if text and "\0" not in text:
        response = client.get(LIST, {"cursor": text})
        assert_problem(response, 404, "not-found")


def test_a_cursor_of_another_ordering_is_not_found(client: APIClient) -> None:
    for _ in range(3):
        make_offer()
    address = client.get(f"{LIST}?cursor=&page_size=1&ordering=price").json()["next"]

    swapped = address.replace("ordering=price", "ordering=name")

    assert_problem(client.get(swapped), 404, "not-found")


def test_a_deep_page_costs_what_the_first_does(
    client: APIClient, django_assert_num_queries: Any
) -> None:
    for _ in range(6):
        make_offer()
    first = client.get(f"{LIST}?cursor=&page_size=2").json()["next"]

    with django_assert_num_queries(1):
        client.get(first)


def test_an_unchanged_answer_is_not_sent_again_and_a_write_shows_at_once(
    client: APIClient,
) -> None:
    offer = make_offer()
    first = client.get(LIST)
    assert first["Cache-Control"] == "public, no-cache"
    assert not first["ETag"].startswith("W/")

    again = client.get(LIST, HTTP_IF_NONE_MATCH=first["ETag"])
    switch_shop(shop=offer.shop, accepts_orders=False)
    after = client.get(LIST, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert (after.status_code, after.json()["count"]) == (200, 0)
