"""Whatever staff send by mistake is a problem with a code, and changes nothing."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Brand, Category, Offer, Photo, Product
from catalog.tests.factories import make_offer, make_product
from catalog.tests.pictures import picture, upload
from conftest import make_client

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
NONSENSE: list[Any] = [
    None,
    [],
    "text",
    5,
    {"name": None},
    {"name": ["Tea"]},
    {"name": {"en": "Tea"}},
    {"name": True},
    {"slug": "\u0661"},
    {"slug": "-" * 500},
    {"parent": {}},
    {"parent": -1},
    {"parent": 2**70},
    {"brand": [1]},
    {"categories": {"a": 1}},
    {"categories": [2**70, None]},
    {"categories": ["tea"] * 51},
    {"attributes": {"a" * 256: 1}},
    {"attributes": {"a": 1e308}},
    {"attributes": {"a": ["b"]}},
    {"offer": []},
    {"offer": {"article": "1", "regular_price": "1e3"}},
    {"regular_price": "\u0661\u0660"},
    {"regular_price": "0"},
    {"regular_price": "99999999999"},
    {"discount_price": "-5"},
    {"is_withdrawn": "perhaps"},
    {"is_active": None},
    {"article": "a\nb"},
    {"email": "not an address"},
    {"delta": 10**17, "note": "x"},
    {"stock": 2**70, "expected": 0, "note": "x"},
    {"photos": [None]},
    {"photos": "all"},
    {"policy": "good-rows", "rows": [[]] * 1000},
    {"policy": "good-rows", "rows": [{}] * 1001},
]
DOORS = [
    ("post", "categories/"),
    ("patch", "categories/tea/"),
    ("post", "brands/"),
    ("patch", "brands/leaf/"),
    ("post", "shops/"),
    ("patch", "shops/storekeeper/"),
    ("post", "products/"),
    ("patch", "products/pot/"),
    ("post", "offers/"),
    ("patch", "offers/{offer}/"),
    ("post", "offers/{offer}/stock/"),
    ("post", "offers/bulk/"),
    ("patch", "products/pot/photos/{photo}/"),
    ("put", "products/pot/photos/order/"),
]


@pytest.fixture
def desk(sam: User) -> APIClient:
    tea = Category.objects.create(name="Tea", slug="tea")
    Brand.objects.create(name="Leaf", slug="leaf")
    make_offer(product=make_product(name="Pot", categories=[tea]), stock=3)
    client = make_client(sam)
    form = {"file": upload(picture())}
    sent = client.post(f"{V1}products/pot/photos/", form, format="multipart")
    assert sent.status_code == 201
    return client


def everything() -> list[Any]:
    kinds = (Category, Brand, Product, Offer, Photo)
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_nonsense_is_refused_and_changes_nothing(
    desk: APIClient, method: str, path: str
) -> None:
    ids = {"offer": Offer.objects.get().pk, "photo": Photo.objects.get().pk}
    before = everything()

    for body in NONSENSE:
        raw = json.dumps(body).encode()
        answer: Any = desk.generic(
            method.upper(), V1 + path.format_map(ids), raw, "application/json"
        )

        is_bulk = path == "offers/bulk/" and answer.status_code == 200
        assert answer.status_code in {400, 409} or is_bulk, (body, answer.content)
        assert everything() == before, body
