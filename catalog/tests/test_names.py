"""Staff write categories, brands and shops where everybody reads them."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Brand, Category, Product, Shop
from catalog.tests.factories import make_offer, make_product
from conftest import assert_problem, make_client, person

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


@pytest.fixture
def desk(sam: User) -> APIClient:
    return make_client(sam)


def category(name: str, parent: Category | None = None) -> Category:
    return Category.objects.create(name=name, slug=name.lower(), parent=parent)


def test_a_category_is_made_read_edited_and_deleted(desk: APIClient) -> None:
    food = category("Food")

    made = desk.post(f"{V1}categories/", {"name": "Чай и кофе", "parent": "food"})

    tea = Category.objects.get(parent=food)
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": tea.pk,
            "slug": "chai-i-kofe",
            "name": "Чай и кофе",
            "parent": food.pk,
            "is_active": True,
        },
    )
    assert made["Location"] == f"http://testserver{V1}categories/chai-i-kofe/"
    edited = desk.patch(made["Location"], {"name": "Tea", "parent": None})
    assert edited.json() == made.json() | {"name": "Tea", "parent": None}
    assert desk.delete(made["Location"]).status_code == 204
    assert list(Category.objects.all()) == [food]


def test_a_category_cannot_move_below_itself(desk: APIClient) -> None:
    food = category("Food")
    green = category("Green", category("Tea", food))

    for parent in (food.pk, green.pk, "green"):
        refusal = desk.patch(f"{V1}categories/food/", {"parent": parent})
        body = assert_problem(refusal, 400, "invalid")
        assert (body["errors"][0]["pointer"], body["errors"][0]["code"]) == (
            "#/parent",
            "cycle",
        )
    food.refresh_from_db()
    assert food.parent is None
    assert desk.patch(f"{V1}categories/green/", {"parent": "food"}).status_code == 200


def test_what_is_used_is_not_deleted(desk: APIClient) -> None:
    tea = category("Tea")
    category("Green", tea)
    brand = Brand.objects.create(name="Leaf", slug="leaf")
    product = make_product(categories=[tea])
    Product.objects.update(brand=brand)
    make_offer(product=product)

    for path, used_by in (
        ("categories/tea/", {"categories": 1, "products": 1}),
        ("brands/leaf/", {"products": 1}),
        ("shops/storekeeper/", {"offers": 1}),
    ):
        body = assert_problem(desk.delete(V1 + path), 409, "in-use")
        assert body["used_by"] == used_by
    assert Category.objects.count() == 2
    assert (Brand.objects.count(), Shop.objects.count()) == (1, 1)


def test_a_category_switched_off_is_for_staff_alone(
    desk: APIClient, client: APIClient
) -> None:
    category("Tea")

    desk.patch(f"{V1}categories/tea/", {"is_active": False})

    assert client.get(f"{V1}categories/").json()["count"] == 0
    assert_problem(client.get(f"{V1}categories/tea/"), 404, "not-found")
    assert desk.get(f"{V1}categories/cards/").json()["count"] == 1
    assert desk.get(f"{V1}categories/tea/card/").json()["is_active"] is False


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({}, "#/name", "required"),
        ({"name": ""}, "#/name", "blank"),
        ({"name": "x" * 256}, "#/name", "max_length"),
        ({"name": "Te\u202ea"}, "#/name", "control"),
        ({"name": "Tea"}, "#/name", "unique"),
        ({"name": "Other", "slug": "tea"}, "#/slug", "unique"),
        ({"name": "Other", "slug": "123"}, "#/slug", "digits"),
        ({"name": "Other", "slug": "a/b"}, "#/slug", "invalid"),
        ({"name": "Other", "slug": "cards"}, "#/slug", "taken"),
        ({"name": "Other", "parent": "nowhere"}, "#/parent", "missing"),
        ({"name": "Other", "parent": "9" * 40}, "#/parent", "missing"),
        ({"name": "Other", "parent": True}, "#/parent", "missing"),
        ({"name": "Other", "colour": "red"}, "#/colour", "unknown"),
        ({"name": "Other", "id": 7}, "#/id", "unknown"),
    ],
)
def test_a_category_that_cannot_be_is_refused_at_its_field(
    desk: APIClient, values: dict[str, Any], pointer: str, code: str
) -> None:
    category("Tea")

    body = assert_problem(desk.post(f"{V1}categories/", values), 400, "invalid")

    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [(pointer, code)]
    assert Category.objects.count() == 1


def test_a_renamed_brand_is_found_by_its_new_name(
    desk: APIClient, client: APIClient, django_assert_max_num_queries: Any
) -> None:
    brand = Brand.objects.create(name="Leaf", slug="leaf")
    for _ in range(30):
        make_offer(product=make_product())
    Product.objects.update(brand=brand)

    with django_assert_max_num_queries(20):  # however many products it has
        desk.patch(f"{V1}brands/leaf/", {"name": "Oakmoss"})

    assert client.get(f"{V1}products/?search=oakmoss").json()["count"] == 30
    assert client.get(f"{V1}brands/leaf/").json()["name"] == "Oakmoss"


def test_a_closed_shop_and_its_goods_are_gone_until_it_opens(
    desk: APIClient, client: APIClient
) -> None:
    make_offer()

    closed = desk.patch(f"{V1}shops/storekeeper/", {"accepts_orders": False})

    assert closed.json()["accepts_orders"] is False
    assert client.get(f"{V1}products/").json()["count"] == 0
    assert client.get(f"{V1}shops/").json()["count"] == 0
    desk.patch(f"{V1}shops/storekeeper/", {"accepts_orders": True})
    assert client.get(f"{V1}products/").json()["count"] == 1


def test_a_shop_tells_the_address_of_its_letters_to_staff_alone(
    desk: APIClient, client: APIClient
) -> None:
    made = desk.post(f"{V1}shops/", {"name": "Lavka", "email": "pat@example.com"})

    assert desk.get(f"{made['Location']}card/").json()["email"] == "pat@example.com"
    assert set(client.get(made["Location"]).json()) == {"id", "slug", "name"}
    assert desk.delete(made["Location"]).status_code == 204


def test_the_admin_refuses_what_the_services_refuse(db: None) -> None:
    browser = Client()
    browser.force_login(person("olga", "superuser"))
    food = category("Food")
    tea = category("Tea", food)

    facts = {"name": "Food", "slug": "cards", "is_active": "on"}
    moved = browser.post(
        f"/admin/catalog/category/{food.pk}/change/", facts, follow=True
    )
    deleted = browser.post(
        f"/admin/catalog/category/{food.pk}/delete/", {"post": "yes"}, follow=True
    )

    assert "Slug: This address is" in moved.content.decode()
    assert "used by 1 categories" in deleted.content.decode()
    food.refresh_from_db()
    assert (food.slug, list(food.children.all())) == ("food", [tea])
