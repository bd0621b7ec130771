"""The log of prices: what was asked when, and who set it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Offer, PriceChange
from catalog.services import log_prices, save_offer
from catalog.tests.factories import make_offer
from conftest import assert_problem

pytestmark = pytest.mark.django_db


def reprice(offer: Offer, price: str, *, days_ago: int = 0) -> None:
    offer.regular_price = Decimal(price)
    save_offer(offer=offer, document="user:1")
    last = PriceChange.objects.latest("pk")
    at = timezone.now() - timedelta(days=days_ago)
    PriceChange.objects.filter(pk=last.pk).update(created_at=at)


def lowest(client: APIClient, offer: Offer) -> str:
    body = client.get(f"/api/v1/products/{offer.product_id}/").json()
    return body["offers"][0]["lowest_price_30_days"]


def test_a_new_price_is_logged_and_the_same_price_is_not() -> None:
    tea = make_offer(price="100")
    reprice(tea, "90")
    save_offer(offer=tea, document="user:1")

    rows = PriceChange.objects.values_list("offer", "price", "reason", "document")
    assert list(rows) == [(tea.pk, Decimal("90.00"), "manual", "user:1")]


def test_the_lowest_price_looks_back_thirty_days(client: APIClient) -> None:
    tea = make_offer(price="100")
    assert lowest(client, tea) == "100.00"  # without a log, today's
    reprice(tea, "50", days_ago=90)
    reprice(tea, "80", days_ago=60)
    reprice(tea, "95", days_ago=10)
    reprice(tea, "120")

    # 50 is too long ago; 80 was still asked when the thirty days began.
    assert lowest(client, tea) == "80.00"


def test_the_history_is_read_newest_first(client: APIClient) -> None:
    tea = make_offer(price="100")
    reprice(tea, "90", days_ago=2)
    reprice(tea, "80", days_ago=1)

    body = client.get(f"/api/v1/products/{tea.product.slug}/prices/").json()

    assert body["count"] == 2
    assert [(row["price"], row["reason"]) for row in body["results"]] == [
        ("80.00", "manual"),
        ("90.00", "manual"),
    ]
    assert set(body["results"][0]) == {
        "offer",
        "price",
        "regular_price",
        "reason",
        "at",
    }
    assert_problem(client.get("/api/v1/products/none/prices/"), 404, "not-found")


def test_a_product_says_who_set_its_price_and_when(client: APIClient) -> None:
    tea = make_offer(price="100")
    log_prices([tea], PriceChange.Reason.IMPORT, "price-list-run:7")

    offer = client.get(f"/api/v1/products/{tea.product_id}/").json()["offers"][0]

    assert offer["price_reason"] == "import"
    assert offer["price_since"] is not None


def test_the_audit_is_content_when_stock_is_the_sum_of_its_movements(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_offer(stock=3)
    make_offer(stock=0)

    call_command("audit_stock")

    assert capsys.readouterr().out.startswith("2 offers: every stock")


def test_the_audit_names_each_difference(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = make_offer(stock=3), make_offer(stock=3)
    Offer.objects.filter(pk=bad.pk).update(stock=5)

    with pytest.raises(CommandError, match="1 of 2 offers differ"):
        call_command("audit_stock")

    told = capsys.readouterr().err
    assert f"offer {bad.pk} ({bad.product.name}): stock 5, ledger 3" in told
    assert f"offer {good.pk} " not in told
