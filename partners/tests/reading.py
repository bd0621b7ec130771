"""A list read at once, for tests that look at all of it."""

from dataclasses import dataclass
from io import BytesIO

from django.utils import timezone

from partners.exceptions import PriceListInvalid
from partners.models import PriceListRun
from partners.price_list import Finding, Good, ListedCategory, read_price_list
from partners.services import import_price_list


@dataclass
class PriceList:
    shop: str
    categories: list[ListedCategory]
    goods: list[Good]
    findings: list[Finding]
    findings_total: int


def read_whole(content: bytes, **limits: int) -> PriceList:
    """The list, with the categories of its goods settled; else PriceListInvalid."""
    goods: list[Good] = []
    outline = read_price_list(BytesIO(content), goods.append, **limits)
    if outline.errors:
        raise PriceListInvalid(outline.findings, outline.total)
    return PriceList(
        outline.shop, outline.categories, goods, outline.findings, outline.total
    )


def import_whole(content: bytes) -> PriceListRun:
    """An operator's import: what only all goods together tell is found there."""
    now = timezone.now()
    return import_price_list(user=None, content=content, source="list.yaml", now=now)
