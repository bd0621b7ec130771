"""Bulk changes at the desk: asked, shown, applied, undone — by who may."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from catalog.admin import changes
from catalog.models import Category, ChangeSet, Offer, PriceChange, Product
from catalog.services import change_offer, take_stock
from catalog.tests.desk import OFFERS, PRODUCTS, SETS, browser_of, queries, shown
from catalog.tests.factories import make_offer, make_offers

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    return browser_of()


def ask(
    desk: Client,
    action: str,
    *rows: Offer | Product,
    page: str = OFFERS,
    **answers: str,
) -> Any:
    """Choose rows and an action, answer its form; the page that follows."""
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    asked = desk.post(page, chosen | {"index": "0", "select_across": "0"})
    assert asked.status_code == 200
    for row in rows:
        assert f'name="_selected_action" value="{row.pk}"' in asked.content.decode()
    return desk.post(page, chosen | {"select_across": "0"} | answers, follow=True)


RAISE = {"how": "percent", "value": "5", "prices": "both", "rounding": "1"}


def press(desk: Client, deed: str, **facts: str) -> Any:
    """Press a button of the newest change set."""
    newest = ChangeSet.objects.latest("pk")
    return desk.post(f"{SETS}{newest.pk}/{deed}/", facts, follow=True)


def price(offer: Offer) -> str:
    offer.refresh_from_db()
    return str(offer.regular_price)


def test_five_per_cent_on_a_selection_and_back(desk: Client) -> None:
    tea, milk, salt = make_offers(3, price="101")

    page = shown(ask(desk, "change_prices", tea, milk, **RAISE, note="Autumn"))

    assert "Regular and discount price +5 %, rounded to 1" in page
    assert "A preview: nothing is changed yet. 2 would change." in page
    assert page.count("101.00 106.00") == 2
    assert [price(offer) for offer in (tea, milk, salt)] == ["101.00"] * 3

    page = shown(press(desk, "apply"))
    assert "Done: 2 changed." in page
    assert [price(offer) for offer in (tea, milk, salt)] == ["106.00"] * 2 + ["101.00"]
    press(desk, "apply")
    assert PriceChange.objects.count() == 2

    page = shown(press(desk, "undo"))
    assert "Undo: Regular and discount price +5 %, rounded to 1" in page
    assert page.count("106.00 101.00") == 2
    assert price(tea) == "106.00"
    press(desk, "apply")
    assert [price(offer) for offer in (tea, milk, salt)] == ["101.00"] * 3
    first = ChangeSet.objects.order_by("pk")[0]
    assert "2 are undone." in shown(desk.get(f"{SETS}{first.pk}/change/"))
    listed = shown(desk.get(SETS))
    assert "Undo: Regular and discount price +5 %, rounded to 1" in listed
    assert "olga" in listed


def test_what_cannot_be_is_named_before_it_is_applied(desk: Client) -> None:
    tea, milk = make_offer(price="100"), make_offer(price="3")
    answers = {"how": "amount", "value": "-5", "prices": "both", "rounding": "0.01"}

    page = shown(ask(desk, "change_prices", tea, milk, **answers))

    assert "1 would change." in page
    assert "3.00 -2.00 a price must be above 0" in page
    press(desk, "apply")
    assert (price(tea), price(milk)) == ("95.00", "3.00")


def test_what_moved_since_the_preview_is_shown_instead(desk: Client) -> None:
    tea = make_offer(price="100")
    ask(desk, "change_prices", tea, **RAISE)
    change_offer(pk=tea.pk, values={"regular_price": Decimal(80)}, document="user:9")

    page = shown(press(desk, "apply"))

    assert "Nothing was changed: rows are not as shown any more." in page
    assert f"{tea.article} 100.00 80.00" in page
    assert price(tea) == "80.00"
    assert "80.00 84.00" in shown(press(desk, "again"))
    press(desk, "apply")
    assert price(tea) == "84.00"


def test_what_was_edited_since_is_kept_unless_forced(desk: Client) -> None:
    tea, milk = make_offers(2, price="100")
    ask(desk, "change_prices", tea, milk, **RAISE)
    press(desk, "apply")
    change_offer(pk=milk.pk, values={"regular_price": Decimal(80)}, document="user:9")

    page = shown(press(desk, "undo"))

    assert "80.00 100.00 edited since, and kept" in page
    assert "1 would change." in page
    applied = ChangeSet.objects.earliest("pk")
    desk.post(f"{SETS}{applied.pk}/undo/", {"force": "1"})
    press(desk, "apply")
    assert (price(tea), price(milk)) == ("100.00", "100.00")
    told = desk.post(f"{SETS}{applied.pk}/undo/", follow=True)
    assert "This is undone already." in shown(told)


def test_stock_is_changed_with_a_reason(desk: Client) -> None:
    tea = make_offer(stock=10)

    page = shown(ask(desk, "change_stock", tea, how="by", value="-4"))
    assert "This field is required." in page
    page = shown(ask(desk, "change_stock", tea, how="by", value="-4", note="broken"))
    assert "10 6" in page
    take_stock(quantities={tea.pk: 1}, document="order:1")
    press(desk, "apply")

    tea.refresh_from_db()
    assert tea.stock == 5
    assert tea.movements.latest("pk").note == "broken"


def test_offers_are_withdrawn_and_products_hidden_and_moved(desk: Client) -> None:
    tea = make_offer(price="100")
    teas = Category.objects.create(name="Teas", slug="teas")

    assert "listed withdrawn" in shown(ask(desk, "change_listing", tea, how="withdraw"))
    press(desk, "apply")
    product = tea.product
    assert "shown hidden" in shown(
        ask(desk, "change_active", product, page=PRODUCTS, how="hide")
    )
    press(desk, "apply")
    move = {"how": "move", "category": str(teas.pk)}
    page = shown(ask(desk, "change_categories", product, page=PRODUCTS, **move))
    assert "Move to “Teas”" in page
    assert "— Teas" in page
    press(desk, "apply")
    tea.refresh_from_db()
    product.refresh_from_db()
    assert (tea.is_withdrawn, product.is_active) == (True, False)
    assert list(product.categories.all()) == [teas]


def test_prices_are_changed_by_products_and_shop(desk: Client) -> None:
    tea = make_offer(price="100")

    page = ask(desk, "change_prices", tea.product, page=PRODUCTS, **RAISE)
    assert "100.00 105.00" in shown(page)
    other = RAISE | {"shop": "999"}
    page = ask(desk, "change_prices", tea.product, page=PRODUCTS, **other)
    assert "Select a valid choice." in shown(page)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (RAISE | {"value": ""}, "Say by how much."),
        (RAISE | {"how": "set"}, "Choose one of the two to set."),
        (RAISE | {"how": "sale", "value": "100"}, "Between 0 and 100."),
        (RAISE | {"value": "x"}, "Enter a number."),
        (RAISE | {"value": "1e10"}, "Ensure that"),
        (RAISE | {"rounding": "7"}, "Select a valid choice."),
    ],
)
def test_nonsense_is_told_beside_its_field(
    desk: Client, answers: dict[str, str], told: str
) -> None:
    page = ask(desk, "change_prices", make_offer(), **answers)

    assert told in shown(page)
    assert ChangeSet.objects.count() == 0


@pytest.mark.parametrize(
    ("page", "facts"),
    [
        (OFFERS, {"action": "change_prices", "_selected_action": "abc"}),
        (OFFERS, {"action": "change_prices", "_selected_action": "9" * 20}),
        (OFFERS, {"action": "bogus"}),
        (PRODUCTS, {"action": "change_categories", "how": "move", "category": "x"}),
        (PRODUCTS, {"action": "change_prices", "shop": "x"} | RAISE),
        ("/admin/catalog/category/", {"action": "move", "parent": "x"}),
    ],
)
def test_a_tampered_page_is_refused(
    desk: Client, page: str, facts: dict[str, str]
) -> None:
    tea = make_offer()
    Category.objects.create(pk=tea.pk, name="Teas", slug="teas")

    answer = desk.post(page, {"_selected_action": str(tea.pk)} | facts)

    assert answer.status_code in {200, 302}
    assert ChangeSet.objects.count() == 0


def test_all_that_a_filter_finds_is_chosen(desk: Client) -> None:
    make_offers(3, price="100")
    make_offer(price="100", stock=0)
    chosen = {"action": "change_prices", "_selected_action": "1"} | RAISE

    desk.post(f"{OFFERS}?stocked=yes", chosen | {"select_across": "1"})

    assert ChangeSet.objects.get().changed_count == 3


def test_a_selection_too_large_is_refused(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.services.changes.previewing.MOST_CHANGES", 1)

    page = ask(desk, "change_prices", *make_offers(2), **RAISE)

    assert "One change takes at most 1 rows: narrow the selection." in shown(page)


def test_at_most_a_hundred_rows_are_shown_and_the_rest_counted(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "SHOWN", 2)

    page = shown(ask(desk, "change_prices", *make_offers(5), **RAISE))

    assert page.count("100.00 105.00") == 2
    assert "and 3 more" in page


def test_only_who_may_change_offers_sees_and_applies(desk: Client, sam: User) -> None:
    tea = make_offer(price="100")
    ask(desk, "change_prices", tea, **RAISE)
    shown_set = ChangeSet.objects.get()
    sam.groups.clear()  # staff without any role
    clerk = browser_of(sam)
    chosen = {"action": "change_prices", "_selected_action": str(tea.pk)} | RAISE

    def statuses() -> list[int]:
        page = f"{SETS}{shown_set.pk}/"
        return [
            clerk.get(SETS).status_code,
            clerk.get(f"{page}change/").status_code,
            clerk.post(f"{page}undo/").status_code,
            clerk.post(f"{page}apply/").status_code,
        ]

    assert statuses() == [403] * 4
    sam.user_permissions.set(Permission.objects.filter(codename="view_offer"))
    clerk.post(OFFERS, chosen | {"select_across": "0"})
    assert statuses() == [403] * 4
    assert ChangeSet.objects.count() == 1
    sam.user_permissions.set(Permission.objects.filter(codename="change_offer"))
    assert statuses() == [200, 200, 302, 302]
    assert price(tea) == "105.00"
    assert desk.get(f"{SETS}{shown_set.pk}/apply/").status_code == 404
    assert desk.get(f"{SETS}999999/change/").status_code == 404


def test_the_list_of_changes_takes_the_same_queries_for_2_and_for_20(
    desk: Client,
) -> None:
    tea = make_offer(price="100")

    def many(count: int) -> int:
        for _ in range(count):
            ask(desk, "change_prices", tea, **RAISE)
        return queries(desk, SETS)

    few = many(2)
    assert many(18) == few
    assert few <= 10
