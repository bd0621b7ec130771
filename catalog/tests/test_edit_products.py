"""Staff write products where everybody reads them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import open_guest
from catalog.models import Brand, Category, Offer, PriceChange, Product, StockMovement
from catalog.services import add_offer, house_shop
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem, make_client
from orders.models import DeliveryMethod, OrderLine
from orders.tests.scenes import buy, fill_cart

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products/"
OFFER = {"article": "FP-1", "regular_price": "3250", "stock": 13}


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


@pytest.fixture
def shelf(db: None) -> None:
    Category.objects.create(name="Coffee", slug="coffee")
    Category.objects.create(name="Gifts", slug="gifts")
    Brand.objects.create(name="Leaf", slug="leaf")


def test_a_product_comes_with_its_first_offer_in_one_call(
    desk: APIClient, client: APIClient, sam: User, shelf: None
) -> None:
    made = desk.post(
        PRODUCTS,
        {
            "name": "French press",
            "description": "Brews four mugs.",
            "brand": "leaf",
            "categories": ["coffee", Category.objects.get(slug="gifts").pk],
            "attributes": {"Capacity (l)": 1.5, "Color": "copper", "Lid": True},
            "offer": OFFER | {"discount_price": "2890.00"},
        },
    )

    assert made.status_code == 201, made.json()
    assert made["Location"] == f"http://testserver{PRODUCTS}french-press/"
    page = client.get(made["Location"]).json()
    assert (page["price"], page["stock"]) == ("2890.00", 13)
    assert page["attributes"] == {"Capacity (l)": 1.5, "Color": "copper", "Lid": True}
    assert [c["slug"] for c in page["categories"]] == ["coffee", "gifts"]
    assert client.get(f"{PRODUCTS}?search=leaf").json()["count"] == 1
    offer = Offer.objects.get()
    assert offer.shop == house_shop()
    change, movement = PriceChange.objects.get(), StockMovement.objects.get()
    assert (str(change.price), change.document) == ("2890.00", f"user:{sam.pk}")
    assert (movement.delta, movement.reason) == (13, "manual")


def test_a_product_without_an_offer_is_a_card_for_staff(
    desk: APIClient, client: APIClient
) -> None:
    made = desk.post(PRODUCTS, {"name": "Pot"})

    assert made.status_code == 201
    varying = {"id": 0, "version": "", "created_at": "", "updated_at": ""}
    assert made.json() | varying == varying | {
        "slug": "pot",
        "name": "Pot",
        "description": "",
        "brand": None,
        "categories": [],
        "attributes": {},
        "is_active": True,
        "is_on_sale": False,
        "photos": [],
        "offers": [],
    }
    assert_problem(client.get(f"{PRODUCTS}pot/"), 404, "not-found")
    assert desk.get(f"{PRODUCTS}pot/card/").json() == made.json()
    assert_problem(client.get(f"{PRODUCTS}pot/card/"), 401, "not-authenticated")


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({}, "#/name", "required"),
        ({"name": "A", "brand": "none"}, "#/brand", "missing"),
        ({"name": "A", "categories": "coffee"}, "#/categories", "not_a_list"),
        ({"name": "A", "categories": ["none"]}, "#/categories", "missing"),
        ({"name": "A", "categories": [["x"]]}, "#/categories", "missing"),
        ({"name": "A", "attributes": []}, "#/attributes", "not_an_object"),
        ({"name": "A", "attributes": {"a": None}}, "#/attributes", "value"),
        ({"name": "A", "attributes": {"a": {}}}, "#/attributes", "value"),
        ({"name": "A", "attributes": {" ": 1}}, "#/attributes", "name"),
        ({"name": "A", "attributes": {"a": 2**60}}, "#/attributes", "number"),
        ({"name": "A", "price": "5"}, "#/price", "unknown"),
        ({"name": "A", "offer": {"article": "1"}}, "#/offer/regular_price", "required"),
        ({"name": "A", "offer": OFFER | {"stock": -1}}, "#/offer/stock", "min_value"),
        (
            {"name": "A", "offer": OFFER | {"discount_price": "3250"}},
            "#/offer/discount_price",
            "not_below_regular",
        ),
        (
            {"name": "A", "offer": OFFER | {"article": "taken"}},
            "#/offer/article",
            "unique",
        ),
        (
            {"name": "A", "offer": OFFER | {"regular_price": 10.5}},
            "#/offer/regular_price",
            "invalid",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_makes_nothing(
    desk: APIClient, values: dict[str, Any], pointer: str, code: str
) -> None:
    taken = make_offer()
    Offer.objects.filter(pk=taken.pk).update(article="taken")

    body = assert_problem(desk.post(PRODUCTS, values), 400, "invalid")

    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [(pointer, code)]
    assert (Product.objects.count(), Offer.objects.count()) == (1, 1)


def test_a_patch_changes_what_it_names_and_nothing_else(
    desk: APIClient, client: APIClient, shelf: None
) -> None:
    product = make_product(name="Pot", categories=[Category.objects.get(slug="gifts")])
    make_offer(product=product)
    before = desk.get(f"{PRODUCTS}pot/card/").json()

    edited = desk.patch(f"{PRODUCTS}pot/", {"name": "Kettle", "brand": "leaf"})

    assert edited.status_code == 200
    brand = Brand.objects.values("id", "slug", "name").get()
    changed = {"name": "Kettle", "brand": brand}
    moved = {name: edited.json()[name] for name in ("updated_at", "version")}
    assert edited.json() == before | changed | moved
    assert moved["version"] != before["version"]
    assert client.get(f"{PRODUCTS}?search=kettle").json()["count"] == 1
    cleared = desk.patch(f"{PRODUCTS}pot/", {"brand": None, "categories": []}).json()
    assert (cleared["brand"], cleared["categories"]) == (None, [])


def test_the_tag_of_the_page_is_good_for_an_edit_whatever_was_sold(
    desk: APIClient, client: APIClient
) -> None:
    offer = make_offer(product=make_product(name="Pot"), stock=5)
    page = client.get(f"{PRODUCTS}pot/")
    shopper = make_client(open_guest())
    desk.post(f"/api/v1/offers/{offer.pk}/stock/", {"delta": -1, "note": "Broken"})
    after_sale = client.get(f"{PRODUCTS}pot/")
    assert after_sale["ETag"] != page["ETag"]

    edited = desk.patch(
        f"{PRODUCTS}pot/", {"name": "Kettle"}, HTTP_IF_MATCH=page["ETag"]
    )
    late = desk.patch(f"{PRODUCTS}pot/", {"name": "Pan"}, HTTP_IF_MATCH=page["ETag"])

    assert edited.status_code == 200
    assert_problem(late, 412, "edited-meanwhile")
    assert Product.objects.get().name == "Kettle"
    assert shopper.get(f"{PRODUCTS}pot/").json()["name"] == "Kettle"


def test_an_old_address_of_a_product_leads_on(
    desk: APIClient, client: APIClient
) -> None:
    make_offer(product=make_product(name="Pot"))

    desk.patch(f"{PRODUCTS}pot/", {"slug": "kettle"})

    moved = client.get(f"{PRODUCTS}pot/")
    assert (moved.status_code, moved["Location"]) == (
        301,
        f"http://testserver{PRODUCTS}kettle/",
    )
    assert desk.get(f"{PRODUCTS}pot/card/")["Location"].endswith("/kettle/card/")


def test_deleting_what_was_ordered_takes_it_off_sale_and_no_order_along(
    desk: APIClient, client: APIClient, ann: User
) -> None:
    offer = make_offer(product=make_product(name="Pot"), stock=5)
    facts = {"name": "Courier", "price": 350}
    DeliveryMethod.objects.update_or_create(code="courier", defaults=facts)
    shopper = make_client(ann)
    assert buy(shopper, fill_cart(shopper, {offer: 2})).status_code == 201
    fill_cart(shopper, {offer: 1})

    assert desk.delete(f"{PRODUCTS}pot/").status_code == 204

    assert_problem(client.get(f"{PRODUCTS}pot/"), 404, "not-found")
    assert client.get(PRODUCTS).json()["count"] == 0
    assert OrderLine.objects.get().product_name == "Pot"
    refused = shopper.post("/api/v1/cart/lines/", {"offer": offer.pk})
    assert_problem(refused, 404, "offer-not-found")
    assert shopper.get("/api/v1/cart/").json()["lines"][0]["available"] == 0
    desk.patch(f"{PRODUCTS}pot/", {"is_active": True})
    assert client.get(f"{PRODUCTS}pot/").json()["stock"] == 3


def test_deleting_what_was_never_offered_deletes_it(desk: APIClient) -> None:
    make_product(name="Pot")

    assert desk.delete(f"{PRODUCTS}pot/").status_code == 204
    assert Product.objects.count() == 0


def test_cards_list_what_nobody_sells_too(
    desk: APIClient, shelf: None, django_assert_num_queries: Any
) -> None:
    make_product(name="Draft")
    for name in ("Pot", "Pan"):
        make_offer(product=make_product(name=name))

    def names(query: str) -> list[str]:
        body = desk.get(f"{PRODUCTS}cards/?{query}").json()
        return [row["name"] for row in body["results"]]

    assert names("") == ["Draft", "Pot", "Pan"]
    assert names("is_on_sale=false") == ["Draft"]
    assert names("is_on_sale=true&search=pot") == ["Pot"]
    assert_problem(desk.get(f"{PRODUCTS}cards/?colour=red"), 400, "invalid")
    with django_assert_num_queries(8):  # caller 3, count, rows, three kinds below
        desk.get(f"{PRODUCTS}cards/")


def test_one_key_makes_one_product(desk: APIClient) -> None:
    answers = [
        desk.post(PRODUCTS, {"name": "Pot"}, HTTP_IDEMPOTENCY_KEY="the-one")
        for _ in range(2)
    ]

    assert answers[0].content == answers[1].content
    assert answers[0]["ETag"] == answers[1]["ETag"]
    assert Product.objects.count() == 1


def test_a_new_model_word_writes_over_no_edit_of_the_card() -> None:
    product = make_product(name="Pot")
    Product.objects.filter(pk=product.pk).update(description="Fresh")

    add_offer(
        product=product,
        values={"article": "1", "regular_price": 5, "model": "x/1"},
        document="user:1",
    )

    product.refresh_from_db()
    assert (product.description, product.search_text) == ("Fresh", "pot x/1")
