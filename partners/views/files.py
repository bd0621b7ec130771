"""Answers that are files to keep."""

from collections.abc import Iterable
from typing import Any

from django.http import StreamingHttpResponse


def as_file(content: Iterable[Any], media: str, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
