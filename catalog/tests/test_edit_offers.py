"""Staff set prices, which are logged, and move stock, which has a ledger."""

from collections import Counter
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Offer, PriceChange
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem, make_client
from orders.tests.test_oversell import in_parallel

OFFERS = "/api/v1/offers/"


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


def at(offer: Offer, tail: str = "") -> str:
    return f"{OFFERS}{offer.pk}/{tail}"


@pytest.mark.django_db
def test_a_second_shop_offers_the_product(desk: APIClient, client: APIClient) -> None:
    make_offer(product=make_product(name="Pot"), price="100")
    shop = desk.post("/api/v1/shops/", {"name": "Lavka"}).json()

    made = desk.post(
        OFFERS,
        {
            "product": "pot",
            "shop": "lavka",
            "article": "L-1",
            "regular_price": "90",
            "stock": 4,
        },
    )

    assert made.status_code == 201, made.json()
    offer = Offer.objects.get(article="L-1")
    assert made["Location"] == f"http://testserver{at(offer)}"
    shown = made.json()
    assert (shown["shop"]["id"], shown["price"], shown["stock"]) == (
        shop["id"],
        "90.00",
        4,
    )
    assert client.get("/api/v1/products/pot/").json()["price"] == "90.00"
    again = {"product": "pot", "shop": "lavka", "article": "L-1", "regular_price": "1"}
    body = assert_problem(desk.post(OFFERS, again), 400, "invalid")
    assert body["errors"][0]["pointer"] == "#/article"


@pytest.mark.django_db
def test_a_price_is_changed_logged_and_shown(
    desk: APIClient, client: APIClient, sam: User
) -> None:
    tea = make_offer(price="100", product=make_product(name="Tea"))

    edited = desk.patch(at(tea), {"discount_price": "80.50"})
    desk.patch(at(tea), {"model": "x/1"})  # no price, no line in the log
    desk.patch(at(tea), {"discount_price": None})

    assert edited.json()["price"] == "80.50"
    log = PriceChange.objects.order_by("pk").values_list("price", "document")
    assert [(str(price), by) for price, by in log] == [
        ("80.50", f"user:{sam.pk}"),
        ("100.00", f"user:{sam.pk}"),
    ]
    assert client.get("/api/v1/products/tea/").json()["price"] == "100.00"


@pytest.mark.django_db
def test_a_discount_is_held_against_the_price_that_stands(desk: APIClient) -> None:
    tea = make_offer(price="100", discount="80")

    for values in ({"regular_price": "80"}, {"discount_price": "100"}):
        body = assert_problem(desk.patch(at(tea), values), 400, "invalid")
        assert body["errors"][0]["code"] == "not_below_regular"
    tea.refresh_from_db()
    assert (str(tea.regular_price), str(tea.price)) == ("100.00", "80.00")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["stock", "price", "shop", "product", "id"])
def test_stock_and_belonging_are_not_edited_like_a_text(
    desk: APIClient, name: str
) -> None:
    tea = make_offer(stock=3)

    body = assert_problem(desk.patch(at(tea), {name: 7}), 400, "invalid")

    assert body["errors"][0]["code"] == "unknown"
    tea.refresh_from_db()
    assert tea.stock == 3


@pytest.mark.django_db
def test_a_withdrawn_offer_is_off_sale_and_comes_back(
    desk: APIClient, client: APIClient
) -> None:
    tea = make_offer(product=make_product(name="Tea"))

    assert desk.delete(at(tea)).status_code == 204
    assert_problem(client.get("/api/v1/products/tea/"), 404, "not-found")
    assert desk.get(f"{OFFERS}?is_withdrawn=true").json()["count"] == 1
    desk.patch(at(tea), {"is_withdrawn": False})
    assert client.get("/api/v1/products/tea/").status_code == 200


@pytest.mark.django_db
def test_stock_moves_by_a_difference_with_a_reason(desk: APIClient, sam: User) -> None:
    tea = make_offer(stock=10)

    moved = desk.post(at(tea, "stock/"), {"delta": -3, "note": "Broken"})

    assert moved.json()["stock"] == 7
    ledger = desk.get(at(tea, "stock/")).json()
    assert ledger["count"] == 2
    line = ledger["results"][0]
    assert {k: line[k] for k in ("delta", "balance", "reason", "document", "note")} == {
        "delta": -3,
        "balance": 7,
        "reason": "manual",
        "document": f"user:{sam.pk}",
        "note": "Broken",
    }
    refused = desk.post(at(tea, "stock/"), {"delta": -8, "note": "More"})
    assert assert_problem(refused, 409, "stock-changed")["available"] == 7


@pytest.mark.django_db
def test_a_count_is_taken_only_while_stock_is_what_was_expected(
    desk: APIClient,
) -> None:
    tea = make_offer(stock=10)
    count = {"stock": 12, "expected": 10, "note": "Counted"}

    assert desk.post(at(tea, "stock/"), count).json()["stock"] == 12
    refused = desk.post(at(tea, "stock/"), count)

    assert assert_problem(refused, 409, "stock-moved")["current"] == 12
    tea.refresh_from_db()
    assert (tea.stock, tea.movements.count()) == (12, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "move",
    [
        {},
        {"delta": 1},
        {"delta": 0, "note": "x"},
        {"stock": 5, "note": "x"},
        {"expected": 5, "note": "x"},
        {"delta": 1, "stock": 5, "expected": 10, "note": "x"},
        {"delta": "١", "note": "x"},
        {"delta": 999_999, "note": "too much"},
    ],
)
def test_a_blind_or_baseless_move_is_refused(
    desk: APIClient, move: dict[str, Any]
) -> None:
    tea = make_offer(stock=10)

    assert_problem(desk.post(at(tea, "stock/"), move), 400, "invalid")

    tea.refresh_from_db()
    assert tea.stock == 10


@pytest.mark.django_db(transaction=True)
def test_of_two_parallel_prices_from_one_version_one_wins(sam: User) -> None:
    tea = make_offer(price="100")
    desks = [make_client(sam) for _ in range(6)]
    seen = desks[0].get(at(tea))["ETag"]

    answers = in_parallel(
        [
            lambda desk=desk, i=i: desk.patch(
                at(tea), {"regular_price": str(50 + i)}, HTTP_IF_MATCH=seen
            )
            for i, desk in enumerate(desks)
        ]
    )

    assert Counter(a.status_code for a in answers) == {200: 1, 412: 5}
    assert PriceChange.objects.count() == 1


@pytest.mark.django_db
def test_a_filter_finds_offers_by_shop_product_and_article(desk: APIClient) -> None:
    tea = make_offer(product=make_product(name="Tea"))
    make_offer()

    for query in ("product=tea", f"article={tea.article}&shop=storekeeper"):
        rows = desk.get(f"{OFFERS}?{query}").json()["results"]
        assert [row["id"] for row in rows] == [tea.pk]
    assert_problem(desk.get(f"{OFFERS}?product=none"), 400, "invalid")
    assert_problem(desk.get(f"{OFFERS}999999/"), 404, "not-found")
