"""A list that can be corrected without a guess, kept beside the run that found out."""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction

from partners.exceptions import PriceListTooLarge
from partners.models import PriceListRun
from partners.price_list import MENDABLE
from partners.price_list.process import mended
from partners.services.files import PART, keep_file, opened


def keep_corrected(run: PriceListRun) -> None:
    """Keep the corrected list of a run that was just read, if there is any."""
    if not {finding["code"] for finding in run.findings} & MENDABLE:
        return
    given, limit = run.price_list, settings.PRICE_LIST_GOODS_LIMIT
    with opened(given) as file, mended(file, goods_limit=limit) as text:
        blocks = iter(lambda: text.read(PART), b"")
        if (first := next(blocks, None)) is None:
            return
        try:
            with transaction.atomic():
                run.corrected = keep_file(
                    user=given.uploaded_by,
                    content=_together(first, blocks),
                    source=f"corrected: {given.source}"[:2000],
                )
        except PriceListTooLarge:
            return  # quoted, it has outgrown what may come in


def corrected_list(run: PriceListRun) -> Iterator[bytes]:
    """The corrected list of a run that has one, some at a time."""
    assert run.corrected is not None  # noqa: S101 - the caller has looked
    with opened(run.corrected) as file:
        yield from iter(lambda: file.read(PART), b"")


def _together(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
