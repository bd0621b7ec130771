"""An offer and its card as one thing: put on sale, changed, taken from sale."""

from decimal import Decimal

import pytest

from catalog.exceptions import DeletedMeanwhile, FieldRefused, OfferNotFound
from catalog.models import Category, Offer, PriceChange, Product, StockMovement
from catalog.services import (
    add_item,
    audit_stock,
    categories_by_name,
    change_item,
    dissolve_category,
    take_stock,
    withdraw_item,
)

pytestmark = pytest.mark.django_db
TEA = {
    "name": "Green tea",
    "description": "First flush",
    "regular_price": Decimal("7.00"),
    "discount_price": Decimal("6.50"),
    "stock": 10,
    "categories": [],
}


def add(**values):
    return add_item(values=TEA | values, document="user:1")


def change(item, **values):
    return change_item(offer_id=item.pk, values=values, document="user:1")


def test_an_item_is_a_product_and_its_offer_in_the_house_shop():
    tea = categories_by_name({"Tea": None})["Tea"]

    item = add(categories=[tea.pk])

    assert (item.shop.is_house, item.stock, item.price) == (True, 10, Decimal("6.50"))
    product = Product.objects.on_sale().get()
    assert (product.best_offer, list(product.categories.all())) == (item, [tea])
    assert PriceChange.objects.get().price == Decimal("6.50")
    assert StockMovement.objects.get().document == "user:1"
    assert audit_stock() == (1, [])


def test_stock_is_set_as_the_difference_to_what_is_there_now():
    item = add()
    take_stock(quantities={item.pk: 3}, document="order:1")

    changed = change(item, stock=5)

    assert changed.stock == 5
    assert [row.delta for row in StockMovement.objects.order_by("pk")] == [10, -3, -2]
    assert audit_stock() == (1, [])


def test_what_is_not_named_stays():
    item = add()

    change(item, name="Black tea")
    changed = change(item, discount_price=None)

    assert changed.product.name == "Black tea"
    assert (changed.price, changed.stock) == (Decimal("7.00"), 10)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"discount_price": Decimal("7.00")}, "discount_price"),
        ({"regular_price": Decimal("6.00")}, "discount_price"),
        ({"categories": [999]}, "categories"),
    ],
)
def test_a_refused_change_changes_nothing(wrong, field):
    item = add()

    with pytest.raises(FieldRefused) as refusal:
        change(item, name="Black tea", stock=3, **wrong)

    assert refusal.value.field == field
    item.refresh_from_db()
    assert (item.stock, item.price) == (10, Decimal("6.50"))
    assert Product.objects.get().name == "Green tea"


def test_a_withdrawn_item_is_not_there_any_more():
    item = add()
    withdraw_item(offer_id=item.pk, document="user:1")

    assert not Product.objects.on_sale().exists()
    for again in (
        lambda: change(item, stock=3),
        lambda: withdraw_item(offer_id=item.pk, document="user:1"),
    ):
        with pytest.raises(OfferNotFound):
            again()
    assert Offer.objects.get().stock == 10


def test_a_dissolved_category_leaves_its_products_and_what_is_below_it():
    names = {"Goods": None, "Tea": "Goods", "Green": "Tea"}
    tree = categories_by_name(names)
    item = add(categories=[tree["Tea"].pk])

    dissolve_category(pk=tree["Tea"].pk)

    assert Category.objects.get(name="Green").parent == tree["Goods"]
    assert not item.product.categories.exists()
    with pytest.raises(DeletedMeanwhile):
        dissolve_category(pk=tree["Tea"].pk)
