"""The stage of the scenes: people, goods, and a client that watches what is written."""

import hashlib
from decimal import Decimal
from typing import Any

import orjson
from django.apps import apps
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import register, sign_in
from catalog.models import Offer
from catalog.services import add_item, categories_by_name
from conftest import PASSWORD, person

APPS = ("accounts", "catalog", "orders", "partners")
# Refusals are counted, told to owners, and a refused price list is kept with findings.
KEPT_OF_REFUSALS = {
    "Brake",
    "SecurityEvent",
    "PriceList",
    "PriceListPart",
    "PriceListRun",
    "StagedGood",
}
JSON = "application/json; charset=utf-8"


def state() -> dict[str, str]:
    """A fingerprint of every table that a refused request must leave alone."""
    with connection.cursor() as cursor:
        return {
            model.__name__: _fingerprint(cursor, model._meta.db_table)
            for app in APPS
            for model in apps.get_app_config(app).get_models()
            if model.__name__ not in KEPT_OF_REFUSALS
        }


def _fingerprint(cursor: Any, table: str) -> str:
    # By hand: taken twice a request, it is most of what these tests do.
    cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608
    return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


class World:
    """What scenes ask with; every answer is checked for what holds everywhere."""

    def __init__(self) -> None:
        self.client = APIClient()
        self.people: dict[str, User] = {}

    def person(self, name: str, role: str = "buyer") -> User:
        if name not in self.people:
            self.people[name] = person(name, role)
        return self.people[name]

    def unconfirmed(self, name: str) -> User:
        """An account that has to confirm its address first."""
        return register(
            email=f"{name}@example.com",
            username=name,
            password=PASSWORD,
            must_confirm=True,
        )

    def category(self, name: str) -> int:
        """The id of the category of this name."""
        return categories_by_name({name: None})[name].pk

    def item(self, **values: Any) -> Offer:
        """An item of the house shop on sale: its name, prices, stock, categories."""
        plain = {"name": "Green tea", "description": "First flush", "stock": 10}
        prices = {"regular_price": Decimal("7.00"), "discount_price": None}
        facts = {**plain, **prices, "categories": [], **values}
        return add_item(values=facts, document="test")

    def tokens(self, name: str, role: str = "buyer") -> Any:
        login = self.person(name, role).username
        return sign_in(
            login=login, password=PASSWORD, address="127.0.0.1", now=timezone.now()
        )

    def bearer(self, name: str, role: str = "buyer") -> str:
        return f"Bearer {self.tokens(name, role).access}"

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        auth: str = "",
        form: str = "json",
        **headers: Any,
    ) -> Any:
        """Ask; a refusal has written nothing, and every answer is JSON."""
        if auth:
            headers["HTTP_AUTHORIZATION"] = auth
        before = {} if method == "GET" else state()
        if form == "json" and body is not None:
            answer = self.client.generic(
                method, path, orjson.dumps(body), "application/json", **headers
            )
        elif body is None:
            answer = self.client.generic(method, path, **headers)
        else:
            call = getattr(self.client, method.lower())
            answer = call(path, body, format=form, **headers)
        if answer.status_code >= 400 and before:
            after = state()
            changed = [name for name in before if before[name] != after[name]]
            assert changed == [], f"{method} {path} was refused and wrote {changed}"
        if answer.status_code != 204 and not path.startswith("/verify-email/"):
            assert answer["Content-Type"] == JSON, answer.content
        return answer

    def raw(
        self, method: str, path: str, body: bytes, kind: str, auth: str = ""
    ) -> Any:
        """Ask with a body of any kind."""
        before = state()
        headers = {"HTTP_AUTHORIZATION": auth} if auth else {}
        answer = self.client.generic(method, path, body, kind, **headers)
        if answer.status_code >= 400:
            assert state() == before
            assert answer["Content-Type"] == JSON, answer.content
        return answer

    def get(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("GET", path, body, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("POST", path, body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("PUT", path, body, **more)


def without(body: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in keys}


def content(answer: Any) -> Any:
    """The JSON of an answer, streamed ones included; the text of a page."""
    raw = b"".join(answer) if answer.streaming else answer.content
    if answer["Content-Type"].startswith("text/html"):
        return raw.decode()
    return orjson.loads(raw) if raw else None
