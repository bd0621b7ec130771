"""Findings are told in the language of whoever reads them."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from rest_framework.response import Response

from accounts.models import User
from conftest import make_client
from partners import price_list, services
from partners.models import PriceListRun
from partners.price_list.messages import MESSAGES
from partners.services import submit_price_list
from partners.services.runs import run_price_list
from partners.tests.test_import import BLACK, HEAD
from partners.tests.test_price_lists import RUNS
from partners.views.lists import preferred_language

BROKEN = HEAD + BLACK.replace("quantity: 7", "quantity: много") + "owner: me\n"


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("text", MESSAGES)
def test_every_message_has_both_languages_with_the_same_gaps(text: str) -> None:
    english, russian = MESSAGES[text]

    assert gaps(english) == gaps(russian)
    assert re.search("[а-я]", russian)
    assert not re.search("[а-яА-Я]", english)


# Which argument of these calls names a message, counted from 0.
PLACES = {"add": 2, "stop": 1, "refuse": 2, "_forbid": 1}


def texts_told() -> set[str]:
    """The texts that the code names where it tells a finding."""
    trees = [
        ast.parse(path.read_text())
        for package in (price_list, services)
        for path in Path(package.__path__[0]).glob("*.py")
    ]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    told = set()
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            place = PLACES.get(node.func.attr, len(node.args))
            for argument in node.args[place : place + 1]:
                found = [n for n in ast.walk(argument) if isinstance(n, ast.Constant)]
                told |= {str(constant.value) for constant in found}
    return told - {"wrong-type/"}  # whose ends stand elsewhere


def test_every_text_that_is_told_is_a_message() -> None:
    """A text without a message would break only when somebody reads it."""
    told = texts_told()

    assert len(told) > 30
    assert told <= set(MESSAGES)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-GB,ru;q=0.9", "en"),
        ("de, ru;q=0.5, en;q=0.1", "ru"),
        ("ru;q=0, en", "en"),
        ("RU", "ru"),
        ("*", "en"),
        ("\x00;;;q=x", "en"),
        ("ru," * 5000, "ru"),
    ],
)
def test_the_first_language_that_findings_have_is_taken(
    header: str, language: str
) -> None:
    assert preferred_language(header) == language


def read(pat: User, run: PriceListRun, language: str) -> Response:
    return make_client(pat).get(
        f"{RUNS}{run.pk}/", headers={"accept-language": language}
    )


@pytest.mark.django_db
def test_the_same_run_reads_in_english_and_russian(pat: User) -> None:
    run = submit_price_list(user=pat, source="tea.yaml", content=BROKEN.encode())
    run_price_list.func(run.pk)

    english, russian = read(pat, run, "en"), read(pat, run, "ru-RU,en;q=0.5")

    assert [f["message"] for f in english.json()["findings"]] == [
        "goods[0] 'Black tea': quantity 'много' is not a whole number like 0 or 14",
        "Key owner is unknown and was ignored (1 in all).",
    ]
    assert [f["message"] for f in russian.json()["findings"]] == [
        "goods[0] 'Black tea': quantity «много» — не целое число вида 0 или 14",
        "Неизвестный ключ owner, пропущен (всего 1).",
    ]
    assert english["Content-Language"] == "en"
    assert russian["Content-Language"] == "ru"
    assert {"Accept-Language"} <= set(russian["Vary"].split(", "))
    # A kept English answer is not taken for the Russian one.
    client = make_client(pat)
    kept = {"if-none-match": english["ETag"], "accept-language": "ru"}
    assert client.get(f"{RUNS}{run.pk}/", headers=kept).status_code == 200
    kept["accept-language"] = "en"
    assert client.get(f"{RUNS}{run.pk}/", headers=kept).status_code == 304


@pytest.mark.django_db
def test_findings_of_earlier_versions_keep_their_sentence(pat: User) -> None:
    run = submit_price_list(user=pat, source="tea.yaml", content=BROKEN.encode())
    old = {"line": 3, "column": 1, "field": "x", "severity": "error", "code": "y"}
    PriceListRun.objects.update(
        state="refused", findings=[{**old, "message": "It was so."}]
    )

    assert read(pat, run, "ru").json()["findings"] == [{**old, "message": "It was so."}]
