"""Reading a price list: what is accepted, what is refused, and what is said."""

from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partners.exceptions import PriceListInvalid
from partners.price_list import (
    Finding,
    Good,
    ListedCategory,
    PriceList,
    read_price_list,
)

REAL_LISTS = Path(__file__).parents[3] / "shared" / "pricelists"
needs_real_lists = pytest.mark.skipif(
    not REAL_LISTS.is_dir(), reason=f"no real price lists at {REAL_LISTS}"
)

HEAD = "shop: Example Shop\ncategories:\n- {id: 224, name: Smartphones}\ngoods:\n"


def make_good(**changes: str | None) -> str:
    """One good in flow style; a change to None takes the key away."""
    fields = {
        "id": "1",
        "category": "224",
        "name": "Phone X",
        "price": "1990",
        "quantity": "5",
        **changes,
    }
    text = ", ".join(f"{k}: {v}" for k, v in fields.items() if v is not None)
    return f"- {{{text}}}\n"


def read(text: str) -> PriceList:
    return read_price_list(text.encode())


def refusals(text: str | bytes, **limits: int) -> list[tuple[int | None, str, str]]:
    """Line, code and message of each finding of a refused list."""
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(PriceListInvalid) as refused:
        read_price_list(content, **limits)
    assert refused.value.total == len(refused.value.findings)
    return [(f.line, f.code, f.message) for f in refused.value.findings]


def codes(text: str | bytes) -> list[str]:
    return [code for _, code, _ in refusals(text)]


def warnings(price_list: PriceList) -> list[tuple[int | None, str, str]]:
    assert price_list.findings_total == len(price_list.findings)
    assert {f.severity for f in price_list.findings} <= {"warning"}
    return [(f.line, f.code, f.message) for f in price_list.findings]


def read_real(number: str) -> PriceList:
    (path,) = REAL_LISTS.glob(f"{number}-*.yaml")
    return read_price_list(path.read_bytes())


def test_a_full_good_is_read_whole():
    price_list = read(
        """shop: Example Shop
categories:
  - {id: 1, name: Electronics}
  - {id: 224, name: Smartphones, parent: 1}
goods:
  - id: 4216292
    category: 224
    model: acme/x/256
    name: Phone X 256GB (red)
    price: 65000
    price_rrc: "69990.50"
    discount_price: 64000.99
    quantity: 9
    description: |
      First line.
      Second line.
    parameters: {"Screen (inch)": 6.1, Color: red}
"""
    )

    assert price_list == PriceList(
        shop="Example Shop",
        categories=[
            ListedCategory("Electronics", None, 3),
            ListedCategory("Smartphones", "Electronics", 4),
        ],
        goods=[
            Good(
                article="4216292",
                name="Phone X 256GB (red)",
                category="Smartphones",
                price=Decimal("65000"),
                quantity=9,
                line=6,
                model="acme/x/256",
                brand="acme",
                description="First line.\nSecond line.",
                discount_price=Decimal("64000.99"),
                recommended_price=Decimal("69990.50"),
                attributes={"Screen (inch)": 6.1, "Color": "red"},
            )
        ],
        findings=[],
        findings_total=0,
    )


@needs_real_lists
@pytest.mark.parametrize(
    ("number", "shop"), [("01", "Связной"), ("03", "Новый магазин №1")]
)
def test_the_reference_list_is_accepted_whole_from_either_shop(number, shop):
    price_list = read_real(number)

    assert price_list.shop == shop
    assert price_list.categories == [
        ListedCategory("Смартфоны", None, 3),
        ListedCategory("Аксессуары", None, 5),
        ListedCategory("Flash-накопители", None, 7),
        ListedCategory("Телевизоры", None, 9),
    ]
    assert len(price_list.goods) == 14
    assert price_list.goods[0] == Good(
        article="4216292",
        name="Смартфон Apple iPhone XS Max 512GB (золотистый)",
        category="Смартфоны",
        price=Decimal("110000"),
        quantity=14,
        line=13,
        model="apple/iphone/xs-max",
        brand="apple",
        recommended_price=Decimal("116990"),
        attributes={
            "Диагональ (дюйм)": 6.5,
            "Разрешение (пикс)": "2688x1242",
            "Встроенная память (Гб)": 512,
            "Цвет": "золотистый",
        },
    )
    assert warnings(price_list) == []


@needs_real_lists
def test_both_shops_offer_the_same_goods():
    first, second = read_real("01"), read_real("03")

    assert [(g.name, g.model) for g in first.goods] == [
        (g.name, g.model) for g in second.goods
    ]


@needs_real_lists
def test_the_unknown_keys_of_a_real_list_are_reported_and_ignored():
    price_list = read_real("05")

    assert len(price_list.goods) == 8
    assert warnings(price_list) == [
        (2, "unknown-key", "Key url is unknown and was ignored (1 in all)."),
        (3, "unknown-key", "Key owner_email is unknown and was ignored (1 in all)."),
    ]


