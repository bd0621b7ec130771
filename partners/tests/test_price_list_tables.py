"""CSV and XLSX: the same columns, the same checks, the same places."""

import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook

from catalog.models import Offer
from partners.price_list import Good
from partners.tests.reading import import_whole, read_whole
from partners.tests.test_price_list_read import codes, refusals, warnings

HEAD = "shop;id;category;name;model;price;quantity;parameters.Color;parameters.Size\n"
ROW = "Tea House;11;Tea;Green tea;leaf/green;117647.06;5;green;100\n"


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_csv_list_is_read_as_yaml_would_be():
    listed = read_whole((HEAD + ROW).encode())

    assert (listed.shop, listed.findings) == ("Tea House", [])
    assert listed.goods == [
        Good(
            position=0,
            line=2,
            col=2,
            article="11",
            name="Green tea",
            category="Tea",
            regular_price=Decimal("117647.06"),
            stock=5,
            model="leaf/green",
            brand="leaf",
            attributes={"Color": "green", "Size": 100},
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_tables_come_in_many_dresses(encoding, separator, newline):
    text = (HEAD + ROW.replace("Green", "Зелёный")).replace(";", separator)

    (good,) = read_whole(text.replace("\n", newline).encode(encoding)).goods

    assert (good.name, good.stock) == ("Зелёный tea", 5)


def test_a_workbook_is_read_with_exact_money():
    content = workbook(
        ["shop", "id", "category", "name", "price", "quantity", "parameters.Organic"],
        ["Tea House", 11, "Tea", "Green tea", 117647.06, 5.0, True],
        [None, None, None, None, None, None, None],
        ["Tea House", "A-12", "Tea", "Black tea", "200", 7, None],
    )

    goods = read_whole(content).goods

    assert [(g.article, g.regular_price, g.stock, g.attributes) for g in goods] == [
        ("11", Decimal("117647.06"), 5, {"Organic": True}),
        ("A-12", Decimal(200), 7, {}),
    ]
    assert goods[1].line == 4


def test_cells_are_checked_with_line_and_column():
    text = HEAD + ROW + ";12;7;\u202eBlack;;cheap;9999999;;\n"

    assert [(line, code) for line, code, _ in refusals(text)] == [
        (3, "undeclared-category"),
        (3, "suspicious-characters"),
        (3, "invalid-price"),
        (3, "quantity-sentinel"),
    ]


def test_unknown_columns_are_told_and_repeated_ones_refused():
    told = warnings(read_whole((HEAD[:-1] + ";colour\n" + ROW).encode()))

    message = "Column colour is unknown and was ignored."
    assert told == [(1, "unknown-key", message)]
    assert codes(HEAD[:-1] + ";price\n" + ROW) == ["duplicate-key"]


def test_a_table_names_its_shop():
    text = HEAD + ROW.replace("Tea House", "")

    assert refusals(text) == [(2, "missing-key", "shop is empty")]


def test_a_torn_table_is_refused():
    assert codes(HEAD + 'Tea House;11;Tea;"Green') == ["csv-syntax"]


def test_ids_used_twice_are_found_in_tables_too(db):
    message = "goods[1] 'Green tea': id '11' at line 3 is already used at line 2"
    assert refusals(HEAD + ROW + ROW, import_whole) == [(3, "duplicate-id", message)]


def test_a_table_becomes_offers(db):
    import_whole((HEAD + ROW).encode())

    offer = Offer.objects.get()
    assert (offer.price, offer.product.categories.get().name) == (
        Decimal("117647.06"),
        "Tea",
    )


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 301_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 100, workbook([])[:-100]],
    ids=["nothing", "noise", "torn"],
)
def test_a_broken_workbook_is_refused(content):
    assert codes(content) == ["xlsx-syntax"]


def test_an_archive_of_something_else_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "no workbook")

    assert codes(file.getvalue()) == ["xlsx-syntax"]


def test_a_packed_bomb_is_not_opened():
    assert codes(bomb()) == ["too-large"]
