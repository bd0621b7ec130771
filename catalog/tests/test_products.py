"""v1: the catalogue as a shop's frontend reads it."""

from functools import cached_property
from typing import Any
from unittest.mock import ANY

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.listing import Selection
from catalog.models import Brand, Category, Offer, Product, Shop
from catalog.services import refresh_summaries, switch_shop
from catalog.tests.factories import make_offer, make_offers, make_product
from conftest import assert_problem

pytestmark = pytest.mark.django_db
LIST = "/api/v1/products/"


def names(client: APIClient, query: str) -> list[str]:
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 200, response.json()
    return [row["name"] for row in response.json()["results"]]


@pytest.fixture
def shelf() -> dict[str, Offer]:
    kitchen = Category.objects.create(name="Kitchen", slug="kitchen")
    tea = Category.objects.create(name="Tea", slug="tea", parent=kitchen)
    brand = Brand.objects.create(name="Leaf", slug="leaf")
    green = make_product(name="Зелёный чай", categories=[tea])
    pot = make_product(name="Pot", categories=[kitchen])
    Product.objects.filter(pk=pot.pk).update(brand=brand)
    return {
        "green": make_offer(product=green, price="200"),
        "pot": make_offer(product=pot, price="150.50", discount="99.90"),
        "hook": make_offer(product=make_product(name="Hook"), price="10", stock=0),
    }


