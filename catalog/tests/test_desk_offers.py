"""Offers and products at the desk: edited where they stand, never over others' work."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from catalog.models import Brand, Category, Offer, PriceChange, Product, StockMovement
from catalog.services import audit_stock, change_offer, correct_stock, take_stock
from catalog.tests.desk import OFFERS, PRODUCTS, browser_of, inputs, queries, shown
from catalog.tests.factories import make_offer, make_offers, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Client:
    return browser_of()


def row_of(page: dict[str, str], offer: Offer) -> str:
    """The prefix of an offer's inputs in the list."""
    (name,) = [k for k, v in page.items() if k.endswith("-id") and v == str(offer.pk)]
    return name.removesuffix("id")


def save(desk: Client, page: dict[str, str], **typed: str) -> Any:
    return desk.post(OFFERS, page | {"_save": "Save"} | typed, follow=True)


def edited(desk: Client, offer: Offer, **typed: str) -> tuple[dict[str, str], Any]:
    """The list as it was opened, and what came of typing this into it."""
    page = inputs(desk.get(OFFERS).content.decode())
    row = row_of(page, offer)
    return page, save(
        desk, page, **{row + name: value for name, value in typed.items()}
    )


def facts(offer: Offer) -> tuple[str, str | None, int]:
    offer.refresh_from_db()
    discount = offer.discount_price
    return str(offer.regular_price), discount and str(discount), offer.stock


def test_prices_and_stock_are_edited_in_the_list(desk: Client) -> None:
    tea, milk = make_offers(2, price="100", stock=10)

    _, answer = edited(
        desk, tea, regular_price="120", discount_price="90.50", difference="-3"
    )
    assert "Say why stock changes." in shown(answer)
    assert facts(tea) == ("100.00", None, 10)
    typed = {"regular_price": "120", "difference": "-3", "reason": "broken"}
    _, answer = edited(desk, tea, **typed, discount_price="90.50")

    assert "1 offer was changed" in shown(answer)
    assert facts(tea) == ("120.00", "90.50", 7)
    assert facts(milk) == ("100.00", None, 10)
    olga = User.objects.get(username="olga")
    change, move = PriceChange.objects.get(), StockMovement.objects.latest("pk")
    assert (str(change.price), change.document) == ("90.50", f"user:{olga.pk}")
    assert (move.delta, move.note, move.document) == (-3, "broken", change.document)
    tea.product.refresh_from_db()
    assert str(tea.product.price_from) == "90.50"


def test_each_row_has_a_reason_of_its_own(desk: Client) -> None:
    tea, milk = make_offers(2, stock=10)
    page = inputs(desk.get(OFFERS).content.decode())
    typed = {}
    for offer, why in ((tea, "found"), (milk, "broken")):
        row = row_of(page, offer)
        typed |= {f"{row}difference": "1", f"{row}reason": why}

    save(desk, page, **typed)

    moves = StockMovement.objects.filter(reason="manual").order_by("offer")
    assert list(moves.values_list("offer", "note")) == [
        (tea.pk, "found"),
        (milk.pk, "broken"),
    ]


def test_a_stale_page_takes_back_neither_sales_nor_others_prices(desk: Client) -> None:
    tea, milk = make_offers(2, price="100", stock=10)
    page = inputs(desk.get(OFFERS).content.decode())
    take_stock(quantities={tea.pk: 4, milk.pk: 4}, document="order:1")
    change_offer(pk=milk.pk, values={"regular_price": Decimal(80)}, document="user:9")

    row = row_of(page, tea)
    save(desk, page, **{f"{row}regular_price": "110"})

    assert facts(tea) == ("110.00", None, 6)
    assert facts(milk) == ("80.00", None, 6)

    row = row_of(page, milk)
    answer = save(desk, page, **{f"{row}regular_price": "105"})

    assert "Somebody changed it meanwhile: it is 80.00." in shown(answer)
    assert facts(milk) == ("80.00", None, 6)
    assert audit_stock()[1] == []


BAD = [
    ({"regular_price": "0"}, "A price is above 0."),
    ({"regular_price": "abc"}, "Enter a number."),
    ({"discount_price": "100"}, "It must be below the regular price."),
    ({"difference": "-11", "reason": "x"}, "Only 10 are there."),
    ({"difference": "999999", "reason": "x"}, "Stock is at most 1000000."),
    ({"difference": "1.5", "reason": "x"}, "Enter a whole number."),
]