@needs_real_lists
def test_a_real_list_with_one_id_for_two_goods_is_refused_naming_both_lines():
    (path,) = REAL_LISTS.glob("06-*.yaml")

    with pytest.raises(PriceListInvalid) as refused:
        read_price_list(path.read_bytes())

    assert refused.value.total == 1
    assert [asdict(finding) for finding in refused.value.findings] == [
        {
            "line": 78,
            "column": 9,
            "field": "goods[6].id",
            "severity": "error",
            "code": "duplicate-id",
            "message": "goods[6] 'Мотоцикл DUCATI Panigale V4 S-Ducati Red': "
            "id '46785' at line 78 is already used at line 66",
        }
    ]


@needs_real_lists
def test_a_real_list_with_broken_indentation_is_refused_quoting_the_place():
    (path,) = REAL_LISTS.glob("09-*.yaml")

    with pytest.raises(PriceListInvalid) as refused:
        read_price_list(path.read_bytes())

    message = (
        "The file is not YAML at line 12, column 13: "
        "mapping values are not allowed in this context."
    )
    assert refused.value.findings == [
        Finding(12, 13, "", "error", "yaml-syntax", message)
    ]


@needs_real_lists
def test_a_real_list_without_ids_and_categories_is_accepted_by_name():
    price_list = read_real("11")

    assert [
        (g.article, g.category, g.price, g.recommended_price) for g in price_list.goods
    ] == [
        (
            "Смартфон Apple iPhone XS Max 512GB (белый)",
            "Смартфоны",
            Decimal("110000.00"),
            Decimal("117647.06"),
        ),
        (
            "Смартфон Apple iPhone XR 256GB (белый)",
            "Смартфоны",
            Decimal("60000.00"),
            Decimal("70588.24"),
        ),
        (
            "Флеш-диск SanDisk 64GB Cruzer Glide USB3.0 (SDCZ600-064G-G35)",
            "Flash-накопители",
            Decimal("1020.00"),
            Decimal("1200.00"),
        ),
    ]
    assert price_list.categories == [
        ListedCategory("Смартфоны", None, 3),
        ListedCategory("Flash-накопители", None, 27),
    ]
    message = "No good has an id; names are used, so keep them unchanged."
    assert warnings(price_list) == [(3, "no-ids", message)]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
    ],
    ids=["UTF-8 BOM", "UTF-16 LE", "UTF-16 BE", "CRLF"],
)
def test_the_same_list_is_read_from_other_encodings(encode):
    text = HEAD + make_good(name="Телефон")

    assert read_price_list(encode(text)) == read(text)


def test_a_cp1251_list_is_told_its_encoding():
    content = (HEAD + make_good(name="Телефон")).encode("cp1251")

    message = "The file looks like Windows-1251 (cp1251); save it as UTF-8."
    assert refusals(content) == [(5, "encoding", message)]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"a: \xe9\x98", 1, "The file is not UTF-8; save it as UTF-8."),
        (b"a: b\nc: \xff\x00", 2, "The file is not UTF-8; save it as UTF-8."),
        (
            b"a: \xed\xa0\x80",
            1,
            "The file looks like Windows-1251 (cp1251); save it as UTF-8.",
        ),
        (b"\xff\xfea", None, "The file is broken UTF-16; save it as UTF-8."),
        ("a: b".encode("utf-32"), None, "The file is UTF-32; save it as UTF-8."),
    ],
)
def test_other_encodings_are_refused(content, line, message):
    assert refusals(content) == [(line, "encoding", message)]


@pytest.mark.parametrize(("character", "shown"), [("\0", "0000"), ("\x1b", "001B")])
def test_control_characters_in_the_file_are_refused_with_their_line(character, shown):
    message = f"The file contains the control character U+{shown} at line 2."

    assert refusals(f"shop: a\ngoods: {character}") == [
        (2, "control-character", message)
    ]


def test_a_file_over_the_limit_is_refused_unread():
    assert refusals(b"x" * 11, bytes_limit=10) == [
        (None, "too-large", "The file has 11 bytes, more than 10.")
    ]


def test_a_list_over_the_limit_of_goods_is_refused():
    text = HEAD + make_good() + make_good(id="2")

    assert refusals(text, goods_limit=1) == [
        (6, "too-many-goods", "The list has more than 1 goods.")
    ]


@pytest.mark.parametrize("text", ["", "# only a comment", "---\n", "null"])
def test_an_empty_file_is_refused(text):
    assert refusals(text) == [(None, "empty-file", "The file is empty.")]


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


def test_an_id_is_the_same_quoted_or_not():
    text = HEAD + make_good(id="12") + make_good(id='"12"')

    message = "goods[1] 'Phone X': id '12' at line 6 is already used at line 5"
    assert refusals(text) == [(6, "duplicate-id", message)]


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


def test_an_id_must_not_be_missing_where_others_have_one():
    text = HEAD + make_good(id=None) + make_good()

    message = "goods[0] 'Phone X': id is missing, though other goods have one"
    assert refusals(text) == [(5, "missing-key", message)]


def test_names_that_stand_for_ids_must_differ():
    text = HEAD + make_good(id=None) + make_good(id=None)

    assert refusals(text) == [
        (
            6,
            "duplicate-id",
            "goods[1] 'Phone X': without ids, the name at line 6 "
            "is already used at line 5",
        ),
        (5, "no-ids", "No good has an id; names are used, so keep them unchanged."),
    ]


