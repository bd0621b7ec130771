"""Every write about the feed, by noun; import from here."""

from feed.services.numbering import number_events

__all__ = ["number_events"]
