"""Every call costs a bounded number of statements, however much there is."""

import logging
from io import BytesIO
from typing import Any

import pytest
from django.core.files.images import ImageFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import Address, Customer, User
from accounts.services import customer_of, save_address
from catalog.models import Brand, Category, Photo, Product
from catalog.services import make_shop
from catalog.tests.factories import make_offer, make_offers, make_product
from config.budgets import BUDGETS, KEY, budget_of
from config.tests.test_access import CALLERS, DOORS, named, routes, shop  # noqa: F401
from conftest import make_client, person
from orders.models import DeliveryMethod, Review
from orders.services import Delivery, moderate_reviews, place_order, set_line
from orders.tests.scenes import buy, fill_cart
from partners.services import submit_price_list

pytestmark = pytest.mark.django_db
# Every read of the table of doors, and lists that are asked for something.
READS = {path: path for method, path in DOORS if method == "GET"} | {
    "suggestions/": "suggestions/?q=te",
    "search": "products/?search=tea&category=tea&in_stock=true&ordering=price",
    "cursor": "products/?cursor=&ordering=popularity",
    "facets": "products/facets/?search=pot",
    "stars": "products/green-tea/reviews/?rating=4&ordering=-rating",
}


def grow(number: int, ann: User, pat: User, sam: User) -> None:
    """So many more of everything that a page may show."""
    tea, now = Product.objects.get(slug="green-tea"), timezone.now()
    mine = customer_of(ann)
    root = Category.objects.create(name=f"Root {number}", slug=f"root-{number}")
    offers = []
    for index in range(number):
        mark = f"{number}-{index}"
        leaf = Category.objects.create(
            name=f"Leaf {mark}", slug=f"leaf-{mark}", parent=root
        )
        product = make_product(name=f"Pot {mark}", categories=[root, leaf])
        product.brand = Brand.objects.create(name=f"Brand {mark}", slug=f"b-{mark}")
        product.save()
        offers.append(make_offer(product=product, stock=1000, discount="90"))
        make_offer(product=tea, shop=make_shop(name=f"Shop {mark}"), stock=5)
        tea.categories.add(leaf)
        photograph(tea, index + 100 * number)
        photograph(product, 0)
        for item, author in ((tea, person(f"b{mark}", "buyer")), (product, ann)):
            Review.objects.create(author=author, product=item, rating=4, edited_at=now)
        save_address(address=Address(user=ann), values={"city": "Omsk"})
        make_client(ann)  # another device
        submit_price_list(user=pat, content=b"shop: Tea", source=f"{mark}.yaml")
        way = DeliveryMethod(code=f"way-{mark}", name=mark, needs_address=False)
        way.save()
    for offer in offers:
        set_line(customer=mine, offer_id=offer.pk, quantity=1)
        place_order(
            customer=mine,
            quantities={other.pk: 1 for other in offers},
            delivery=Delivery(email="ann@example.com"),
            actor=ann,
            now=now,
        )
    moderate_reviews(
        reviews=Review.objects.values_list("pk", flat=True),
        status=Review.Status.APPROVED,
        moderator=sam,
        seen_at=now,
        now=now,
    )


def photograph(product: Product, position: int) -> None:
    picture = BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    image = ImageFile(picture, name=f"{product.pk}-{position}.png")
    Photo.objects.create(product=product, image=image, position=position)


def statements(client: APIClient, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/api/v1/" + address)
    assert answer.status_code in {200, 404}, (address, answer.content)
    return len(queries)


def reader(path: str) -> str:
    """Whose page it is: the buyer's, unless only staff may see it."""
    statuses = DOORS.get(("GET", path), (200,) * 5)
    return "buyer" if statuses[CALLERS.index("buyer")] == 200 else "staff"


def test_a_read_costs_the_same_however_much_there_is_and_no_more_than_its_budget(
    shop: dict[str, str],  # noqa: F811
    ann: User,
    pat: User,
    sam: User,
) -> None:
    clients = {"buyer": make_client(ann), "staff": make_client(sam)}

    def count() -> dict[str, int]:
        clients["buyer"].get("/api/v1/products/")  # what was renamed since is read once
        return {
            name: statements(clients[reader(name)], path.format_map(shop))
            for name, path in READS.items()
        }

    grow(2, ann, pat, sam)
    few = count()
    grow(8, ann, pat, sam)
    many = count()

    assert many == few
    budgets = {
        name: budget_of(*named("GET", path.partition("?")[0]))
        for name, path in READS.items()
    }
    over = {name: n for name, n in many.items() if n > budgets[name]}
    assert over == {}


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("with_key", [False, True])
def test_a_checkout_costs_the_same_however_much_is_bought(
    guest: Customer, number: int, with_key: bool
) -> None:
    facts = {"name": "Courier", "price": 350}
    DeliveryMethod.objects.update_or_create(code="courier", defaults=facts)
    shopper = make_client(guest)
    quote = fill_cart(shopper, dict.fromkeys(make_offers(number), 1))
    if with_key:
        shopper.credentials(**shopper._credentials, HTTP_IDEMPOTENCY_KEY="one")

    with CaptureQueriesContext(connection) as queries:
        assert buy(shopper, quote).status_code == 201

    # R13 allows 15 and one for each line; the lines cost nothing.
    assert len(queries) <= 16 + (KEY if with_key else 0)
    assert budget_of("POST", "cart-checkout") >= 16


def test_every_budget_is_of_a_route() -> None:
    assert set(BUDGETS) <= routes()
    assert budget_of("GET", "me-list", with_key=True) == 3 + KEY


def test_a_call_over_its_budget_is_a_line_in_the_log_without_its_sql(
    client: APIClient, monkeypatch: Any, caplog: Any
) -> None:
    make_offer()
    with caplog.at_level(logging.WARNING, logger="config.budgets"):
        assert client.get("/api/v1/products/?search=secret").status_code == 200
        assert caplog.messages == []
        monkeypatch.setitem(BUDGETS, ("GET", "product-list"), 0)

        client.get("/api/v1/products/?search=secret")

    (message,) = caplog.messages
    assert message.startswith("GET product-list: ")
    assert message.endswith(" queries, budget 0")


def test_in_debug_the_answer_tells_queries_and_time(
    client: APIClient, settings: Any
) -> None:
    make_offer()
    assert "Server-Timing" not in client.get("/api/v1/brands/")
    settings.DEBUG = True

    timing = client.get("/api/v1/brands/")["Server-Timing"]

    database, total = timing.split(", ")
    assert database.startswith('db;desc="1 queries";dur=')
    assert float(total.removeprefix("total;dur=")) > 0
