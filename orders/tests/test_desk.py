"""Staff at the admin's desk: orders moved, refunded, corrected, written about."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.services import open_guest
from catalog.models import Offer
from catalog.services import make_shop
from catalog.tests.factories import make_offer, make_product
from conftest import person
from orders.models import Letter, Order, OrderEvent, Payment, PaymentMethod, Refund
from orders.services import (
    Delivery,
    draft_order,
    move_order,
    place_order,
    take_payment,
)

pytestmark = pytest.mark.django_db
ORDERS = "/admin/orders/order/"


@pytest.fixture
def rita(db: None) -> User:
    return person("rita", "clerk")


@pytest.fixture
def desk(rita: User) -> Client:
    """The browser of an order clerk."""
    client = Client()
    client.force_login(rita)
    return client


@pytest.fixture
def order(settings: Any) -> Order:
    return bought()


def bought(quantity: int = 3, paid: bool = False, **delivery: str) -> Order:
    PaymentMethod.objects.get_or_create(
        code="invoice", defaults={"name": "Invoice", "provider": "invoice"}
    )
    order = place_order(
        customer=open_guest(),
        quantities={make_offer(stock=5, price="100").pk: quantity},
        delivery=Delivery(
            **{"email": "ann@example.com", "phone": "+7 900 111-22-33"} | delivery
        ),
        actor=None,
        now=timezone.now(),
        payment="invoice",
    )
    if paid:
        take_payment(payment=Payment.objects.get(order=order), now=timezone.now())
    return order


def at(order: Order, page: str = "change/") -> str:
    return f"{ORDERS}{order.pk}/{page}"


def said(answer: Any) -> str:
    return answer.content.decode()


def status(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_a_move_is_confirmed_first_and_noted_with_its_actor(
    desk: Client, order: Order, rita: User
) -> None:
    page = said(desk.get(at(order)))
    assert f"{order.pk}/move/assembled/" in page
    assert f"{order.pk}/move/delivered/" not in page
    question = desk.get(at(order, "move/assembled/"))
    assert (question.status_code, status(order)) == (200, "confirmed")

    answer = desk.post(at(order, "move/assembled/"), {"note": "shelf 3"}, follow=True)

    assert status(order) == "assembled"
    event = order.events.latest("pk")
    assert (event.actor, event.note) == (rita, "shelf 3")
    assert "shelf 3 · " not in said(answer)
    assert "shelf 3" in said(answer)


def test_a_move_sent_twice_happens_once_and_is_told(desk: Client, order: Order) -> None:
    desk.post(at(order, "move/assembled/"))

    answer = desk.post(at(order, "move/assembled/"), follow=True)

    assert "cannot become" in said(answer)
    assert OrderEvent.objects.count() == 2


@pytest.mark.parametrize("to", ["delivered", "new", "nonsense"])
def test_what_the_table_forbids_is_refused(desk: Client, order: Order, to: str) -> None:
    for answer in (
        desk.get(at(order, f"move/{to}/")),
        desk.post(at(order, f"move/{to}/")),
    ):
        assert answer.status_code == (404 if to == "nonsense" else 302)

    assert status(order) == "confirmed"
    assert OrderEvent.objects.count() == 1


def test_a_cancel_gives_back_stock_and_money(desk: Client) -> None:
    order = bought(paid=True)
    question = said(desk.get(at(order, "move/canceled/")))
    assert "Its goods go back into stock." in question
    assert "300.00 RUB go back to the buyer." in question
    assert Offer.objects.get().stock == 2

    desk.post(at(order, "move/canceled/"))

    assert status(order) == "canceled"
    assert Offer.objects.get().stock == 5
    assert Refund.objects.get().amount == Decimal(300)


def test_a_draft_that_cannot_be_confirmed_says_why(desk: Client) -> None:
    offer = make_offer(product=make_product(name="Green tea"), stock=5)
    draft = draft_order(
        customer=open_guest(),
        quantities={offer.pk: 3},
        delivery=Delivery(email="ann@example.com"),
        actor=None,
        now=timezone.now(),
    )
    bought_first = place_order(
        customer=open_guest(),
        quantities={offer.pk: 4},
        delivery=Delivery(email="bob@example.com"),
        actor=None,
        now=timezone.now(),
    )
    assert bought_first.status == "confirmed"

    answer = desk.post(at(draft, "move/confirmed/"), follow=True)

    assert "Too little is in stock: Green tea: 1." in said(answer)
    assert status(draft) == "new"


def refund(desk: Client, order: Order, **form: Any) -> Any:
    line = order.lines.get()
    given = {f"line_{line.pk}": form.pop("units", ""), "seen": "0.00", **form}
    return desk.post(at(order, "refund/"), given, follow=True)


def test_a_refund_sent_twice_goes_back_once(desk: Client, rita: User) -> None:
    order = bought(paid=True)
    page = said(desk.get(at(order, "refund/")))
    assert "left to refund <b>300.00</b>" in page
    assert "3 left to refund" in page

    first = said(refund(desk, order, units=1, reason="broken"))
    second = said(refund(desk, order, units=1, reason="broken"))

    assert "100.00 go back." in first
    assert "Money went back since you opened this page." in second
    made = Refund.objects.get()
    assert (made.amount, made.reason, made.actor) == (Decimal(100), "broken", rita)
    assert "left to refund <b>200.00</b>" in said(desk.get(at(order, "refund/")))


def test_the_last_refund_sent_twice_is_told_as_well(desk: Client) -> None:
    order = bought(paid=True)
    refund(desk, order, units=3)

    answer = said(refund(desk, order, units=3))

    assert "Money went back since you opened this page." in answer
    assert Payment.objects.get().refunded == Decimal(300)


@pytest.mark.parametrize("units", [4, -1, "x", "", "9" * 30])
def test_more_than_is_left_does_not_go_back(desk: Client, units: Any) -> None:
    order = bought(paid=True)

    answer = refund(desk, order, units=units)

    assert answer.status_code == 200
    assert not Refund.objects.exists()


def test_an_unpaid_order_has_no_refund_until_the_money_is_there(
    desk: Client, order: Order
) -> None:
    assert "/refund/" not in said(desk.get(at(order)))
    assert "not left to refund" in said(refund(desk, order))

    desk.post(at(order, "take-payment/"))

    assert Payment.objects.get().state == "paid"
    assert "/refund/" in said(desk.get(at(order)))
    assert "is “Paid”" in said(desk.post(at(order, "take-payment/"), follow=True))


def test_the_timeline_has_moves_money_and_refunds(desk: Client, rita: User) -> None:
    order = bought(paid=True)
    refund(desk, order, units=1, reason="broken")

    page = said(desk.get(at(order)))

    timeline = page[page.index('id="order-timeline"') :]
    timeline = timeline[: timeline.index("</ul>")]
    marks = ["Confirmed", "Paid: 300.00", "Refund: 100.00 · still to be sent"]
    places = [timeline.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "rita · broken" in timeline


def test_letters_are_shown_with_what_became_of_them_and_sent_again(
    desk: Client, order: Order, letters: Any
) -> None:
    assert said(desk.get(at(order))).count("not sent yet") == 2  # buyer and admins
    assert len(letters()) == 2
    page = said(desk.get(at(order)))
    assert "not sent yet" not in page
    assert page.count("sent at 20") == 2

    desk.post(at(order, "letters/placed-buyer/"))

    assert len(letters()) == 3
    row = Letter.objects.get(order=order, key="placed-buyer")
    assert (row.attempts, row.error) == (2, "")


def test_a_letter_that_fails_says_so(
    desk: Client, order: Order, letters: Any, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "orders.tests.test_desk.Broken"
    letters()

    page = said(desk.get(at(order)))

    assert page.count("(ConnectionRefusedError)") == 2
    assert not Letter.objects.exclude(sent_at=None).exists()


class Broken:
    """A mail server that is not there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError


