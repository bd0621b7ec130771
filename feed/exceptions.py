"""Refusals of the feed. `config/problems.py` gives each its status and words."""


class FeedError(Exception):
    """Base of all refusals of this app."""


class TooManyWebhooks(FeedError):
    """The store tells so many addresses, and no more."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class WebhookIsOff(FeedError):
    """Nothing is sent to a webhook that is switched off."""


class DeliveryFailed(Exception):
    """An attempt failed; the worker tries again. No client ever meets it."""
