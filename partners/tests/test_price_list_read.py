"""A good price list is read whole, and real ones as partners sent them."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Offer
from partners.exceptions import PriceListInvalid
from partners.price_list import Finding, Good, ListedCategory
from partners.tests.reading import PriceList, import_whole, read_whole

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
    return read_whole(text.encode())


def refusals(
    text: str | bytes, reader: Callable[..., Any] = read_whole, **limits: int
) -> list[tuple[int | None, str, str]]:
    """Line, code and message of each finding of a refused list."""
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(PriceListInvalid) as refused:
        reader(content, **limits)
    assert refused.value.total == len(refused.value.findings)
    return [(f.line, f.code, f.message()) for f in refused.value.findings]


def codes(text: str | bytes) -> list[str]:
    return [code for _, code, _ in refusals(text)]


def warnings(price_list: PriceList) -> list[tuple[int | None, str, str]]:
    assert price_list.findings_total == len(price_list.findings)
    assert {f.severity for f in price_list.findings} <= {"warning"}
    return [(f.line, f.code, f.message()) for f in price_list.findings]


def read_real(number: str) -> PriceList:
    (path,) = REAL_LISTS.glob(f"{number}-*.yaml")
    return read_whole(path.read_bytes())


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
                position=0,
                line=6,
                col=9,
                article="4216292",
                name="Phone X 256GB (red)",
                category="Smartphones",
                regular_price=Decimal("65000"),
                stock=9,
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
        position=0,
        line=13,
        col=9,
        regular_price=Decimal("110000"),
        stock=14,
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
def test_a_real_list_with_one_id_for_two_goods_is_refused_naming_both_lines(db):
    (path,) = REAL_LISTS.glob("06-*.yaml")

    with pytest.raises(PriceListInvalid) as refused:
        import_whole(path.read_bytes())

    assert refused.value.total == 1
    assert [finding.told() for finding in refused.value.findings] == [
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
        read_whole(path.read_bytes())

    message = (
        "The file is not YAML at line 12, column 13: "
        "mapping values are not allowed in this context."
    )
    (finding,) = refused.value.findings
    assert (finding.line, finding.column) == (12, 13)
    assert (finding.code, finding.message()) == ("yaml-syntax", message)


@needs_real_lists
def test_a_real_list_without_ids_and_categories_is_accepted_by_name(db):
    (path,) = REAL_LISTS.glob("11-*.yaml")

    run = import_whole(path.read_bytes())

    columns = ("article", "product__categories__name", "regular_price")
    offers = Offer.objects.order_by("pk").values_list(*columns, "recommended_price")
    assert list(offers) == [
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
    message = "No good has an id; names are used, so keep them unchanged."
    told = [(f["line"], f["code"], Finding.kept(f).message()) for f in run.findings]
    assert told == [(3, "no-ids", message)]