@pytest.mark.parametrize("key", ["placed-shop-9", "nonsense", "event-1-buyer"])
def test_a_letter_that_is_not_of_this_order_is_not_sent(
    desk: Client, order: Order, key: str
) -> None:
    before = DBTaskResult.objects.count()

    answer = desk.post(at(order, f"letters/{key}/"), follow=True)

    assert "There is no such letter." in said(answer)
    assert DBTaskResult.objects.count() == before


def test_an_address_is_corrected_and_nothing_else(desk: Client, order: Order) -> None:
    form = {
        "email": "anna@example.com",
        "phone": "1",
        "city": "Tomsk",
        "total": "1",
        "status": "sent",
        "lines-TOTAL_FORMS": 0,
        "lines-INITIAL_FORMS": 0,
    }

    assert desk.post(at(order), form).status_code == 302

    order.refresh_from_db()
    assert (order.email, order.city) == ("anna@example.com", "Tomsk")
    assert (order.total, order.status) == (Decimal(300), "confirmed")
    for to in ("assembled", "sent"):
        move_order(order=order, to=to, actor=None, now=timezone.now())
    assert desk.post(at(order), form | {"city": "Omsk"}).status_code == 403
    order.refresh_from_db()
    assert order.city == "Tomsk"


def test_many_are_shown_first_and_then_moved_with_what_was_left(desk: Client) -> None:
    one, gone = bought(), bought()
    move_order(order=gone, to="canceled", actor=None, now=timezone.now())
    chosen: dict[str, Any] = {
        "action": "assemble",
        "_selected_action": [one.pk, gone.pk],
    }

    preview = said(desk.post(ORDERS, chosen))

    assert "Confirmed → <b>Assembled</b>" in preview
    assert "not allowed, stays as it is" in preview
    assert status(one) == "confirmed"

    answer = said(desk.post(ORDERS, chosen | {"confirmed": 1}, follow=True))

    assert f"“Assembled” now: {one.pk}." in answer
    assert f"Left as they were: {gone.pk}." in answer
    assert (status(one), status(gone)) == ("assembled", "canceled")