@pytest.mark.parametrize(("typed", "told"), BAD)
def test_nonsense_is_told_and_nothing_is_changed(
    desk: Client, typed: dict[str, str], told: str
) -> None:
    tea, milk = make_offers(2, price="100", stock=10)
    page = inputs(desk.get(OFFERS).content.decode())
    mine, other = row_of(page, tea), row_of(page, milk)
    values = {mine + name: value for name, value in typed.items()}

    answer = save(desk, page, **values, **{f"{other}regular_price": "50"})

    assert answer.status_code == 200
    assert told in shown(answer)
    assert facts(tea) == facts(milk) == ("100.00", None, 10)


def product_page(desk: Client, product: Product) -> tuple[str, dict[str, str]]:
    address = f"{PRODUCTS}{product.pk}/change/"
    return address, inputs(desk.get(address).content.decode())


def test_a_products_offers_are_edited_on_its_page(desk: Client) -> None:
    tea = make_offer(price="100", stock=5)
    address, page = product_page(desk, tea.product)
    typed = {"regular_price": "95", "difference": "2", "reason": "counted"}

    answer = desk.post(address, page | {f"offers-0-{k}": v for k, v in typed.items()})

    assert answer.status_code == 302, shown(answer)
    assert facts(tea) == ("95.00", None, 7)
    log = shown(desk.get(address))
    assert "Why this price" in log
    assert "95.00 95.00 olga" in log
    assert "+2 7 olga counted" in log


def test_a_product_gets_an_offer_on_its_page(desk: Client) -> None:
    tea = make_offer()
    address, page = product_page(desk, tea.product)
    new = {
        "shop": str(tea.shop_id),
        "article": "second",
        "regular_price": "70",
        "difference": "4",
        "reason": "delivery",
    }
    page |= {f"offers-1-{name}": value for name, value in new.items()}

    answer = desk.post(address, page | {"offers-TOTAL_FORMS": "2"})

    assert answer.status_code == 302, shown(answer)
    offer = Offer.objects.get(article="second")
    assert facts(offer) == ("70.00", None, 4)
    tea.product.refresh_from_db()
    assert tea.product.best_offer == offer


def test_a_stale_page_of_a_product_is_refused(desk: Client) -> None:
    tea = make_product(name="Tea")
    address, page = product_page(desk, tea)
    Product.objects.update(description="By somebody else")

    answer = desk.post(address, page | {"name": "Green tea"})

    assert "Somebody else changed this meanwhile." in shown(answer)
    tea.refresh_from_db()
    assert (tea.name, tea.description) == ("Tea", "By somebody else")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (
            'Screen (inch): 6.1\nDual SIM: yes\nModel: "15"\nSize: 10: 20',
            {"Screen (inch)": 6.1, "Dual SIM": True, "Model": "15", "Size: 10": 20},
        ),
        ("", {}),
        ("Code: 007\nRatio: nan", {"Code": "007", "Ratio": "nan"}),
    ],
)
def test_attributes_are_written_one_a_line(
    desk: Client, typed: str, kept: dict[str, Any]
) -> None:
    tea = make_product()
    address, page = product_page(desk, tea)

    desk.post(address, page | {"attributes": typed})

    tea.refresh_from_db()
    assert tea.attributes == kept
    again = product_page(desk, tea)[1]
    desk.post(address, again)
    tea.refresh_from_db()
    assert tea.attributes == kept


def test_attributes_that_are_none_are_told(desk: Client) -> None:
    tea = make_product()
    address, page = product_page(desk, tea)

    for typed in ("no colon", "A: 1\nA: 2"):
        answer = desk.post(address, page | {"attributes": typed})
        assert answer.status_code == 200, typed
    tea.refresh_from_db()
    assert tea.attributes == {}


def test_the_list_is_searched_and_narrowed_down(desk: Client) -> None:
    drinks = Category.objects.create(name="Drinks", slug="drinks")
    teas = Category.objects.create(name="Teas", slug="teas", parent=drinks)
    brand = Brand.objects.create(name="Ahmad", slug="ahmad")
    green = make_product(name="Sencha Kyoto", categories=[teas])
    Product.objects.filter(pk=green.pk).update(brand=brand)
    tea = make_offer(product=green, discount="90", stock=0)
    make_offer(product=make_product(name="Milk"))

    narrowed = {
        "q": "sench",
        "product__categories__id__exact": str(drinks.pk),
        "product__brand__id__exact": str(brand.pk),
        "stocked": "no",
        "reduced": "yes",
    }
    for name, value in narrowed.items():
        page = shown(desk.get(OFFERS, {name: value}))
        assert "Sencha" in page, name
        assert "Milk" not in page, name
    assert "Sencha" in shown(desk.get(OFFERS, {"q": tea.article}))
    for name in narrowed:
        assert desk.get(OFFERS, {name: "nonsense"}).status_code in {200, 302}
    products = {
        "q": "kyoto",
        "categories__id__exact": str(drinks.pk),
        "in_stock__exact": "0",
        "reduced": "yes",
    }
    for name, value in products.items():
        page = shown(desk.get(PRODUCTS, {name: value}))
        assert "Sencha" in page, name
        assert "Milk" not in page, name
    by_shop = {"offers__shop__id__exact": str(tea.shop_id)}
    assert shown(desk.get(PRODUCTS, by_shop)).count("Sencha Kyoto") == 1


