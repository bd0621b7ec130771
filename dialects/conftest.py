"""The store that the clients of the documents are tried against."""

from dialects.tests.live import store

__all__ = ["store"]