def test_a_list_row_shows_the_best_offer(
    client: APIClient, shelf: dict[str, Offer]
) -> None:
    pot = shelf["pot"]
    shop = {"id": pot.shop.pk, "slug": "storekeeper", "name": "Storekeeper"}

    body = client.get(LIST).json()

    assert {key: body[key] for key in ("count", "next", "previous")} == {
        "count": 3,
        "next": None,
        "previous": None,
    }
    assert body["results"][1] == {
        "id": pot.product.pk,
        "slug": "pot",
        "name": "Pot",
        "brand": {"id": Brand.objects.get().pk, "slug": "leaf", "name": "Leaf"},
        "categories": [
            {
                "id": Category.objects.get(name="Kitchen").pk,
                "slug": "kitchen",
                "name": "Kitchen",
            }
        ],
        "offer": pot.pk,
        "shop": shop,
        "price": "99.90",
        "regular_price": "150.50",
        "currency": "RUB",
        "stock": 10,
        "in_stock": True,
        "rating": None,
        "review_count": 0,
        "photo": None,
        "snippet": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=kitchen", ["Зелёный чай", "Pot"]),
        ("category=tea", ["Зелёный чай"]),
        ("brand=leaf", ["Pot"]),
        ("shop=storekeeper", ["Зелёный чай", "Pot", "Hook"]),
        ("price_min=99.90&price_max=150", ["Pot"]),
        ("in_stock=true", ["Зелёный чай", "Pot"]),
        ("in_stock=false", ["Hook"]),
        ("search=ЧАЙ зел", ["Зелёный чай"]),
        ("search=100%25", []),
        ("ordering=price", ["Hook", "Pot", "Зелёный чай"]),
        ("ordering=-price", ["Зелёный чай", "Pot", "Hook"]),
        ("ordering=newest", ["Hook", "Pot", "Зелёный чай"]),
        ("page_size=1&page=2", ["Pot"]),
    ],
)
def test_lists_filter_and_sort(
    client: APIClient, shelf: dict[str, Offer], query: str, found: list[str]
) -> None:
    assert names(client, query) == found


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("colour=red", "#/colour"),
        ("price_min=١٠", "#/price_min"),
        ("price_max=1e3", "#/price_max"),
        ("in_stock=maybe", "#/in_stock"),
        ("category=nowhere", "#/category"),
        ("ordering=password", "#/ordering"),
        ("brand__name__startswith=L", "#/brand__name__startswith"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused(
    client: APIClient, shelf: dict[str, Offer], query: str, pointer: str
) -> None:
    body = assert_problem(client.get(f"{LIST}?{query}"), 400, "invalid")

    assert [error["pointer"] for error in body["errors"]] == [pointer]


def test_a_page_that_is_not_there_is_not_found(client: APIClient) -> None:
    assert_problem(client.get(f"{LIST}?page=2"), 404, "not-found")
    assert_problem(client.get(f"{LIST}?page=x"), 404, "not-found")


def test_a_page_has_a_ceiling(client: APIClient) -> None:
    make_offers(101)

    assert len(client.get(f"{LIST}?page_size=5000").json()["results"]) == 100


def test_a_detail_lists_every_shop_by_price(client: APIClient) -> None:
    product = make_product(name="Pot")
    dear = make_offer(product=product, price="20")
    cheap = make_offer(product=product, price="10", stock=0)
    gone = make_offer(product=product, price="5")
    Offer.objects.filter(pk=gone.pk).update(is_withdrawn=True)
    refresh_summaries([product.pk])

    by_slug = client.get(f"{LIST}pot/").json()

    assert [offer["id"] for offer in by_slug["offers"]] == [cheap.pk, dear.pk]
    assert by_slug["offer"] == dear.pk  # the best one is in stock
    assert client.get(f"{LIST}{product.pk}/").json() == by_slug


@pytest.mark.parametrize("key", ["nothing", "999999", "9" * 40, "-1"])
def test_an_unknown_product_is_not_found(client: APIClient, key: str) -> None:
    assert_problem(client.get(f"{LIST}{key}/"), 404, "not-found")


def test_a_closed_shop_disappears_at_once(client: APIClient) -> None:
    offer = make_offer()
    switch_shop(shop=offer.shop, accepts_orders=False)

    assert client.get(LIST).json()["count"] == 0
    assert client.get(f"{LIST}{offer.product.slug}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "budget"),
    [
        (LIST, 6),
        (f"{LIST}?category=kitchen&ordering=price&search=tea", 8),
        ("/api/v1/categories/", 2),
        ("/api/v1/brands/", 2),
        ("/api/v1/products/product-1/", 8),
    ],
)
def test_a_read_costs_the_same_queries_at_10_and_at_1000_rows(
    client: APIClient, path: str, budget: int, django_assert_max_num_queries: Any
) -> None:
    kitchen = Category.objects.create(name="Kitchen", slug="kitchen")
    first = make_offer(product=make_product(name="Product 1", categories=[kitchen]))
    fill(kitchen, first, 10)
    client.get(path)  # names are read once
    with django_assert_max_num_queries(budget) as at_10:
        assert client.get(path).status_code == 200

    fill(kitchen, first, 990)
    client.get(path)
    with django_assert_max_num_queries(budget) as at_1000:
        assert client.get(path).status_code == 200

    assert len(at_1000) == len(at_10)
    assert isinstance(at_10, CaptureQueriesContext)


def fill(category: Category, like: Offer, number: int) -> None:
    """Many products with an offer, a brand and a category each, quickly."""
    start = Product.objects.count()
    marks = [f"{start}-{index}" for index in range(number)]
    brands = Brand.objects.bulk_create(Brand(name=m, slug=f"b-{m}") for m in marks)
    products = Product.objects.bulk_create(
        Product(name=f"Tea {m}", slug=f"t-{m}", brand=b, search_text=f"tea {m}")
        for m, b in zip(marks, brands, strict=True)
    )
    category.products.add(*products)
    Category.objects.bulk_create(Category(name=f"C {m}", slug=f"c-{m}") for m in marks)
    Offer.objects.bulk_create(
        Offer(product=p, shop=like.shop, article=f"a-{p.pk}", regular_price=p.pk + 1)
        for p in products
    )
    refresh_summaries(product.pk for product in products)


def test_a_row_newer_than_the_names_is_shown_with_its_names(
    client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_offer()
    page = client.get("/api/v1/products/?cursor=").json()["results"]
    read_rows = cached_property(Selection.rows.func)
    read_rows.__set_name__(Selection, "rows")

    def somebody_else_is_quicker(selection: Selection) -> Any:
        monkeypatch.setattr(Selection, "rows", read_rows)
        brand = Brand.objects.create(name="Teapots & Co", slug="teapots")
        node = Category.objects.create(name="Teapots", slug="teapots")
        product = make_product(name="Teapot", categories=[node])
        product.brand = brand
        product.save()
        shop = Shop.objects.create(name="Corner", slug="corner")
        make_offer(product=product, shop=shop)
        return selection.rows

    monkeypatch.setattr(Selection, "rows", property(somebody_else_is_quicker))
    newer = client.get("/api/v1/products/?cursor=").json()["results"]

    assert newer[0] == page[0]
    assert newer[1]["brand"] == {"id": ANY, "slug": "teapots", "name": "Teapots & Co"}
    assert newer[1]["categories"][0]["name"] == "Teapots"
    assert newer[1]["shop"]["name"] == "Corner"


def test_a_filter_knows_a_brand_that_is_newer_than_the_names(
    client: APIClient,
) -> None:
    make_offer()
    client.get("/api/v1/products/")
    brand = Brand.objects.create(name="Teapots & Co", slug="teapots")
    product = make_product(name="Teapot")
    Product.objects.filter(pk=product.pk).update(brand=brand)
    make_offer(product=product)

    found = client.get("/api/v1/products/?brand=teapots").json()["results"]

    assert [row["name"] for row in found] == ["Teapot"]


def test_nothing_found_is_asked_again_when_a_category_has_moved(
    client: APIClient,
) -> None:
    kitchen = Category.objects.create(name="Kitchen", slug="kitchen")
    cups = Category.objects.create(name="Cups", slug="cups")
    make_offer(product=make_product(name="Cup", categories=[cups]))
    assert client.get("/api/v1/products/?category=kitchen").json()["count"] == 0

    Category.objects.filter(pk=cups.pk).update(parent=kitchen)

    assert client.get("/api/v1/products/?category=kitchen").json()["count"] == 1
