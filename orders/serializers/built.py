"""Inputs whose fields are built once: that costs more than their work."""

from functools import cache
from typing import Any

from django.utils.functional import cached_property
from rest_framework.serializers import Serializer
from rest_framework.utils.serializer_helpers import BindingDict


# An input all of whose instances share their fields: no context, never partial.
# (A docstring would become the description of each of them in the OpenAPI document.)
class BuiltOnce(Serializer[Any]):
    @cached_property
    def fields(self) -> BindingDict:
        return _fields(type(self))


@cache
def _fields(kind: type[BuiltOnce]) -> BindingDict:
    return super(BuiltOnce, kind()).fields
