"""Bring the catalogue of translations up to date with the texts of the desk.

`locale/ru/LC_MESSAGES/django.po` is written by hand, entry by entry; this command adds
the texts that are new, drops those that are gone, and compiles it. It needs no gettext
tools, only Babel of requirements-dev.txt.
"""

import gettext
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

from config.labels import labels

PO = settings.BASE_DIR / "locale/ru/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
OURS = ("accounts", "catalog", "config", "feed", "orders", "partners")
# Apps that are shown at the desk, and shipped without Russian.
FOREIGN = (
    "unfold",
    "unfold.contrib.constance",
    "unfold.contrib.filters",
    "django_tasks",
    "django_tasks_db",
)
WORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
HEADER = "# Russian texts of the desk. Kept up to date by `manage.py translations`."


class Command(BaseCommand):
    help = "Update and compile the translations of the admin."

    def handle(self, **options: Any) -> None:
        catalog = current()
        catalog.update(template(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write(catalog)
        left = [message.id for message in catalog if message.id and not message.string]
        self.stdout.write(f"{len(catalog)} texts, {len(left)} without a translation.")


def template() -> Catalog:
    """Every text of the desk that Django and the libraries do not translate."""
    found, known = Catalog(), translated_elsewhere()
    texts = [*_extracted(), *((label, None) for label in labels())]
    for text, context in sorted(texts, key=str):
        single = text[0] if isinstance(text, tuple) else text
        if single.strip() and single not in known:
            found.add(text, context=context)
    return found


def current() -> Catalog:
    """The catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="ru")


def compiled(catalog: Catalog) -> bytes:
    """What Django reads of a catalogue."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def write(catalog: Catalog) -> None:
    catalog.header_comment, catalog.fuzzy = HEADER, False
    # The same texts are the same bytes, whenever and by whomever.
    catalog.creation_date = catalog.revision_date = datetime(2026, 11, 24, tzinfo=UTC)
    with PO.open("wb") as file:
        write_po(file, catalog, sort_output=True, omit_header=False, width=88)
    MO.write_bytes(compiled(catalog))


def translated_elsewhere() -> set[str]:
    """What the Russian catalogues of Django and of the libraries have."""
    places = [Path(app.path) for app in apps.get_app_configs() if app.name not in OURS]
    places.append(Path(django.__path__[0]) / "conf")
    known: set[str] = set()
    for place in places:
        if gettext.find("django", place / "locale", ["ru"]):
            texts: Any = gettext.translation("django", place / "locale", ["ru"])
            known |= {
                key[0] if isinstance(key, tuple) else key for key in texts._catalog
            }
    return known


def _extracted() -> Iterator[tuple[Any, str | None]]:
    """(text or its forms, context) of every marked text in code and pages."""
    for name in (*OURS, *FOREIGN):
        root = Path(import_module(name).__path__[0])
        for file in sorted(root.rglob("*")):
            if {"tests", "contrib"} & set(file.relative_to(root).parts):
                continue
            if file.suffix == ".py":
                yield from _read(file.read_bytes())
            elif file.suffix == ".html":
                lines = templatize(file.read_text()).splitlines()
                # Indented as HTML is, Python would not read it.
                yield from _read("\n".join(map(str.strip, lines)).encode())


def _read(source: bytes) -> Iterator[tuple[Any, str | None]]:
    for _line, text, _comments, context in extract("python", BytesIO(source), WORDS):
        yield text, context
