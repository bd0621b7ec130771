"""Checking the structure: YAML without its traps, keys, types, all errors told."""

import pytest

from partners.exceptions import PriceListInvalid
from partners.tests.test_price_list_read import (
    HEAD,
    codes,
    make_good,
    read,
    refusals,
    warnings,
)


@pytest.mark.parametrize("text", ["just text", "- shop", "5"])
def test_a_file_that_is_no_mapping_is_refused(text):
    message = "The file must be a mapping with the keys shop and goods."

    assert refusals(text) == [(1, "wrong-type", message)]


def test_the_required_keys_of_the_file_are_asked_for():
    assert refusals("categories: []") == [
        (1, "missing-key", "shop is missing"),
        (1, "missing-key", "goods is missing"),
    ]


def test_an_empty_list_of_goods_is_accepted_with_a_warning():
    message = "The list has no goods: all goods of the shop would be withdrawn."

    assert warnings(read("shop: S\ngoods: []")) == [(1, "no-goods", message)]


def test_anchors_and_aliases_are_refused():
    text = HEAD + make_good(name="&a Phone", description="*a")

    assert refusals(text) == [
        (5, "alias-not-allowed", "Line 5: the anchor or alias 'a' is not allowed."),
        (5, "alias-not-allowed", "Line 5: the anchor or alias 'a' is not allowed."),
    ]


@pytest.mark.parametrize("tag", ["!!str", "!!python/object:os.system", "!x", "!"])
def test_tags_are_refused(tag):
    assert codes(HEAD + make_good(name=f"{tag} Phone")) == ["tag-not-allowed"]


def test_a_second_document_is_refused():
    text = HEAD + make_good() + "---\nshop: Other"

    assert refusals(text) == [
        (6, "several-documents", "A second document begins at line 6.")
    ]


@pytest.mark.parametrize("opening", ["[", "{", "{a: ", "[a: "])
def test_deep_nesting_is_refused_without_reading_on(opening):
    text = HEAD + "- {id: 1, parameters: {a: " + opening * 300_000

    assert codes(text)[-1] == "too-deep"


def test_eight_levels_are_not_too_deep():
    price_list = read(HEAD + make_good() + "x: {a: {b: [[[[[1]]]]]}}")

    assert warnings(price_list) == [
        (6, "unknown-key", "Key x is unknown and was ignored (1 in all).")
    ]
    assert codes(HEAD + make_good() + "x: {a: {b: [[[[[[1]]]]]]}}") == ["too-deep"]


def test_duplicate_keys_are_refused_naming_both_lines():
    text = HEAD + "- id: 1\n  name: A\n  category: 224\n  price: 5\n  quantity: 1\n"

    assert refusals(text + "  price: 6\n") == [
        (10, "duplicate-key", "goods[0] 'A': price is written twice, at lines 8 and 10")
    ]


def test_a_key_that_is_not_text_is_refused():
    assert refusals(HEAD + make_good() + "? [a]\n: b\n") == [
        (6, "wrong-type", "expected plain text as a key (line 6)")
    ]


def test_unknown_keys_are_counted_once_per_level():
    text = HEAD + make_good(color="red") + make_good(id="2", color="{a: [1]}")

    assert warnings(read(text)) == [
        (5, "unknown-key", "Key goods[].color is unknown and was ignored (2 in all).")
    ]


def test_every_missing_key_of_a_good_is_named():
    assert refusals(HEAD + make_good() + "- {id: 2, price: null}\n") == [
        (6, "missing-key", "goods[1]: name is missing"),
        (6, "missing-key", "goods[1]: category is missing"),
        (6, "missing-key", "goods[1]: quantity is missing"),
        (6, "missing-key", "goods[1]: price is empty"),
    ]


def test_an_empty_item_is_refused_with_its_line():
    assert refusals(HEAD + make_good() + "- \n") == [
        (6, "empty-item", "goods[1]: the item is empty")
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("shop: [a]\ngoods: []", 1, "shop must be a single value (line 1)"),
        ("shop: a\ngoods: {}", 2, "goods must be a list (line 2)"),
        ("shop: a\ngoods:", 2, "goods must be a list (line 2)"),
        ("shop: a\ncategories: 5\ngoods: []", 2, "categories must be a list (line 2)"),
        (
            HEAD + "- Phone",
            5,
            "goods[0]: expected a mapping of keys and values (line 5)",
        ),
        (
            HEAD + make_good(price="[5]"),
            5,
            "goods[0] 'Phone X': price must be a single value (line 5)",
        ),
        (
            HEAD + make_good(parameters="red"),
            5,
            "goods[0] 'Phone X': parameters must be a mapping or a list (line 5)",
        ),
        (
            HEAD + make_good(parameters="{a: {b: c}}"),
            5,
            "goods[0].parameters 'Phone X': a must be a single value (line 5)",
        ),
    ],
)
def test_wrong_types_are_refused_naming_field_and_line(text, line, message):
    assert refusals(text) == [(line, "wrong-type", message)]


def test_all_errors_are_counted_and_the_first_100_kept():
    text = HEAD + make_good(price_rrc="1")
    text += "".join(make_good(id=f"g{n}", price="x") for n in range(2000))

    with pytest.raises(PriceListInvalid) as refused:
        read(text)

    assert refused.value.total == 2001
    assert [(f.line, f.code) for f in refused.value.findings] == [
        (line, "invalid-price") for line in range(6, 106)
    ]


def test_an_error_of_syntax_comes_with_the_errors_before_it():
    assert codes(HEAD + make_good(price="x") + "- ]") == [
        "invalid-price",
        "yaml-syntax",
    ]
