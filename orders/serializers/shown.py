"""Answers by serializers that are built once."""

from functools import cache
from typing import Any

from rest_framework.serializers import Serializer


def shown(kind: type[Serializer[Any]], value: Any) -> dict[str, Any]:
    """What `kind(value).data` is; building the fields anew would cost most of it."""
    return _built(kind).to_representation(value)


@cache
def _built(kind: type[Serializer[Any]]) -> Serializer[Any]:
    return kind()
