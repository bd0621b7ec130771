"""System checks for what cannot be typed in settings.py."""

import os
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """What a public shop should not go without."""
    found: list[CheckMessage] = []
    if f"jwt:{settings.SECRET_KEY}" == settings.JWT_KEY:
        hint = "Set JWT_KEY to its own secret of 50 characters or more."
        found.append(
            Warning("JWTs are signed by SECRET_KEY.", hint=hint, id="config.W001")
        )
    if not settings.EMAIL_HOST:
        hint = "Set EMAIL_HOST; until then letters are files in DATA_DIR/mail."
        found.append(Warning("No letter is sent.", hint=hint, id="config.W002"))
    if settings.DIALECT_PASSWORDS != "strict" and settings.DIALECTS != ["none"]:
        hint = "Set DIALECT_PASSWORDS=strict, or DIALECTS=none if nobody uses them."
        found.append(
            Warning(
                "The older APIs take common passwords.", hint=hint, id="config.W003"
            )
        )
    return found


@register()
def check_data_dir(**kwargs: Any) -> list[CheckMessage]:
    """Database, media and letters must be writable."""
    with suppress(OSError):
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    if settings.DATA_DIR.is_dir() and os.access(settings.DATA_DIR, os.W_OK):
        return []
    return [Error(f"{settings.DATA_DIR} is not writable.", id="config.E001")]
