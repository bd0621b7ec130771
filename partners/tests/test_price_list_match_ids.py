"""Matching ids: articles of goods, and categories by id or by name."""

import pytest

from catalog.models import Product
from partners.price_list import ListedCategory
from partners.tests.reading import import_whole
from partners.tests.test_price_list_read import HEAD, make_good, read, refusals


def test_an_id_is_the_same_quoted_or_not(db):
    text = HEAD + make_good(id="12") + make_good(id='"12"')

    message = "goods[1] 'Phone X': id '12' at line 6 is already used at line 5"
    assert refusals(text, import_whole) == [(6, "duplicate-id", message)]


@pytest.mark.parametrize("article", ["0", str(2**50), "A-12", '"007"', "1.5", "Ж/1"])
def test_articles_of_many_kinds_are_accepted(article):
    (good,) = read(HEAD + make_good(id=article)).goods

    assert good.article == article.strip('"')


@pytest.mark.parametrize("article", ["-1", str(2**50 + 1), "9" * 200, "٤٢", "-1e5"])
def test_numbers_that_are_no_ids_are_refused(article):
    text = HEAD + make_good(id=article)

    shown = article[:60] + "…" * (len(article) > 60)
    message = f"id '{shown}' is not a number from 0 to 1125899906842624"
    assert refusals(text) == [(5, "invalid-id", f"goods[0] 'Phone X': {message}")]


def test_an_id_must_not_be_missing_where_others_have_one(db):
    text = HEAD + make_good(id=None) + make_good()

    message = "goods[0] 'Phone X': id is missing, though other goods have one"
    assert refusals(text, import_whole) == [(5, "missing-key", message)]


def test_names_that_stand_for_ids_must_differ(db):
    text = HEAD + make_good(id=None) + make_good(id=None)

    assert refusals(text, import_whole) == [
        (
            6,
            "duplicate-id",
            "goods[1] 'Phone X': without ids, the name at line 6 "
            "is already used at line 5",
        ),
        (5, "no-ids", "No good has an id; names are used, so keep them unchanged."),
    ]


def test_goods_may_come_before_the_categories(db):
    text = (
        "shop: S\ngoods:\n" + make_good() + make_good(id="2", name="Y", category="Toys")
    )
    text += "categories:\n- {id: 224, name: Smartphones}\n- {id: 3, name: Toys}\n"

    import_whole(text.encode())

    categories = Product.objects.order_by("pk").values_list("categories__name")
    assert list(categories) == [("Smartphones",), ("Toys",)]


def test_undeclared_categories_are_refused_wherever_the_categories_stand():
    declared = "categories:\n- {id: 1, name: Toys}\n"
    message = "goods[0] 'Phone X': category '224' is not declared"

    before = refusals("shop: S\n" + declared + "goods:\n" + make_good())
    after = refusals("shop: S\ngoods:\n" + make_good() + declared)

    assert before == [(5, "undeclared-category", message)]
    assert after == [(3, "undeclared-category", message)]


def test_a_number_is_no_category_name_where_none_is_declared():
    message = "category '224' is a number, and no categories are declared"

    assert refusals("shop: S\ngoods:\n" + make_good()) == [
        (3, "undeclared-category", f"goods[0] 'Phone X': {message}")
    ]


def test_categories_are_checked():
    text = """shop: S
categories:
- {id: 1, name: A, parent: 2}
- {id: 2, name: B, parent: 1}
- {id: 2, name: C}
- {id: 3, name: D, parent: 9}
- {name: E}
goods: []
"""

    assert refusals(text) == [
        (3, "category-circle", "Category 'A' is its own ancestor."),
        (
            5,
            "duplicate-id",
            "categories[2] 'C': id '2' at line 5 is already used at line 4",
        ),
        (6, "undeclared-category", "categories[3] 'D': parent '9' is not declared"),
        (7, "missing-key", "categories[4] 'E': id is missing"),
    ]


def test_categories_of_one_name_are_one_category():
    text = "shop: S\ncategories:\n- {id: 224, name: A}\n- {id: 2, name: A}\ngoods:\n"

    price_list = read(text + make_good() + make_good(id="2", category="2"))

    assert price_list.categories == [ListedCategory("A", None, 3)]
    assert [good.category for good in price_list.goods] == ["A", "A"]