def test_goods_may_come_before_the_categories():
    text = "shop: S\ngoods:\n" + make_good() + make_good(id="2", category="Toys")
    text += "categories:\n- {id: 224, name: Smartphones}\n- {id: 3, name: Toys}\n"

    assert [g.category for g in read(text).goods] == ["Smartphones", "Toys"]


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


@pytest.mark.parametrize("price", ["0.01", '"1990.50"', "9999999999.99", "007"])
def test_prices_are_exact(price):
    (good,) = read(HEAD + make_good(price=price)).goods

    assert str(good.price) == str(Decimal(price.strip('"')))


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

    assert good.quantity == int(quantity.strip('"'))


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("512", 512),
        ("-3", -3),
        (str(2**53), 2**53),
        (str(2**53 + 1), str(2**53 + 1)),
        ("6.5", 6.5),
        ("3.0", 3.0),
        ("TRUE", True),
        ("false", False),
        ('"512"', "512"),
        ("'true'", "true"),
        ("", ""),
        *((text, text) for text in ("yes", "no", "on", "off", "null", "2001-99-99")),
        *(
            (text, text)
            for text in ("190:20:30", "1_000", "007", ".nan", "1e308", "٤٢")
        ),
    ],
)
def test_parameters_are_typed_by_our_own_rules(text, value):
    (good,) = read(HEAD + make_good(parameters=f"{{a: {text}}}")).goods

    assert good.attributes == {"a": value}
    assert type(good.attributes["a"]) is type(value)


def test_parameters_may_be_a_list_of_names_and_values():
    parameters = "[{name: Color, value: red}, {name: Memory, value: 64}]"

    (good,) = read(HEAD + make_good(parameters=parameters)).goods

    assert good.attributes == {"Color": "red", "Memory": 64}


def test_a_list_of_parameters_is_checked():
    parameters = "[{name: A}, {value: 1}, {name: B, value: [1]}, {name: C, value: 1},"
    parameters += " {name: C, value: 2}, ]"

    title = "goods[0].parameters"
    assert refusals(HEAD + make_good(parameters=parameters)) == [
        (5, "missing-key", f"{title}[0] 'A': value is missing"),
        (5, "missing-key", f"{title}[1]: name is missing"),
        (5, "wrong-type", f"{title}[2] 'B': value must be a single value (line 5)"),
        (
            5,
            "duplicate-key",
            f"{title} 'Phone X': C is written twice, at lines 5 and 5",
        ),
    ]


@pytest.mark.parametrize(
    ("count", "expected"), [(200, []), (201, ["too-many-parameters"])]
)
def test_a_good_has_at_most_200_parameters(count, expected):
    parameters = ", ".join(f"p{number}: 1" for number in range(count))
    text = HEAD + make_good(parameters=f"{{{parameters}}}")

    if expected:
        assert codes(text) == expected
    else:
        assert len(read(text).goods[0].attributes) == count


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


KEYS = st.sampled_from(
    ["shop", "categories", "goods", "id", "name", "category", "price", "parameters"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | KEYS
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner),
    max_leaves=40,
)
SNIPPETS = st.sampled_from(
    [
        *"[]{}:,-?&*!|>'\"%@`# \n\t\r",
        "goods:\n- ",
        "shop: ",
        "---\n",
        "&a ",
        "*a",
        "<<: ",
    ]
)


def assert_read_or_refused(content: bytes) -> None:
    try:
        findings = read_price_list(content).findings
        severities = {"warning"}
    except PriceListInvalid as refused:
        findings = refused.findings[:1]
        severities = {"error"}
    assert {finding.severity for finding in findings} <= severities


@settings(deadline=None)  # the machine may be busy
@given(st.binary() | st.text().map(lambda text: text.encode("utf-16", "ignore")))
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b"\xff\xfe\x00\x00")
def test_random_bytes_are_read_or_refused(content):
    assert_read_or_refused(content)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(SNIPPETS | KEYS | st.text(max_size=3)).map("".join))
def test_random_snippets_of_yaml_are_read_or_refused(text):
    assert_read_or_refused(text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)  # the machine may be busy
@given(TREES | st.fixed_dictionaries({"shop": SCALARS, "goods": st.lists(TREES)}))
def test_random_yaml_is_read_or_refused(tree):
    assert_read_or_refused(yaml.safe_dump(tree, allow_unicode=True).encode())


@settings(deadline=None)  # the machine may be busy
@given(
    name=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1),
    price=st.decimals("0.01", "9999999999.99", places=2),
    quantity=st.integers(0, 1_000_000),
)
def test_what_is_written_is_read_back(name, price, quantity):
    good = {"id": 1, "category": 1, "name": name, "quantity": quantity}
    tree = {
        "shop": "S",
        "categories": [{"id": 1, "name": "C"}],
        "goods": [{**good, "price": str(price)}],
    }

    (read_back,) = read_price_list(yaml.safe_dump(tree).encode()).goods

    assert (read_back.price, read_back.quantity) == (price, quantity)
