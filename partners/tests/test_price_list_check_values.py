"""Checking values: prices, quantities and texts."""

from decimal import Decimal

import pytest

from partners.tests.test_price_list_read import (
    HEAD,
    codes,
    make_good,
    read,
    refusals,
    warnings,
)


@pytest.mark.parametrize("price", ["0.01", '"1990.50"', "9999999999.99", "007"])
def test_prices_are_exact(price):
    (good,) = read(HEAD + make_good(price=price)).goods

    assert str(good.regular_price) == str(Decimal(price.strip('"')))


@pytest.mark.parametrize(
    "price",
    [
        *("twelve", "0", "0.00", "-5", "+5", "5.", ".5", "1.999", "1_000", "0x10"),
        *("1e3", "1e308", ".nan", ".inf", "٤٢", "10000000000", "9" * 50, "1:30"),
        *("true", "2001-99-99", '"1 990"', '"1990,50"', '" 5"', '""'),
    ],
)
@pytest.mark.parametrize("field", ["price", "price_rrc", "discount_price"])
def test_other_amounts_are_refused_quoting_them(field, price):
    text = price.strip('"')

    message = f"{field} '{text}' is not an amount like 1990 or 1990.50"
    assert refusals(HEAD + make_good(**{field: price})) == [
        (5, "invalid-price", f"goods[0] 'Phone X': {message}")
    ]


def test_a_price_above_the_recommended_one_is_a_warning():
    message = "goods[0] 'Phone X': price 1990 is above price_rrc 1500"

    assert warnings(read(HEAD + make_good(price_rrc="1500"))) == [
        (5, "price-above-recommended", message)
    ]


@pytest.mark.parametrize("discount", ["1990", "1990.01"])
def test_a_discount_must_be_below_the_price(discount):
    message = f"discount_price {discount} is not below price 1990"

    assert refusals(HEAD + make_good(discount_price=discount)) == [
        (5, "invalid-discount", f"goods[0] 'Phone X': {message}")
    ]


@pytest.mark.parametrize("quantity", ["0", "1000000", '"14"'])
def test_quantities_are_whole_numbers(quantity):
    (good,) = read(HEAD + make_good(quantity=quantity)).goods

    assert good.stock == int(quantity.strip('"'))


@pytest.mark.parametrize(
    "quantity", ["-1", "5.0", "1_000", "many", "٤٢", "true", "1e3", "9" * 5000]
)
def test_other_quantities_are_refused(quantity):
    shown = quantity[:60] + "…" * (len(quantity) > 60)
    message = f"quantity '{shown}' is not a whole number like 0 or 14"

    assert refusals(HEAD + make_good(quantity=quantity)) == [
        (5, "invalid-quantity", f"goods[0] 'Phone X': {message}")
    ]


@pytest.mark.parametrize("quantity", ["9999999", "1000001"])
def test_placeholder_quantities_are_refused(quantity):
    message = f"goods[0] 'Phone X': quantity {quantity} looks like a placeholder"

    assert refusals(HEAD + make_good(quantity=quantity)) == [
        (5, "quantity-sentinel", message)
    ]


def test_names_are_normalised():
    (good,) = read(HEAD + make_good(name='"  Cafe\\u0301 "')).goods

    assert good.name == "Café"


@pytest.mark.parametrize(
    "escape", [r"\0", r"\x07", r"\t", r"\u202E", r"\u200B", r"\u2066", r"\uFEFF"]
)
@pytest.mark.parametrize("field", ["name", "model", "brand", "id"])
def test_invisible_characters_are_refused(field, escape):
    assert codes(HEAD + make_good(**{field: f'"a{escape}b"'})) == [
        "suspicious-characters"
    ]


def test_names_have_a_length():
    good = make_good(name="n" * 255, model="m" * 255, brand="b" * 255)
    assert len(read(HEAD + good).goods) == 1

    too_long = make_good(name="n" * 256, model="m" * 256)
    title = f"goods[0] '{'n' * 60}…'"
    assert refusals(HEAD + too_long + make_good(id="2", name='" "')) == [
        (5, "invalid-text", f"{title}: name has 256 characters, more than 255"),
        (5, "invalid-text", f"{title}: model has 256 characters, more than 255"),
        (6, "invalid-text", "goods[1] ' ': name is empty"),
    ]


@pytest.mark.parametrize(
    ("model", "brand", "expected"),
    [
        ("apple/iphone/xr", None, "apple"),
        ("apple/iphone/xr", "Apple Inc.", "Apple Inc."),
        ("YAMAHA MT-09", None, ""),
        (None, None, ""),
    ],
)
def test_the_brand_comes_from_its_key_or_the_model(model, brand, expected):
    (good,) = read(HEAD + make_good(model=model, brand=brand)).goods

    assert good.brand == expected
