"""Kept pages are right: every write to the catalogue shows in the next answer."""

from collections.abc import Callable, Iterator
from threading import Thread

import httpx
import pytest
from django.core import signals
from django.db import close_old_connections, connection, transaction

from accounts.models import User
from catalog import freshness
from catalog.models import Brand, CatalogVersion, Category, Offer, Product
from catalog.services import correct_stock
from catalog.tests.factories import make_offer, make_product
from config import pages
from config.wsgi import application

LIST = "/api/v1/products/"


@pytest.fixture
def shop() -> Iterator[httpx.Client]:
    """A client of the whole server, kept pages included."""
    transport = httpx.WSGITransport(app=application)
    # As Django's own test client: the transaction of the test outlives a request.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield httpx.Client(transport=transport, base_url="http://testserver")
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def offer() -> Offer:
    kitchen = Category.objects.create(name="Kitchen", slug="kitchen")
    product = make_product(name="Pot", categories=[kitchen])
    Product.objects.update(brand=Brand.objects.create(name="Leaf", slug="leaf"))
    return make_offer(product=product, price="20")


@pytest.mark.django_db
@pytest.mark.parametrize("path", [LIST, f"{LIST}pot/", f"{LIST}facets/"])
def test_a_kept_page_is_the_same_and_asks_for_the_version_only(
    shop: httpx.Client, offer: Offer, path: str, django_assert_num_queries: Callable
) -> None:
    first = shop.get(path)

    with django_assert_num_queries(1):
        second = shop.get(path)

    assert (second.status_code, second.content) == (200, first.content)
    ids = {response.headers.pop("X-Request-ID") for response in (first, second)}
    assert second.headers == first.headers
    assert len(ids) == 2


WRITES: dict[str, Callable[[Offer], object]] = {
    "a sale": lambda offer: correct_stock(offer_id=offer.pk, delta=-1, document=""),
    "a price": lambda offer: Offer.objects.update(regular_price=30),
    "a name": lambda offer: Product.objects.update(name="Cauldron"),
    "a brand's name": lambda offer: Brand.objects.update(name="Twig"),
    "a category's name": lambda offer: Category.objects.update(name="Hearth"),
    "another category": lambda offer: offer.product.categories.clear(),
    "SQL by hand": lambda offer: by_hand("UPDATE catalog_shop SET name = 'Bazaar'"),
    "a deletion": lambda offer: by_hand("DELETE FROM catalog_product_categories"),
    "a new product": lambda offer: make_offer(product=make_product(name="Pan")),
}


def by_hand(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES)
def test_every_write_shows_in_the_next_answer(
    shop: httpx.Client, offer: Offer, write: str
) -> None:
    before = [shop.get(LIST).content, shop.get(LIST).content]

    WRITES[write](offer)

    after = shop.get(LIST)
    assert after.status_code == 200
    assert before[0] == before[1] != after.content


@pytest.mark.django_db
def test_an_unchanged_kept_page_is_not_sent_again(
    shop: httpx.Client, offer: Offer
) -> None:
    etag = shop.get(LIST).headers["ETag"]

    again = shop.get(LIST, headers={"If-None-Match": f'"other", {etag}'})
    offer.product.categories.clear()
    after = shop.get(LIST, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == "public, no-cache"
    assert after.status_code == 200


@pytest.mark.django_db
def test_hosts_and_schemes_do_not_share_pages(
    shop: httpx.Client, offer: Offer, settings: object
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]  # type: ignore[attr-defined]
    query = "?page_size=1"
    make_offer()
    shop.get(LIST + query)

    other = shop.get(LIST + query, headers={"Host": "other.example"})
    foreign = shop.get(LIST + query, headers={"Host": "evil.example"})

    assert other.json()["next"].startswith("http://other.example/")
    assert foreign.status_code == 400


@pytest.mark.django_db
def test_refusals_and_private_answers_are_not_kept(
    shop: httpx.Client, offer: Offer, sam: User
) -> None:
    for path in (f"{LIST}?colour=red", f"{LIST}nothing/", "/api/v1/me/"):
        shop.get(path)

    assert not pages.pages.kept


@pytest.mark.django_db
def test_pages_take_no_more_room_than_they_may(
    shop: httpx.Client, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(shop.get(f"{LIST}?price_min=1").content)
    monkeypatch.setattr(pages, "BYTES", 3 * size)

    for price in range(2, 9):
        shop.get(f"{LIST}?price_min={price}")

    kept = [key[1] for key in pages.pages.kept]
    assert kept == [f"price_min={price}" for price in (6, 7, 8)]


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other_at_the_version() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time anyway")
    first, second = make_offer(), make_offer()
    before = freshness.current()

    def sell() -> None:
        correct_stock(offer_id=second.pk, delta=-1, document="")
        connection.close()

    with transaction.atomic():
        correct_stock(offer_id=first.pk, delta=-1, document="")
        other = Thread(target=sell)
        other.start()
        other.join(timeout=10)
        assert not other.is_alive()

    assert freshness.current().goods >= before.goods + 2
    assert CatalogVersion.objects.count() >= 2
