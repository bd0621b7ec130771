"""Reads cost the same number of queries however much there is, and flat memory."""

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.services import customer_of
from catalog.models import Offer, Product
from catalog.services import brands_by_name, house_shop
from dialects.tests.world import World, content
from orders.services import Delivery, place_order, set_line

pytestmark = pytest.mark.django_db
# What each read may cost, its credential included.
READS = {
    "/products/?page_size=100": 5,
    "/product-list/": 5,
    "/product-stats/": 1,
    "/products/category/Tea/": 7,
    "/categories/": 2,
    "/api/product/category/list/": 1,
    "/api/product/all/": 4,
    "/api/product/brands/all/": 1,
    "/api/product/brands/get/{brand}/": 4,
    "/api/get_all_products": 4,
    "/orders/": 6,
    "/api/get_order": 5,
    "/api/customer/myorders/": 4,
    "/api/order/cart/list/{token}/": 1,
}


@pytest.fixture
def w():
    return World()


def stock(w, number):
    """So many items, orders and cart lines more, all of one category and brand."""
    tea, leaf = w.category("Tea"), brands_by_name({"Leaf"})["Leaf"]
    customer = customer_of(w.person("ann"))
    for _ in range(number):
        item = w.item(categories=[tea])
        Product.objects.filter(pk=item.product_id).update(brand=leaf)
        set_line(customer=customer, offer_id=item.pk, quantity=1)
        place_order(
            customer=customer,
            quantities={item.pk: 1},
            delivery=Delivery(email="ann@example.com"),
            actor=w.person("ann"),
            now=timezone.now(),
        )
    return {"brand": leaf.pk, "token": customer.token}


def cost(w, path):
    auth = {"HTTP_AUTHORIZATION": cost.auth}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = w.client.get(path, **auth)
        assert answer.status_code == 200
        content(answer)
    return len(queries)


def test_every_read_is_bounded_and_constant(w):
    facts = stock(w, 2)
    cost.auth = w.bearer("ann")
    few = {path: cost(w, path.format_map(facts)) for path in READS}
    stock(w, 12)

    many = {path: cost(w, path.format_map(facts)) for path in READS}

    assert many == few
    assert {path: n for path, n in many.items() if n > READS[path]} == {}


def test_all_products_are_streamed_with_flat_memory(w):
    """Ten times as much on sale takes no more memory to tell."""
    shop = house_shop()

    def fill(start, number):
        cards = Product.objects.bulk_create(
            Product(name=f"Tea {n}", slug=f"tea-{n}", description="x" * 500)
            for n in range(start, start + number)
        )
        Offer.objects.bulk_create(
            Offer(product=card, shop=shop, article=card.slug, regular_price=7, stock=1)
            for card in cards
        )

    def peak():
        auth = w.bearer("ann")
        answer = w.client.get("/api/get_all_products", HTTP_AUTHORIZATION=auth)
        assert answer.streaming
        tracemalloc.start()
        size = sum(len(piece) for piece in answer)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size, top

    fill(0, 600)
    peak()
    small, low = peak()
    fill(600, 5400)
    large, high = peak()

    assert large > 9 * small
    assert high < 1.5 * low
