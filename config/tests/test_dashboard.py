"""The desk's front page: its figures are those of the orders, and lead to them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Customer, User
from catalog.models import Offer
from catalog.tests.factories import make_offer
from config.dashboard import Figure, front_page
from conftest import person
from orders.models import Order, OrderLine, Payment, PaymentMethod, Review
from partners.models import PriceList, PriceListRun

pytestmark = pytest.mark.django_db
EAST = ZoneInfo("Asia/Vladivostok")  # its midnight is yesterday in UTC
NOW = datetime(2026, 3, 15, 10, 0, tzinfo=EAST)
_numbers = count(1)


@pytest.fixture(autouse=True)
def _in_the_east(settings: Any) -> Iterator[None]:
    settings.STORE_TIME_ZONE = "Asia/Vladivostok"
    with timezone.override(EAST):
        yield


def place(
    total: int,
    at: datetime | None = NOW,
    status: str = "confirmed",
    refunded: int = 0,
    sold: tuple[Offer, int] | None = None,
) -> Order:
    """An order of this total, 50 of it for delivery."""
    customer = Customer.objects.get_or_create(email="ann@example.com")[0]
    order = Order.objects.create(
        pk=next(_numbers),
        customer=customer,
        status=status,
        goods_total=Decimal(total - 50),
        delivery_price=Decimal(50),
        placed_at=at,
    )
    if refunded:
        method = PaymentMethod.objects.get_or_create(code="x", provider="invoice")[0]
        state = Payment.State.PARTLY_REFUNDED
        facts = {"amount": total, "refunded": refunded, "state": state}
        Payment.objects.create(order=order, method=method, **facts)
    if sold:
        offer, quantity = sold
        OrderLine.objects.create(
            order=order,
            offer=offer,
            shop=offer.shop,
            product_name=offer.product.name,
            shop_name=offer.shop.name,
            article=offer.article,
            unit_price=offer.price,
            quantity=quantity,
        )
    return order


def place_known_orders() -> None:
    midnight = NOW.replace(hour=0)
    month = midnight.replace(day=1)
    place(150, midnight)
    place(200, NOW, "delivered", refunded=80)
    place(999, NOW, "canceled")
    place(60, midnight - timedelta(seconds=1))
    place(1000, month)
    place(500, month - timedelta(seconds=1))
    place(70, NOW - timedelta(days=40))
    place(90, None, "new")  # a draft


def page_of(user: User) -> dict[str, Any]:
    return front_page(_request(user), NOW)


def _request(user: User) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = user
    return request


def told(figures: list[Figure]) -> list[tuple[str, str]]:
    return [(figure.title, figure.value) for figure in figures]


def grant(name: str, *permissions: str) -> User:
    user = person(name, "staff")
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def test_orders_and_turnover_are_those_that_stand_less_refunds() -> None:
    place_known_orders()

    periods = page_of(person("olga", "superuser"))["sales"]["periods"]

    assert [(name, told(figures)) for name, figures in periods] == [
        (
            "Today",
            [
                ("Orders", "2"),
                ("Turnover", "270.00 RUB"),
                ("Average order", "135.00 RUB"),
                ("Canceled", "1"),
            ],
        ),
        (
            "This month",
            [
                ("Orders", "4"),
                ("Turnover", "1,330.00 RUB"),
                ("Average order", "332.50 RUB"),
                ("Canceled", "1"),
            ],
        ),
    ]


def test_a_chart_has_a_bar_for_each_of_thirty_days() -> None:
    place_known_orders()

    charts = dict(page_of(person("olga", "superuser"))["sales"]["charts"])

    orders, turnover = charts["Orders"], charts["Turnover"]
    assert [len(chart["bars"]) for chart in (orders, turnover)] == [30, 30]
    heights = [bar["height"] for bar in orders["bars"]]
    # 28 February, 1, 14 and 15 March; the day of most orders is the full height.
    assert heights == [0] * 14 + [50, 50] + [0] * 12 + [50, 100]
    assert orders["bars"][-1]["title"] == "March 15, 2026: 2"
    assert (turnover["most"], turnover["bars"][15]["height"]) == ("1,000.00 RUB", 100)
    assert turnover["bars"][14]["title"] == "Feb. 28, 2026: 500.00 RUB"


def test_an_empty_shop_has_a_page_too() -> None:
    page = page_of(person("olga", "superuser"))

    figures = page["sales"]["periods"][0][1]
    assert [value for _title, value in told(figures)] == ["0", "0.00 RUB", "—", "0"]
    assert {bar["height"] for bar in page["sales"]["charts"][0][1]["bars"]} == {0}
    assert {figure.value for figure in page["waiting"]} == {"0"}
    assert (page["best"], page["low"]["number"]) == ([], 0)


def test_every_figure_leads_to_just_what_it_counts() -> None:
    """Each number is the length of the list behind its link."""
    place_known_orders()
    place(100, NOW, "assembled")
    make_offer(stock=3), make_offer(stock=4), make_offer(stock=0)
    withdrawn = make_offer(stock=0)
    Offer.objects.filter(pk=withdrawn.pk).update(is_withdrawn=True)
    product = withdrawn.product
    Review.objects.create(product=product, rating=5, edited_at=NOW)
    done = {"rating": 5, "edited_at": NOW, "status": "approved"}
    Review.objects.create(product=product, **done)
    lists = PriceList.objects.create(source="list.yaml", content=b"")
    for state in ("queued", "running", "done", "refused", "failed"):
        PriceListRun.objects.create(price_list=lists, kind="apply", state=state)
    PriceListRun.objects.update(created_at=NOW)
    for status in ("READY", "READY", "FAILED", "SUCCESSFUL"):
        DBTaskResult.objects.create(
            status=status,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="orders.services.popularity.count_sales",
            backend_name="default",
            run_after=timezone.now(),
            exception_class_path="",
            traceback="",
        )
    owner = person("olga", "superuser")
    browser = Client()
    browser.force_login(owner)

    page = page_of(owner)

    figures = [figure for _, period in page["sales"]["periods"] for figure in period]
    counted = [f for f in figures + page["waiting"] if f.value.isdigit()]
    assert told(counted) == [
        ("Orders", "3"),
        ("Canceled", "1"),
        ("Orders", "5"),
        ("Canceled", "1"),
        ("Orders to assemble", "5"),
        ("Orders to send", "1"),
        ("Reviews to moderate", "1"),
        ("Price lists in work", "2"),
        ("Price lists refused or failed in 30 days", "2"),
        ("Waiting tasks", "2"),
        ("Failed tasks", "1"),
    ]
    assert [f.title for f in counted if f.is_urgent] == [
        "Price lists refused or failed in 30 days",
        "Failed tasks",
    ]
    assert page["low"]["number"] == 2
    low = Figure("Low stock", "2", page["low"]["link"])
    for figure in [*counted, low]:
        found = browser.get(figure.link).context["cl"].queryset.count()
        assert str(found) == figure.value, figure


def test_what_sold_most_is_counted_in_units_without_canceled_orders() -> None:
    tea, cups = make_offer(price="100"), make_offer(price="900")
    place(350, sold=(tea, 3))
    place(950, sold=(cups, 1))
    place(2000, status="canceled", sold=(cups, 9))
    place(2000, NOW - timedelta(days=31), sold=(cups, 9))

    best = page_of(person("olga", "superuser"))["best"]

    rows = [(row["name"], row["units"], row["paid"]) for row in best]
    assert rows == [
        (tea.product.name, 3, "300.00 RUB"),
        (cups.product.name, 1, "900.00 RUB"),
    ]


@pytest.mark.parametrize(
    ("permissions", "shown"),
    [
        ((), set()),
        (("view_order",), {"sales", "Orders to assemble", "Orders to send"}),
        (("view_review",), {"Reviews to moderate"}),
        (("view_offer",), {"low"}),
        (("view_product",), set()),
        (
            ("view_order", "view_product"),
            {"sales", "best", "Orders to assemble", "Orders to send"},
        ),
        (("view_dbtaskresult",), {"Waiting tasks", "Failed tasks"}),
    ],
)
def test_figures_are_shown_to_who_may_see_their_list(
    permissions: tuple[str, ...], shown: set[str]
) -> None:
    user = grant("sam", *permissions)

    page = page_of(user)

    parts = {name for name in ("sales", "best", "low") if page[name] is not None}
    assert parts | {figure.title for figure in page["waiting"]} == shown
    browser = Client()
    browser.force_login(user)
    html = browser.get("/admin/").content.decode()
    assert ("Turnover" in html) == ("sales" in shown)


def test_the_page_asks_as_much_of_a_large_shop_as_of_a_small_one(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    browser = Client()
    browser.force_login(person("olga", "superuser"))
    asked = []
    for number in (1, 12):
        for day in range(number):
            place(100, timezone.now() - timedelta(days=day), sold=(make_offer(), 1))
        with django_assert_max_num_queries(14) as queries:
            assert browser.get("/admin/").status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]
