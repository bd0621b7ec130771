"""What happened, told to machines: facts and constraints; import from here."""

from feed.models.events import Event

__all__ = ["Event"]
