"""Splits the time of a request over what is being done, each moment counted once."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.response import Response

from orders.services import placing

Wrapped = Callable[..., Any]


class Stopwatch:
    """While it runs, `seconds` and `counts` grow by name of bucket."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.counts: Counter[str] = Counter()
        self._open: list[list[Any]] = []
        self._patches = ExitStack()

    def __enter__(self) -> "Stopwatch":
        self._patches.enter_context(connection.execute_wrapper(self._execute))
        wrapper = type(connections["default"])
        self._patch(wrapper, "is_usable", "asking whether the connection lives")
        self._patch(BaseDatabaseWrapper, "_commit", "commit")
        self._patch(SQLCompiler, "execute_sql", "ORM: building SQL")
        self._patch(QuerySet, "_fetch_all", "ORM: building objects")
        self._patch(DjangoFilterBackend, "filter_queryset", "filters and their form")
        self._patch(Argon2PasswordHasher, "verify", "password hash")
        self._patch(placing, "queue_letters", "queueing letters")
        self._patch(serializers.BaseSerializer, "is_valid", "validating")
        for cls in (serializers.Serializer, serializers.ListSerializer):
            self._patch_property(cls, "data", "serializers")
        self._patch_property(Response, "rendered_content", "rendering")
        return self

    def __exit__(self, *error: object) -> None:
        self._patches.close()

    def also(self, owner: Any, name: str, bucket: str) -> None:
        """Time one more function, under the name by which its caller finds it."""
        self._patch(owner, name, bucket)

    def _execute(self, execute: Wrapped, *args: Any) -> Any:
        return self._timed("queries", execute)(*args)

    def _patch(self, owner: Any, name: str, bucket: str) -> None:
        timed = self._timed(bucket, getattr(owner, name))
        self._patches.enter_context(patch.object(owner, name, timed))

    def _patch_property(self, owner: type, name: str, bucket: str) -> None:
        timed = property(self._timed(bucket, getattr(owner, name).fget))
        self._patches.enter_context(patch.object(owner, name, timed))

    def _timed(self, bucket: str, function: Wrapped) -> Wrapped:
        def timed(*args: Any, **kwargs: Any) -> Any:
            now = time.perf_counter()
            if self._open:
                outer, since = self._open[-1]
                self.seconds[outer] += now - since
            self._open.append([bucket, now])
            self.counts[bucket] += 1
            try:
                return function(*args, **kwargs)
            finally:
                now = time.perf_counter()
                _, since = self._open.pop()
                self.seconds[bucket] += now - since
                if self._open:
                    self._open[-1][1] = now

        return timed
