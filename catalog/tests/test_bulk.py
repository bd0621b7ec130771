"""Many offers in one call: all or nothing, or the good rows, each with its result."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Offer, PriceChange, StockMovement
from catalog.services import audit_stock
from catalog.tests.factories import make_offer, make_offers
from conftest import assert_problem, make_client
from orders.tests.test_oversell import in_parallel

BULK = "/api/v1/offers/bulk/"


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


def send(desk: APIClient, policy: str, *rows: Any, **facts: Any) -> Any:
    return desk.post(BULK, {"policy": policy, "rows": list(rows)} | facts)


@pytest.mark.django_db
def test_prices_withdrawal_and_stock_change_in_one_call(
    desk: APIClient, client: APIClient, sam: User
) -> None:
    cheap, gone, moved, same = make_offers(4, stock=10, price="100")

    answer = send(
        desk,
        "all-or-nothing",
        {"offer": cheap.pk, "regular_price": "90", "discount_price": "80.50"},
        {"offer": gone.pk, "is_withdrawn": True},
        {"offer": moved.pk, "stock_delta": -10, "recommended_price": "120"},
        {"offer": same.pk, "regular_price": "100.00"},
        note="Autumn",
    )

    assert answer.status_code == 200, answer.json()
    body = answer.json()
    assert (body["changed"], body["unchanged"], body["refused"]) == (3, 1, 0)
    assert [row["status"] for row in body["rows"]] == ["changed"] * 3 + ["unchanged"]
    shown = client.get("/api/v1/products/?ordering=price").json()["results"]
    assert [(row["offer"], row["price"], row["stock"]) for row in shown] == [
        (cheap.pk, "80.50", 10),
        (moved.pk, "100.00", 0),
        (same.pk, "100.00", 10),
    ]
    change = PriceChange.objects.get()
    assert (change.offer_id, str(change.price), change.document) == (
        cheap.pk,
        "80.50",
        f"user:{sam.pk}",
    )
    movement = StockMovement.objects.latest("pk")
    assert (movement.offer_id, movement.delta, movement.note) == (
        moved.pk,
        -10,
        "Autumn",
    )
    assert audit_stock()[1] == []


BAD: list[tuple[dict[str, Any], str]] = [
    ({"discount_price": "100"}, "invalid"),
    ({"regular_price": "abc"}, "invalid"),
    ({"regular_price": 9.5}, "invalid"),
    ({"stock": 5}, "invalid"),
    ({"stock_delta": -11}, "stock-changed"),
    ({"stock_delta": 999_999}, "invalid"),
    ({"version": "older"}, "edited-meanwhile"),
    ({"offer": 999_999}, "offer-not-found"),
    ({"offer": True}, "invalid"),
    ({"offer": "x"}, "invalid"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "code"), BAD)
@pytest.mark.parametrize("policy", ["all-or-nothing", "good-rows"])
def test_one_bad_row_refuses_all_or_itself_alone(
    desk: APIClient, policy: str, row: dict[str, Any], code: str
) -> None:
    good, bad = make_offers(2, stock=10, price="100")
    rows = [{"offer": good.pk, "regular_price": "50"}, {"offer": bad.pk} | row]

    answer = send(desk, policy, *rows, note="Why")

    if policy == "all-or-nothing":
        told = assert_problem(answer, 409, "rows-refused")["rows"]
        assert [(r["index"], r["problem"]["code"]) for r in told] == [(1, code)]
    else:
        told = answer.json()["rows"]
        assert [r["status"] for r in told] == ["changed", "refused"]
        assert told[1]["problem"]["code"] == code
    good.refresh_from_db()
    bad.refresh_from_db()
    assert str(good.price) == ("100.00" if policy == "all-or-nothing" else "50.00")
    assert (str(bad.price), bad.stock) == ("100.00", 10)
    assert PriceChange.objects.count() == (0 if policy == "all-or-nothing" else 1)


@pytest.mark.django_db
def test_an_offer_stands_in_one_row_only(desk: APIClient) -> None:
    tea = make_offer(price="100")
    rows = [{"offer": tea.pk, "regular_price": price} for price in ("90", "80")]

    told = send(desk, "good-rows", *rows).json()["rows"]

    assert [row["status"] for row in told] == ["changed", "refused"]
    assert told[1]["problem"]["errors"][0]["code"] == "twice"
    tea.refresh_from_db()
    assert str(tea.price) == "90.00"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"rows": [{"offer": 1}]}, "#/policy"),
        ({"policy": "perhaps", "rows": [{"offer": 1}]}, "#/policy"),
        ({"policy": "good-rows", "rows": []}, "#/rows"),
        ({"policy": "good-rows", "rows": {"offer": 1}}, "#/rows"),
        ({"policy": "good-rows", "rows": [{"offer": 1, "stock_delta": 1}]}, "#/note"),
        ({"policy": "good-rows", "rows": [{"offer": 1}], "dry": True}, "#/dry"),
    ],
)
def test_a_call_that_is_none_is_refused_whole(
    desk: APIClient, body: dict[str, Any], pointer: str
) -> None:
    told = assert_problem(desk.post(BULK, body), 400, "invalid")

    assert told["errors"][0]["pointer"] == pointer


@pytest.mark.django_db
def test_nonsense_in_a_row_is_a_refused_row(desk: APIClient) -> None:
    rows = [None, 5, "x", [], {}, {"offer": None}, {"offer": 2**70}]

    told = send(desk, "good-rows", *rows).json()

    assert (told["refused"], told["changed"]) == (len(rows), 0)
    assert {row["problem"]["code"] for row in told["rows"]} == {"invalid"}


@pytest.mark.django_db
def test_it_costs_the_same_statements_for_2_rows_and_for_40(
    desk: APIClient,
) -> None:
    offers = make_offers(42, stock=10, price="100")

    def rows(some: list[Offer]) -> list[dict[str, Any]]:
        return [
            {"offer": offer.pk, "regular_price": "70", "stock_delta": -10}
            for offer in some
        ]

    counts = []
    for some in (offers[:2], offers[2:]):
        with CaptureQueriesContext(connection) as run:
            answer = send(desk, "all-or-nothing", *rows(some), note="Sale")
        assert answer.json()["changed"] == len(some)
        counts.append(len(run))
    assert counts[0] == counts[1] <= 16


@pytest.mark.django_db(transaction=True)
def test_bulk_changes_in_opposite_order_do_not_deadlock(sam: User) -> None:
    offers = make_offers(6, stock=100)
    jobs = []
    for index in range(8):
        some = offers[:: 1 if index % 2 else -1]
        rows = [{"offer": offer.pk, "stock_delta": -1} for offer in some]
        desk = make_client(sam)
        jobs.append(
            lambda desk=desk, rows=rows: send(desk, "good-rows", *rows, note="Race")
        )

    answers = in_parallel(jobs)

    assert Counter(a.status_code for a in answers) == {200: 8}
    assert set(Offer.objects.values_list("stock", flat=True)) == {92}
    assert audit_stock()[1] == []
