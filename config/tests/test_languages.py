"""The desk speaks English and Russian; the API answers everybody alike."""

import re
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import SecurityEvent, User
from catalog.tests.factories import make_product
from config.management.commands import translations
from conftest import person

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(person("olga", "superuser"))
    return client


@pytest.fixture(scope="module")
def kept() -> Any:
    return translations.current()


@pytest.fixture(scope="module")
def needed() -> Any:
    return translations.template()


def forms(message: Any) -> list[str]:
    text = message.string
    return list(text) if isinstance(text, tuple | list) else [text]


def test_every_text_of_the_desk_is_kept_and_no_other(kept: Any, needed: Any) -> None:
    """Mend this with `manage.py translations` and a look at the texts it added."""
    there, asked = (
        {(message.id, message.context) for message in catalog}
        for catalog in (kept, needed)
    )

    assert (asked - there, there - asked) == (set(), set())


def test_no_text_waits_for_its_translation(kept: Any) -> None:
    waiting = [message.id for message in kept if not all(forms(message))]

    assert waiting == []


def test_every_translation_fills_in_what_the_text_does(kept: Any) -> None:
    wrong = []
    for message in list(kept)[1:]:
        whole = message.id if isinstance(message.id, str) else message.id[-1]
        for form in forms(message):
            if set(PLACEHOLDER.findall(whole)) != set(PLACEHOLDER.findall(form)):
                wrong.append(message.id)

    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_texts(kept: Any) -> None:
    assert translations.MO.read_bytes() == translations.compiled(kept)


def test_the_command_changes_nothing_that_is_up_to_date(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = translations.PO.read_bytes()
    copy = tmp_path / "django.po"
    copy.write_bytes(before)
    monkeypatch.setattr(translations, "PO", copy)
    monkeypatch.setattr(translations, "MO", tmp_path / "django.mo")
    monkeypatch.setattr(translations, "template", translations.current)

    call_command("translations", stdout=StringIO())

    assert copy.read_bytes() == before


def language(desk: Client, **headers: str) -> str:
    page = desk.get("/admin/password_change/", headers=headers)
    assert f'<html lang="{page["Content-Language"]}"' in page.content.decode()
    return page["Content-Language"]


def test_the_browser_says_which_language_unless_one_was_chosen(desk: Client) -> None:
    assert language(desk) == "en"
    assert language(desk, accept_language="ru, en;q=0.5") == "ru"
    assert language(desk, accept_language="de") == "en"

    chosen = desk.post("/admin/language/", {"language": "ru", "next": "/admin/"})

    assert (chosen.status_code, chosen["Location"]) == (302, "/admin/")
    assert desk.cookies["django_language"]["path"] == "/admin/"
    assert language(desk, accept_language="en") == "ru"


def test_a_russian_page_names_models_fields_and_states_in_russian(desk: Client) -> None:
    make_product()

    page = desk.get("/admin/orders/order/", headers={"accept-language": "ru"})
    front = desk.get("/admin/", headers={"accept-language": "ru"})

    assert 'lang="ru"' in page.content.decode()
    for word in ("Заказы", "Отменён", "Покупатели", "Движения остатков"):
        assert word in page.content.decode()
    for words in ("Средний заказ", "Ждёт внимания", "0,00 RUB"):
        assert words in front.content.decode()


def test_the_api_answers_alike_in_every_language(desk: Client) -> None:
    wrong = {"login": "", "password": ""}

    def ask() -> tuple[Any, bool]:
        answer = desk.post(
            "/api/v1/sessions/",
            wrong,
            content_type="application/json",
            headers={"accept-language": "ru", "cookie": "django_language=ru"},
        )
        body = answer.json()
        body.pop("request_id", None)
        return body, answer.has_header("Content-Language")

    before = ask()
    desk.get("/admin/", headers={"accept-language": "ru"})

    assert ask() == before
    assert before[0]["errors"][0]["detail"] == "This field may not be blank."
    assert before[1] is False


def test_the_desk_keeps_the_hours_of_the_shop(desk: Client, settings: Any) -> None:
    settings.STORE_TIME_ZONE = "Asia/Vladivostok"
    at = datetime(2026, 3, 14, 15, 30, tzinfo=UTC)
    SecurityEvent.objects.create(kind="braked", at=at, user=User.objects.get())

    page = desk.get("/admin/accounts/securityevent/").content.decode()

    assert "March 15, 2026, 1:30 a.m." in page
