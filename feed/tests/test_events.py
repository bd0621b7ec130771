"""v1: what happened, numbered."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Offer, StockMovement
from catalog.services import correct_stock, save_offer
from catalog.tests.factories import make_offer
from conftest import assert_problem, make_client
from feed.models import Event
from feed.services import number_events, numbering
from feed.tests.scenes import place, told
from orders.models import Order
from orders.services import move_order
from partners.models import PriceListRun
from partners.services import undo_run
from partners.services.runs import run_price_list
from partners.tests.test_import import BLACK, GREEN, HEAD, load

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events/"


def test_an_orders_life_is_told_in_order(sam: User) -> None:
    body = place(make_offer(price="10"))
    order = Order.objects.get()
    for to in ("assembled", "sent", "delivered"):
        move_order(order=order, to=to, actor=sam, now=timezone.now())

    assert told() == [
        (1, "order.placed"),
        (2, "order.assembled"),
        (3, "order.sent"),
        (4, "order.delivered"),
    ]
    placed, assembled = Event.objects.order_by("number")[:2]
    facts = {"order": order.pk, "code": body["code"], "total": "360.00"}
    assert placed.data == facts | {"before": "", "after": "confirmed"}
    assert assembled.data == facts | {"before": "confirmed", "after": "assembled"}
    assert placed.at == order.placed_at


def test_no_event_names_a_person(sam: User) -> None:
    place(make_offer())
    told()

    text = str(list(Event.objects.values())).lower()
    assert "ann" not in text
    assert "omsk" not in text


def test_stock_that_runs_low_out_and_comes_back_is_told() -> None:
    tea = make_offer(stock=6)
    for delta in (-1, -1, -1, -1, -2, 5):  # 5, 4, 3, 2, 0, 5
        correct_stock(offer_id=tea.pk, delta=delta, document="user:1")

    assert told() == [(1, "stock.low"), (2, "stock.out"), (3, "stock.back")]
    low = Event.objects.get(number=1)
    assert low.data == {
        "offer": tea.pk,
        "product": tea.product_id,
        "shop": tea.shop_id,
        "article": tea.article,
        "stock": 3,
        "document": "user:1",
    }


def test_a_list_tells_new_prices_and_what_sells_out_or_comes_back(pat: User) -> None:
    load(pat, HEAD + GREEN + BLACK)
    assert told() == []  # new offers are no news
    changed = GREEN.replace("117647.06", "99.90") + BLACK.replace("7\n", "0\n")

    run = load(pat, HEAD + changed)
    kinds = told()

    assert kinds == [(1, "stock.out"), (2, "price.changed")]
    price = Event.objects.get(kind="price.changed")
    offer = Offer.objects.get(article="11")
    assert price.data == {
        "offer": offer.pk,
        "product": offer.product_id,
        "shop": offer.shop_id,
        "article": "11",
        "before": "117647.06",
        "after": "99.90",
        "document": f"price-list-run:{run.pk}",
    }
    undo_run(applied=run)
    run_price_list.call(PriceListRun.objects.latest("pk").pk)
    assert told()[2:] == [(3, "stock.back"), (4, "price.changed")]


def test_a_new_price_is_told_and_a_new_offer_is_none() -> None:
    tea = make_offer(price="10")
    save_offer(offer=tea, document="user:1")  # its first row of the price log
    for price, discount in (("12", None), ("15", "12"), ("15", None)):
        tea.regular_price = Decimal(price)
        tea.discount_price = Decimal(discount) if discount else None
        save_offer(offer=tea, document="user:1")

    kinds = told()

    changes = [
        (event.data["before"], event.data["after"])
        for event in Event.objects.filter(kind="price.changed").order_by("number")
    ]
    assert changes == [("12.00", "15.00")]
    assert len(kinds) == 1


def test_a_fact_is_told_once_and_a_rolled_back_one_never() -> None:
    tea = make_offer(stock=5)
    with transaction.atomic():
        place(tea)
        transaction.set_rollback(True)
    assert told() == []

    place(tea)

    assert told() == told() == [(1, "order.placed")]
    assert number_events() == 0
    assert not StockMovement.objects.filter(is_told=False).exists()


def test_a_long_ledger_is_numbered_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "BATCH", 2)
    tea = make_offer(stock=100)
    for _ in range(5):
        place(tea)
    told()  # the first stock of an offer is no event, but a fact to look at

    assert [number for number, _ in told()] == [1, 2, 3, 4, 5]
    orders = [event.data["order"] for event in Event.objects.order_by("number")]
    assert orders == sorted(orders)


def test_a_reader_goes_on_where_it_stopped(sam: User) -> None:
    tea, desk = make_offer(stock=100), make_client(sam)
    for _ in range(3):
        place(tea)
    told()

    first = desk.get(f"{EVENTS}?limit=2").json()
    second = desk.get(first["next"]).json()
    third = desk.get(second["next"]).json()
    place(tea)
    told()
    fourth = desk.get(third["next"]).json()

    pages = [[row["number"] for row in page["results"]] for page in (first, second)]
    assert pages == [[1, 2], [3]]
    assert third["results"] == []
    assert [row["number"] for row in fourth["results"]] == [4]
    assert set(fourth["results"][0]) == {"number", "kind", "at", "data"}


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1_0", "limit=0", "limit=501", "limit=x"]
)
def test_a_bad_question_is_refused(sam: User, query: str) -> None:
    assert_problem(make_client(sam).get(f"{EVENTS}?{query}"), 400, "invalid")


def test_the_feed_is_for_staff(ann: User, pat: User) -> None:
    for user in (ann, pat):
        assert_problem(make_client(user).get(EVENTS), 403, "forbidden")
