"""v1: what happened, told to machines; import from here."""

from feed.views.events import EventViewSet

__all__ = ["EventViewSet"]
