"""Where a product stands: the way to it, and what lies beside it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import Brand, Category, Product
from catalog.tests.factories import make_offer, make_product

pytestmark = pytest.mark.django_db


def page(product: Product) -> dict[str, Any]:
    return APIClient().get(f"/api/v1/products/{product.pk}/").json()


def make_category(name: str, parent: Category | None = None, **facts: Any) -> Category:
    return Category.objects.create(name=name, slug=name.lower(), parent=parent, **facts)


def put(category: Category, name: str, brand: Brand | None = None) -> Product:
    """A product on sale in a category."""
    product = make_product(name=name, categories=[category])
    Product.objects.filter(pk=product.pk).update(brand=brand)
    make_offer(product=product)
    return product


def beside(product: Product) -> list[str]:
    return [other["name"] for other in page(product)["related"]]


def test_the_way_leads_from_the_root_to_the_deepest_category() -> None:
    kitchen = make_category("Kitchen")
    tea = make_category("Tea", kitchen)
    green = make_category("Green", tea)
    product = make_product(name="Sencha", categories=[kitchen, green])
    make_offer(product=product)

    assert page(product)["breadcrumbs"] == [
        {"id": node.pk, "slug": node.slug, "name": node.name}
        for node in (kitchen, tea, green)
    ]


def test_a_category_that_is_switched_off_is_no_step_of_the_way() -> None:
    hidden = make_category("Hidden", make_category("Kitchen"), is_active=False)
    product = put(make_category("Tea", hidden), "Sencha")

    names = [node["name"] for node in page(product)["breadcrumbs"]]

    assert names == ["Kitchen", "Tea"]


def test_without_a_category_there_is_no_way_and_nothing_beside() -> None:
    make_offer()

    shown = page(make_offer().product)

    assert (shown["breadcrumbs"], shown["related"]) == ([], [])


def test_beside_it_are_its_brand_then_what_sells_best_of_its_category() -> None:
    tea, leaf = make_category("Tea"), Brand.objects.create(name="Leaf", slug="leaf")
    put(tea, "Plain")
    put(tea, "Loved")
    sencha = put(tea, "Sencha", leaf)
    put(tea, "Matcha", leaf)
    put(make_category("Coffee"), "Mocha", leaf)
    make_product(name="Not on sale", categories=[tea])
    Product.objects.filter(name="Loved").update(popularity=9)

    assert beside(sencha) == ["Matcha", "Loved", "Plain"]


def test_a_related_product_is_shown_as_in_a_list() -> None:
    tea = make_category("Tea")
    sencha, matcha = put(tea, "Sencha"), put(tea, "Matcha")
    listed = APIClient().get("/api/v1/products/?ordering=name").json()["results"]

    assert page(sencha)["related"] == [listed[0]]
    assert listed[0]["id"] == matcha.pk


def test_at_most_eight_of_fifty_neighbours_on_either_side() -> None:
    tea = make_category("Tea")
    row = [put(tea, f"Tea {index:03}") for index in range(112)]
    Product.objects.filter(pk__in=[row[8].pk, row[111].pk]).update(popularity=9)
    Product.objects.filter(pk__in=[row[10].pk, row[110].pk]).update(popularity=5)

    names = beside(row[60])

    assert len(names) == 8
    assert names[:2] == ["Tea 010", "Tea 110"]
    assert not {"Tea 008", "Tea 111", "Tea 060"} & set(names)


def test_a_list_may_ask_for_them_in_two_more_queries() -> None:
    tea = make_category("Tea")
    put(tea, "Sencha"), put(tea, "Matcha")

    body = APIClient().get("/api/v1/products/?expand=related,breadcrumbs").json()

    assert [[o["name"] for o in one["related"]] for one in body["results"]] == [
        ["Matcha"],
        ["Sencha"],
    ]
    assert all(one["breadcrumbs"] for one in body["results"])
