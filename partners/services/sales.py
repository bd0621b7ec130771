"""What a shop sold, day by day."""

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

from django.conf import settings

from catalog.models import Shop
from orders.models import OrderLine

CENT = Decimal("0.01")


@dataclass(frozen=True)
class DaySales:
    """Orders placed on a day that were not canceled: the shop's own lines of them.

    `turnover` is what they cost, less their discounts, without delivery.
    """

    day: date
    orders: int = 0
    units: int = 0
    turnover: Decimal = 0 * CENT


def sales_by_day(*, shop: Shop, first: date, last: date) -> list[DaySales]:
    """Each day from the first to the last, in one query, by STORE_TIME_ZONE."""
    zone = ZoneInfo(settings.STORE_TIME_ZONE)
    rows = OrderLine.objects.sold_by_day(shop, first, last, zone)
    sold = {row["day"]: _exact(DaySales(**row)) for row in rows}
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [sold.get(day) or DaySales(day) for day in days]


def _exact(day: DaySales) -> DaySales:
    """SQLite's sums have lost their kopecks where these are 00."""
    return replace(day, turnover=day.turnover.quantize(CENT))


def sales_as_csv(days: list[DaySales]) -> Iterator[str]:
    """The days as a table, line by line."""
    for row in [[field.name for field in fields(DaySales)], *map(astuple, days)]:
        line = StringIO()
        csv.writer(line, delimiter=";").writerow(row)
        yield line.getvalue()
