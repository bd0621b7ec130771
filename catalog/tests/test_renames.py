"""A slug is one thing's for ever: its old address leads to the new one."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Brand, Category, FormerSlug, Product, Shop
from catalog.services import free_slugs, save_product
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem, make_client

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


@pytest.fixture
def shelf(db: None) -> None:
    Category.objects.create(name="Tea", slug="tea")
    Brand.objects.create(name="Leaf", slug="leaf")
    make_offer(product=make_product(name="Pot"))


def rename(desk: APIClient, path: str, slug: str) -> None:
    assert desk.patch(V1 + path, {"slug": slug}).status_code == 200


@pytest.mark.parametrize(
    "path", ["categories/tea/", "brands/leaf/", "shops/storekeeper/"]
)
def test_the_old_address_answers_301(
    desk: APIClient, client: APIClient, shelf: None, path: str
) -> None:
    kind = path.split("/", maxsplit=1)[0]
    rename(desk, path, "second")
    rename(desk, f"{kind}/second/", "third")

    for old in (path, f"{kind}/second/"):
        moved = client.get(f"{V1}{old}?a=1")
        assert (moved.status_code, moved["Location"]) == (
            301,
            f"http://testserver{V1}{kind}/third/?a=1",
        )
    assert client.get(f"{V1}{kind}/third/").status_code == 200
    # A write must stay one: after a 301 it might become a GET.
    assert desk.patch(V1 + path, {"name": "New"}).status_code == 308
    assert_problem(client.patch(V1 + path, {"name": "New"}), 401, "not-authenticated")


def test_an_old_slug_is_never_given_to_another(desk: APIClient, shelf: None) -> None:
    rename(desk, "brands/leaf/", "oak")

    body = assert_problem(
        desk.post(f"{V1}brands/", {"name": "Other", "slug": "leaf"}), 400, "invalid"
    )
    assert body["errors"][0]["code"] == "taken"
    assert desk.post(f"{V1}brands/", {"name": "Leaf 2"}).json()["slug"] == "leaf-2"
    assert free_slugs(Brand, ["Leaf", "Oak"]) == ["leaf-3", "oak-2"]
    assert Brand.objects.filter(slug="leaf").count() == 0


def test_a_thing_may_have_its_own_old_slug_again(
    desk: APIClient, client: APIClient, shelf: None
) -> None:
    rename(desk, "brands/leaf/", "oak")
    rename(desk, "brands/oak/", "leaf")

    assert client.get(f"{V1}brands/leaf/").status_code == 200
    assert client.get(f"{V1}brands/oak/")["Location"].endswith("/brands/leaf/")


def test_with_a_deleted_thing_go_its_addresses(
    desk: APIClient, client: APIClient, shelf: None
) -> None:
    rename(desk, "brands/leaf/", "oak")

    desk.delete(f"{V1}brands/oak/")

    assert_problem(client.get(f"{V1}brands/leaf/"), 404, "not-found")
    assert FormerSlug.objects.count() == 0


def test_a_product_and_what_stands_below_it_move_along(
    client: APIClient, shelf: None
) -> None:
    product = make_product(name="Kettle")
    make_offer(product=product)
    product.slug = "water-kettle"
    save_product(product=product)

    for tail in ("", "prices/"):
        moved = client.get(f"{V1}products/kettle/{tail}")
        assert (moved.status_code, moved["Location"]) == (
            301,
            f"http://testserver{V1}products/water-kettle/{tail}",
        )


def test_names_of_different_kinds_do_not_meet(desk: APIClient, shelf: None) -> None:
    rename(desk, "brands/leaf/", "oak")

    made: Any = desk.post(f"{V1}categories/", {"name": "Leaf"})

    assert made.json()["slug"] == "leaf"
    assert Shop.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "path"), [("category", "categories"), ("brand", "brands")]
)
def test_a_filter_understands_an_old_slug(
    desk: APIClient, client: APIClient, shelf: None, kind: str, path: str
) -> None:
    pot = Product.objects.get()
    pot.categories.set(Category.objects.all())
    Product.objects.update(brand=Brand.objects.get())
    slug = {"category": "tea", "brand": "leaf"}[kind]
    found = {"results": [pot.pk]}

    def ids(named: str) -> dict[str, list[int]]:
        rows = client.get(f"{V1}products/?{kind}={named}").json()["results"]
        return {"results": [row["id"] for row in rows]}

    assert ids(slug) == found
    rename(desk, f"{path}/{slug}/", "renamed")

    assert ids(slug) == found
    assert ids("renamed") == found
    refused = client.get(f"{V1}products/?{kind}=never")
    assert_problem(refused, 400, "invalid")