def test_the_invoice_is_a_file(desk: Client, order: Order) -> None:
    answer = desk.get(at(order, "invoice/"))

    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == (
        f'attachment; filename="invoice-{order.pk}.pdf"'
    )


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("?q=ann@EXAMPLE", True),
        ("?q=111-22", True),
        ("?q=nobody", False),
        ("?status__exact=confirmed", True),
        ("?status__exact=sent", False),
        ("?total_from=299&total_to=301", True),
        ("?total_from=301", False),
        ("?payment__state__exact=pending", True),
        ("?payment__state__exact=paid", False),
        ("?placed_at_from=2020-01-01", True),
        ("?placed_at_to=2020-01-01", False),
        ("?placed_at_to=9999-12-31&total_from=x&status__exact=y", False),
        ("?placed_at_from=tomorrow", True),
        ("?lines__shop__id__exact=999", False),
    ],
)
def test_orders_are_found(desk: Client, order: Order, query: str, finds: bool) -> None:
    answer = desk.get(ORDERS + query)

    assert answer.status_code == 200
    assert (f"/{order.pk}/change/" in said(answer)) is finds


def test_an_order_is_found_by_number_and_by_shop(desk: Client, order: Order) -> None:
    shop = order.lines.get().shop_id
    for query in (f"?q={order.pk}", f"?lines__shop__id__exact={shop}"):
        assert f"/{order.pk}/change/" in said(desk.get(ORDERS + query)), query


@pytest.mark.parametrize(
    "page", ["move/assembled/", "refund/", "invoice/", "take-payment/", "change/"]
)
def test_who_edits_the_catalogue_does_nothing_with_orders(
    order: Order, page: str
) -> None:
    client = Client()
    client.force_login(person("ed", "editor"))

    for answer in (client.get(at(order, page)), client.post(at(order, page))):
        assert answer.status_code == 403
    assert status(order) == "confirmed"


def test_lists_and_pages_cost_the_same_however_much_there_is(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        order = bought(email=f"b{number}@example.com")
    make_shop(name="Another")

    with django_assert_max_num_queries(12):
        desk.get(ORDERS)
    with django_assert_max_num_queries(22):
        desk.get(at(order))
