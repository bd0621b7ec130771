"""Why an offer costs what it does: which list or person set it, since when."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from catalog.models import Offer, PriceChange
from catalog.services import save_offer
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from partners.services import import_price_list
from partners.tests.test_import import BLACK, HEAD

pytestmark = pytest.mark.django_db


def load(user: User | None, price: str, source: str) -> int:
    text = HEAD + BLACK.replace("200", price)
    run = import_price_list(
        user=user, content=text.encode(), source=source, now=timezone.now()
    )
    return run.pk


def edit(offer: Offer, price: str, editor: User) -> None:
    offer.regular_price = Decimal(price)
    save_offer(offer=offer, document=f"user:{editor.pk}")


def history(offer: Offer) -> str:
    return f"/api/v1/offers/{offer.pk}/price-history/"


def test_every_price_names_its_list_or_its_editor(pat: User, sam: User) -> None:
    first = load(pat, "200", "spring.yaml")
    second = load(pat, "210", "autumn.yaml")
    offer = Offer.objects.get(article="12")
    edit(offer, "199.90", sam)

    body = make_client(sam).get(history(offer)).json()

    assert body["count"] == 3
    times = [row.pop("at") for row in body["results"]]
    assert times == sorted(times, reverse=True)
    run = {"kind": "price-list-run", "by": "pat"}
    assert body["results"] == [
        {
            "price": "199.90",
            "regular_price": "199.90",
            "reason": "manual",
            "set_by": {"kind": "user", "id": sam.pk, "name": "sam", "by": "sam"},
        },
        {
            "price": "210.00",
            "regular_price": "210.00",
            "reason": "import",
            "set_by": run | {"id": second, "name": "autumn.yaml"},
        },
        {
            "price": "200.00",
            "regular_price": "200.00",
            "reason": "import",
            "set_by": run | {"id": first, "name": "spring.yaml"},
        },
    ]


def test_an_operators_list_and_a_cause_nobody_knows(sam: User) -> None:
    load(None, "200", "house.yaml")
    offer = Offer.objects.get(article="12")
    strange = ("", "test", "user:", "user:x", "user:999999", "price-list-run:999999")
    for document in strange:
        PriceChange.objects.create(
            offer=offer, price=1, regular_price=1, reason="manual", document=document
        )

    rows = make_client(sam).get(history(offer)).json()["results"]

    assert rows.pop()["set_by"]["by"] is None
    assert [row["set_by"] for row in rows] == [None] * len(strange)


@pytest.mark.parametrize("number", [1, 30])
def test_a_page_costs_the_same_however_many_lists_there_were(
    pat: User, sam: User, number: int, django_assert_num_queries: Any
) -> None:
    for index in range(number):
        load(pat, str(200 + index), f"{index}.yaml")
    offer = Offer.objects.get(article="12")
    edit(offer, "500", sam)
    client = make_client(sam)

    with django_assert_num_queries(
        8
    ):  # session, role 2, offer, count, prices, runs, users
        body = client.get(history(offer)).json()

    assert (body["count"], len(body["results"])) == (number + 1, min(number + 1, 20))


def test_an_offer_that_never_was_has_no_history(sam: User) -> None:
    make_offer()

    for pk in (999999, 10**17):
        answer = make_client(sam).get(f"/api/v1/offers/{pk}/price-history/")
        assert_problem(answer, 404, "not-found")
