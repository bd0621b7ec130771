"""A partner's own shop: what it sells, who bought it, its list as a file."""

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import customer_of
from catalog.models import Offer, Shop
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from orders.services import Delivery, place_order
from partners.services import import_price_list
from partners.tests.test_import import BLACK, GREEN, HEAD, counters, load

pytestmark = pytest.mark.django_db
DESK = "/api/v1/desk/shops/"


@pytest.fixture
def shop(pat: User) -> Shop:
    load(pat, HEAD + GREEN + BLACK)
    return Shop.objects.get(name="Tea House")


def test_the_desk_shows_own_shops_only(pat, sam, shop):
    load(sam, HEAD + GREEN)

    (own,) = make_client(pat).get(DESK).json()["results"]

    assert (own["id"], own["name"], own["accepts_orders"]) == (
        shop.pk,
        "Tea House",
        True,
    )
    foreign = make_client(sam).get(f"{DESK}{shop.pk}/offers/")
    assert_problem(foreign, 404, "not-found")


def test_a_closed_shop_is_closed_at_once_and_everywhere(pat, shop, client):
    products = "/api/v1/products/"
    assert client.get(products).json()["count"] == 2

    answer = make_client(pat).patch(f"{DESK}{shop.pk}/", {"accepts_orders": False})

    assert answer.json()["accepts_orders"] is False
    assert client.get(products).json()["count"] == 0


def test_an_offer_knows_its_place_without_names(pat, sam, shop):
    green = Offer.objects.get(article="11")
    for price in ("100000", "110000", "120000", "130000"):
        make_offer(product=green.product, price=price)
    address = f"{DESK}{shop.pk}/offers/"
    client = make_client(pat)

    rows = client.get(address).json()["results"]

    assert [(r["article"], r["place"], r["sellers"]) for r in rows] == [
        ("11", 3, 5),
        ("12", 1, 1),
    ]
    found = client.get(address, {"search": "BLACK", "in_stock": "true"}).json()
    assert [row["article"] for row in found["results"]] == ["12"]
    assert client.get(address, {"withdrawn": "true"}).json()["count"] == 0
    assert_problem(client.get(address, {"colour": "x"}), 400, "invalid")


def test_own_orders_have_own_lines_and_the_delivery(pat, ann, shop):
    mine, other = Offer.objects.get(article="12"), make_offer()
    order = place_order(
        customer=customer_of(ann),
        quantities={mine.pk: 2, other.pk: 1},
        delivery=Delivery(email="ann@example.com", city="Omsk"),
        actor=ann,
        now=timezone.now(),
    )
    client = make_client(pat)

    (row,) = client.get(f"{DESK}{shop.pk}/orders/").json()["results"]

    assert (row["code"], row["city"]) == (order.code, "Omsk")
    assert [(r["article"], r["quantity"]) for r in row["lines"]] == [("12", 2)]
    sent = client.get(f"{DESK}{shop.pk}/orders/", {"status": "sent"}).json()
    assert sent["count"] == 0


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
def test_the_exported_list_comes_back_in_without_a_change(pat, shop, kind):
    strange = GREEN.replace("id: 11", 'id: "a: #1"')
    strange = strange.replace("Green tea", "'Чай \"№1\" & co'")
    load(pat, HEAD + GREEN + BLACK + strange + "    discount_price: 5.5\n")
    answer = make_client(pat).get(f"{DESK}{shop.pk}/export/", {"kind": kind})
    content = b"".join(answer.streaming_content)

    run = import_price_list(
        user=pat, content=content, source="export", now=timezone.now()
    )

    assert answer["Content-Disposition"].endswith(f'price-list.{kind}"')
    assert (run.findings, counters(run)) == ([], (0, 0, 3, 0))


def test_the_order_of_parameters_changes_nothing(pat, shop):
    """A table has one order of columns for all goods."""
    green = '"Weight (g)": 100, "Organic": true, "Color": green'
    black = BLACK + '    parameters: {"Color": black, "Organic": false}\n'
    load(pat, HEAD + GREEN + black)

    turned = GREEN.replace(green, '"Color": green, "Organic": true, "Weight (g)": 100')
    run = load(pat, HEAD + turned + black)
    other = load(pat, HEAD + turned.replace("true", "false") + black)

    assert counters(run) == (0, 0, 2, 0)
    assert counters(other) == (0, 1, 1, 0)


def test_only_known_kinds_are_exported(pat, shop):
    answer = make_client(pat).get(f"{DESK}{shop.pk}/export/", {"kind": "pdf"})

    assert_problem(answer, 400, "invalid")
