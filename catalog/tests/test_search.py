"""Finding: words, suggestions, attributes, facets. One API on both databases."""

from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from catalog.models import Brand, Category, Product
from catalog.search import search_text, snippet, words
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem

pytestmark = pytest.mark.django_db
LIST = "/api/v1/products/"
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="plain matching on SQLite"
)


def stock(
    name: str, *, brand: str = "", description: str = "", **attributes: Any
) -> Product:
    product = make_product(name=name)
    product.attributes, product.description = attributes, description
    if brand:
        product.brand, _ = Brand.objects.get_or_create(name=brand, slug=brand.lower())
    product.search_text = search_text(name, brand, "")
    product.save()
    make_offer(product=product)
    return product


@pytest.fixture
def shelf() -> None:
    stock("Coffee grinder Olve", brand="Olve", Color="black", Burrs=6.5, Electric=False)
    stock("Electric kettle", brand="Olve", Color="red", Volume=1.7, Electric=True)
    stock("Чайник заварочный", Color="red", Volume=1)
    stock("Enamel mug", description="Goes with any kettle.", Color="blue", Volume="0.3")


def names(client: APIClient, **query: Any) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200, response.json()
    return [row["name"] for row in response.json()["results"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("grinder", "Coffee grinder Olve"),
        ("GRIND", "Coffee grinder Olve"),
        ("olve coffee", "Coffee grinder Olve"),
        ("чайник", "Чайник заварочный"),
        ("ЗАВАР", "Чайник заварочный"),
        ("kettle", "Electric kettle"),
    ],
)
def test_words_are_found_in_any_case_order_and_alphabet(
    client: APIClient, shelf: None, text: str, first: str
) -> None:
    assert names(client, search=text)[0] == first


@on_postgresql
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("grindr", ["Coffee grinder Olve"]),
        ("girnder", ["Coffee grinder Olve"]),
        ("kettel electrc", ["Electric kettle"]),
        ("чяйник", ["Чайник заварочный"]),
        ("grindes", ["Coffee grinder Olve"]),  # its stem begins the right word
        ("mgu enmael", ["Enamel mug"]),  # short words, letters swapped
        ("чайники", ["Чайник заварочный"]),  # another form of the word
        ("grinders", ["Coffee grinder Olve"]),
    ],
)
def test_typing_errors_and_other_forms_find_too(
    client: APIClient, shelf: None, text: str, found: list[str]
) -> None:
    assert names(client, search=text) == found


@on_postgresql
def test_the_name_counts_for_more_than_the_description(
    client: APIClient, shelf: None
) -> None:
    assert names(client, search="kettle") == ["Electric kettle", "Enamel mug"]


@on_postgresql
def test_a_whole_word_counts_for_more_than_the_start_of_one(
    client: APIClient,
) -> None:
    stock("Mug, a mug for mugs", brand="Cleverton")
    stock("Clever and large mug")

    for text in ("clever mug", "clever mugg"):
        found = names(client, search=text)
        assert found == ["Clever and large mug", "Mug, a mug for mugs"]


@pytest.mark.parametrize("text", ["!!!", "'", "a' & !b:*", "%", "\\", "zzzzqqq", "<->"])
def test_punctuation_is_no_syntax_and_nothing_is_found(
    client: APIClient, shelf: None, text: str
) -> None:
    assert names(client, search=text) == []


def test_an_ordering_that_is_asked_for_beats_the_rank(
    client: APIClient, shelf: None
) -> None:
    assert names(client, search="olve", ordering="-name") == [
        "Electric kettle",
        "Coffee grinder Olve",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"attr.Color": "red"}, ["Electric kettle", "Чайник заварочный"]),
        ({"attr.Color": ["black", "blue"]}, ["Coffee grinder Olve", "Enamel mug"]),
        ({"attr.Burrs": "6.5"}, ["Coffee grinder Olve"]),
        ({"attr.Electric": "true"}, ["Electric kettle"]),
        ({"attr.Volume": "0.3"}, ["Enamel mug"]),
        ({"attr.Volume.min": "1"}, ["Electric kettle", "Чайник заварочный"]),
        ({"attr.Volume.max": "1"}, ["Чайник заварочный"]),
        ({"attr.Volume.min": "1.1", "attr.Color": "red"}, ["Electric kettle"]),
        ({"attr.Nothing": "x"}, []),
        ({"attr.a'b\"c": "x"}, []),
    ],
)
def test_attributes_filter_by_value_and_by_range(
    client: APIClient, shelf: None, query: dict[str, Any], found: list[str]
) -> None:
    assert names(client, **query) == found


