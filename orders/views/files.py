"""Answers that are files."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.renderers import JSONRenderer


class CsvRenderer(JSONRenderer):
    """Lets a client ask for text/csv; the problems it meets are JSON all the same."""

    media_type = "text/csv"
    format = "csv"


class PdfRenderer(JSONRenderer):
    """Lets a client ask for application/pdf; problems as above."""

    media_type = "application/pdf"
    format = "pdf"


def csv_answer(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A table that is sent while it is made."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _saved_as(answer, name)


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    return _saved_as(HttpResponse(content, content_type="application/pdf"), name)


def _saved_as(answer: Any, name: str) -> Any:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
