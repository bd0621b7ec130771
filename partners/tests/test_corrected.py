"""Lists come back with what can be corrected without a guess, and nothing else."""

from collections.abc import Callable
from io import BytesIO

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Offer
from conftest import assert_problem, make_client, person
from partners.models import PriceListRun
from partners.price_list import mend_price_list
from partners.tests.reading import read_whole
from partners.tests.test_import import BLACK, GREEN, HEAD
from partners.tests.test_price_lists import RUNS, send

FIRST = "# Corrected by the store; everything else is as it was.\n"


def mended(text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    return "".join(mend_price_list(BytesIO(content)))


def notes(text: str) -> list[str]:
    """What the corrected list says was corrected."""
    lines = text.splitlines()
    return [line[2:] for line in lines[1:] if line.startswith("# ")]


# A line of the list as it came, how it is meant, and how that is called.
CORRECTED = {
    "price: 200": [
        ("price: 1 990,50", "price: 1990.50", "price: 1 990,50 → 1990.50"),
        ("price: 1\u00a0990", "price: 1990", r"price: 1\xa0990 → 1990"),
        (
            "price: 12 345 678.5",
            "price: 12345678.5",
            "price: 12 345 678.5 → 12345678.5",
        ),
        ("price: '99,9'", "price: 99.9", "price: 99,9 → 99.9"),
    ],
    "quantity: 7": [
        ("quantity: 1 200", "quantity: 1200", "quantity: 1 200 → 1200"),
        ("quantity: 7.00", "quantity: 7", "quantity: 7.00 → 7"),
    ],
    "name: Black tea": [
        (
            'name: "Black\\u200b tea"',
            'name: "Black tea"',
            r"name: Black\u200b tea → Black tea",
        ),
    ],
}
ROWS = [(old, *row) for old, rows in CORRECTED.items() for row in rows]


@pytest.mark.parametrize(("old", "came", "meant", "note"), ROWS)
def test_a_value_is_put_as_it_is_meant(
    old: str, came: str, meant: str, note: str
) -> None:
    text = mended(HEAD + BLACK.replace(old, came))

    line = (HEAD + BLACK).splitlines().index(f"    {old}") + 1
    assert notes(text) == [f"line {line}: goods[0].{note}"]
    assert f"    {meant}\n" in text
    assert read_whole(text.encode()).findings == []


@pytest.mark.parametrize(
    ("old", "came"),
    [
        ("price: 200", "price: 1,990"),
        ("price: 200", "price: 1.990,50"),
        ("price: 200", "price: 19 90"),
        ("price: 200", "price: soon"),
        ("price: 200", "price: -5"),
        ("price: 200", "price: 12 руб."),
        ("price: 200", "price:"),
        ("quantity: 7", "quantity: 7.5"),
        ("quantity: 7", "quantity: many"),
        ("quantity: 7", "quantity: 9999999"),
        ("quantity: 7", "quantity: 9 999 999"),
        ("category: 2", "category: 9"),
        ("id: 12", "id: -12"),
    ],
)
def test_what_is_not_certain_is_left_alone(old: str, came: str) -> None:
    assert mended(HEAD + BLACK.replace(old, came)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop: [",
        HEAD + BLACK.replace("price: 200", "price: [1]"),
        HEAD + BLACK + "    quantity: 9999999\n",
        HEAD + BLACK.replace("price: 200", "price: &a 1 990,5"),
        HEAD + BLACK + "---\nowner: me\n",
    ],
)
def test_a_list_that_would_lose_something_is_not_written_anew(text: str) -> None:
    assert mended(text) == ""


def test_a_category_that_goods_name_is_declared() -> None:
    text = mended(HEAD + GREEN + BLACK.replace("category: 2", "category: Black teas"))

    assert notes(text) == ["line 15: categories: + Black teas"]
    assert [good.category for good in read_whole(text.encode()).goods] == [
        "Tea",
        "Black teas",
    ]


def test_categories_that_stand_last_are_declared_too() -> None:
    head, categories, goods = HEAD.partition("categories:")[0], HEAD[16:-7], "goods:\n"
    black = BLACK.replace("category: 2", "category: Black teas")

    text = mended(head + goods + GREEN + black + categories)

    assert notes(text) == ["line 12: categories: + Black teas"]
    assert [good.category for good in read_whole(text.encode()).goods] == [
        "Tea",
        "Black teas",
    ]


def test_cp1251_becomes_utf8() -> None:
    russian = (HEAD + BLACK).replace("Black tea", "Чёрный чай с бергамотом")

    text = mended(russian.encode("cp1251"))

    assert notes(text) == ["Windows-1251 → UTF-8"]
    assert [good.name for good in read_whole(text.encode()).goods] == [
        "Чёрный чай с бергамотом"
    ]


def test_unknown_keys_and_empty_items_are_left_out() -> None:
    text = mended("owner: me\n" + HEAD + GREEN + "  -\n" + BLACK)

    assert sorted(notes(text)) == ["empty-item: left out", "unknown-key: left out"]
    goods = read_whole((HEAD + GREEN + BLACK).encode()).goods
    again = read_whole(text.encode())
    assert again.findings == []
    assert [(g.article, g.attributes) for g in again.goods] == [
        (g.article, g.attributes) for g in goods
    ]


def test_a_table_comes_back_as_yaml() -> None:
    table = (
        "shop;id;name;category;price;quantity;parameters.Color;parameters.Organic\n"
        "Tea House;1;Green;Tea;1 990,50;7;green;true\n"
    )

    text = mended(table)

    assert text == FIRST + (
        "# line 2: goods[0].price: 1 990,50 → 1990.50\n"
        'shop: "Tea House"\n'
        "goods:\n"
        '  - id: "1"\n'
        '    name: "Green"\n'
        '    category: "Tea"\n'
        "    price: 1990.50\n"
        "    quantity: 7\n"
        '    parameters: {"Color": "green", "Organic": true}\n'
    )


def test_a_note_breaks_out_of_no_comment() -> None:
    black = BLACK.replace("category: 2", 'category: "Teas\\nshop: Mine"')

    text = mended(HEAD + black + "owner: me\n")

    assert all(line.startswith("#") for line in text.partition("shop:")[0].splitlines())
    assert "\nshop: Mine" not in text


@pytest.fixture
def desk(pat: User) -> APIClient:
    return make_client(pat)


@pytest.mark.django_db
def test_the_corrected_list_is_downloaded_and_applies(
    desk: APIClient, letters: Callable[[], list[str]]
) -> None:
    black = BLACK.replace("200", "1 990,50").replace("quantity: 7", "quantity: soon")
    address = send(desk, HEAD + GREEN + black, check_only=True)["Location"]
    letters()
    run = desk.get(address).json()
    assert (run["state"], run["has_corrected"]) == ("refused", True)

    answer = desk.get(f"{address}corrected/")

    assert answer["Content-Disposition"] == 'attachment; filename="corrected.yaml"'
    text = b"".join(answer.streaming_content).decode()
    assert notes(text) == ["line 18: goods[1].price: 1 990,50 → 1990.50"]
    again = send(desk, text.replace('"soon"', "3"))["Location"]
    letters()
    run = desk.get(again).json()
    assert (run["state"], run["findings"], run["has_corrected"]) == ("done", [], False)
    assert str(Offer.objects.get(article="12").price) == "1990.50"


@pytest.mark.django_db
def test_there_is_none_for_others_or_where_nothing_is_corrected(
    desk: APIClient, letters: Callable[[], list[str]]
) -> None:
    bad = send(desk, HEAD + BLACK.replace("200", "1 990,50"))["Location"]
    good = send(desk, HEAD + BLACK)["Location"]
    letters()
    paula = make_client(person("paula", "partner"))

    assert_problem(paula.get(f"{bad}corrected/"), 404, "not-found")
    assert_problem(desk.get(f"{good}corrected/"), 404, "not-found")
    assert PriceListRun.objects.filter(corrected=None).count() == 1
    assert desk.get(f"{RUNS}").json()["count"] == 2