def test_the_category_tree_is_indented_and_moved(desk: Client) -> None:
    food, teas, drinks = (
        Category.objects.create(name=n, slug=n) for n in ("Food", "Teas", "Drinks")
    )
    chosen = {"action": "move", "_selected_action": str(teas.pk)}
    address = "/admin/catalog/category/"
    asked = desk.post(address, chosen | {"index": "0"})
    assert 'name="parent"' in asked.content.decode()

    desk.post(address, chosen | {"parent": str(drinks.pk)})

    text = shown(desk.get(address))
    assert text.index("Drinks") < text.index("└ Teas") < text.rindex("Food")
    desk.post(
        address,
        {"action": "move", "_selected_action": str(drinks.pk)}
        | {"parent": str(teas.pk)},
    )
    drinks.refresh_from_db()
    assert (drinks.parent, food.parent) == (None, None)


def test_categories_move_all_or_none_and_where_each_stood_is_told(desk: Client) -> None:
    food = Category.objects.create(name="Food", slug="food")
    teas = Category.objects.create(name="Teas", slug="teas", parent=food)
    green = Category.objects.create(name="Green", slug="green", parent=teas)
    home = Category.objects.create(name="Home", slug="home")

    def move(*chosen: Category, below: Category | None) -> str:
        form = {"action": "move", "parent": str(below.pk) if below else ""}
        rows = {"_selected_action": [str(one.pk) for one in chosen]}
        address = "/admin/catalog/category/"
        return shown(desk.post(address, form | rows, follow=True))

    told = move(teas, home, below=None)
    refused = move(food, teas, below=green)  # Food could, Teas is above Green

    assert "Teas (Food → the top); Home (the top → the top)" in told
    assert "cannot stand below itself" in refused
    parents = dict(Category.objects.values_list("name", "parent__name"))
    assert parents == {"Food": None, "Teas": None, "Green": "Teas", "Home": None}


@pytest.mark.parametrize("page", [OFFERS, PRODUCTS])
def test_a_list_takes_the_same_queries_for_3_rows_and_for_30(
    desk: Client, page: str
) -> None:
    def branded(count: int) -> None:
        for offer in make_offers(count):
            name = f"Brand {offer.pk}"
            offer.product.brand = Brand.objects.create(name=name, slug=f"b-{offer.pk}")
            offer.product.save()

    branded(3)
    desk.get(page)
    few = queries(desk, page)
    branded(27)

    assert queries(desk, page) == few
    assert few <= 14


def test_a_page_takes_the_same_queries_for_1_offer_and_for_12(desk: Client) -> None:
    tea = make_offer()
    correct_stock(offer_id=tea.pk, delta=1, document="user:1", note="found")
    address = f"{PRODUCTS}{tea.product_id}/change/"
    desk.get(address)
    few = queries(desk, address)
    for _ in range(11):
        other = make_offer(product=tea.product)
        for document in ("user:1", "order:7"):
            correct_stock(offer_id=other.pk, delta=1, document=document, note="found")

    assert queries(desk, address) == few
    assert few <= 24


def test_who_may_only_look_sees_all_and_changes_nothing(sam: User) -> None:
    tea = make_offer(price="100", stock=10)
    looks = ["view_offer", "view_product", "view_photo"]
    sam.groups.clear()
    sam.user_permissions.set(Permission.objects.filter(codename__in=looks))
    clerk = browser_of(sam)
    own = f"{OFFERS}{tea.pk}/change/"
    pages = [OFFERS, PRODUCTS, own, f"{PRODUCTS}{tea.product_id}/change/"]

    for page in pages:
        seen = clerk.get(page)
        assert seen.status_code == 200, page
        assert not re.search(r'name="[^"]*regular_price"', seen.content.decode()), page

    assert clerk.post(own, {"regular_price": "1"}).status_code == 403
    typed = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "Save"}
    row = {"form-0-id": str(tea.pk), "form-0-regular_price": "1"}
    clerk.post(OFFERS, typed | row)
    assert facts(tea) == ("100.00", None, 10)
