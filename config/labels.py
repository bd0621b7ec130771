"""Names of models, fields and states, looked up in the catalogue of translations.

Wrapped here rather than at a thousand places: a model says in English what it is, and
migrations stay as they are, for they hold what the model itself was given.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

OURS = (
    "accounts",
    "catalog",
    "orders",
    "partners",
    "feed",
    "django_tasks_database",  # not ours, shown at the desk all the same
)


def translate_labels() -> None:
    """Make every label of our models speak the language of who looks at it."""
    for name in OURS:
        app = apps.get_app_config(name)
        app.verbose_name = _lazy(app.verbose_name)
        for model in app.get_models(include_auto_created=True):
            of: Any = model._meta
            # Made of the singular, where a model names none: that is English alone.
            of.verbose_name_plural = _lazy(str(of.verbose_name_plural))
            of.verbose_name = _lazy(of.verbose_name)
            for field in of.local_fields + of.local_many_to_many:
                _translate(field)


def labels() -> set[str]:
    """Every label in English that somebody may meet at the desk."""
    found = {str(apps.get_app_config(name).verbose_name) for name in OURS}
    for model in _shown():
        of: Any = model._meta
        # The settings of constance are shown like a model, and are none.
        if not issubclass(model, Model):
            continue
        found |= {str(of.verbose_name), str(of.verbose_name_plural)}
        for field in of.local_fields + of.local_many_to_many:
            found |= {str(field.verbose_name), str(field.help_text)}
            # A state whose name is its code reads the same everywhere.
            states = field.flatchoices or ()
            found |= {str(label) for code, label in states if str(label) != code}
    return found - {""}


def _shown() -> Iterator[type[Model]]:
    for model, desk in admin.site._registry.items():
        yield model
        yield from (inline.model for inline in desk.inlines)


def _translate(field: Any) -> None:
    field.verbose_name = _lazy(field.verbose_name)
    field.help_text = _lazy(field.help_text)
    if field.choices:
        field.choices = [(code, _lazy(label)) for code, label in field.flatchoices]


def _lazy(text: Any) -> Any:
    # The catalogue's entry for nothing is its own header.
    return text if isinstance(text, Promise) or not text else gettext_lazy(text)