def test_a_bound_that_is_no_number_is_refused(client: APIClient, shelf: None) -> None:
    body = assert_problem(client.get(LIST, {"attr.Volume.min": "much"}), 400, "invalid")

    assert body["errors"][0]["pointer"] == "#/attr.Volume.min"


def test_on_sale_shows_what_costs_less_than_usual(client: APIClient) -> None:
    make_offer(product=make_product(name="Dear"), price="10")
    make_offer(product=make_product(name="Cheap"), price="10", discount="9")

    assert names(client, on_sale="true") == ["Cheap"]


def test_facets_count_what_the_filter_leaves(
    client: APIClient, shelf: None, django_assert_max_num_queries: Any
) -> None:
    kitchen = Category.objects.create(name="Kitchen", slug="kitchen")
    kitchen.products.add(*Product.objects.filter(attributes__Color="red"))

    with django_assert_max_num_queries(7):
        body = client.get(f"{LIST}facets/", {"attr.Color": "red"}).json()

    assert body == {
        "count": 2,
        "price_min": "100.00",
        "price_max": "100.00",
        "categories": [{"slug": "kitchen", "name": "Kitchen", "count": 2}],
        "brands": [{"slug": "olve", "name": "Olve", "count": 1}],
        "shops": [{"slug": "storekeeper", "name": "Storekeeper", "count": 2}],
        "attributes": [
            {"name": "Color", "values": [{"value": "red", "count": 2}]},
            {"name": "Electric", "values": [{"value": True, "count": 1}]},
            {
                "name": "Volume",
                "values": [{"value": 1, "count": 1}, {"value": 1.7, "count": 1}],
            },
        ],
    }
    assert_problem(client.get(f"{LIST}facets/?colour=red"), 400, "invalid")


def test_a_search_box_gets_categories_brands_and_products(
    client: APIClient, shelf: None
) -> None:
    Category.objects.create(name="Чайники", slug="chayniki")

    assert client.get("/api/v1/suggestions/", {"q": "чай"}).json() == [
        {"kind": "category", "slug": "chayniki", "name": "Чайники"},
        {
            "kind": "product",
            "slug": Product.objects.get(name="Чайник заварочный").slug,
            "name": "Чайник заварочный",
        },
    ]
    assert client.get("/api/v1/suggestions/", {"q": "!"}).json() == []
    assert_problem(client.get("/api/v1/suggestions/"), 400, "invalid")


def test_a_snippet_marks_words_and_escapes_the_rest() -> None:
    text = "<b>Old</b> kettles & a new Kettle"

    assert snippet(text, ["kettle"]) == (
        "&lt;b&gt;Old&lt;/b&gt; <mark>kettle</mark>s &amp; a new <mark>Kettle</mark>"
    )
    assert snippet("x" * 500, ["y"]) == "x" * 160 + "…"
    assert words("Ab-c_d é!") == ["ab", "c", "d", "é"]


def test_a_found_row_shows_where_the_words_stand(client: APIClient) -> None:
    stock("Enamel mug", description="Goes with <any> kettle.")

    row = client.get(LIST, {"search": "mug"}).json()["results"][0]

    assert row["snippet"] == ("Enamel <mark>mug</mark>. Goes with &lt;any&gt; kettle.")
    assert client.get(LIST).json()["results"][0]["snippet"] is None


def test_a_search_looks_at_eight_words_only(client: APIClient, shelf: None) -> None:
    assert len(words("a " * 50)) == 8
    assert names(client, search="_") == []
