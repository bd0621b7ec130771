"""The desk's front page: how the shop does, and what waits for somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from catalog.models import Offer
from config.desk import may_view
from orders.models import Order, OrderLine, Review
from partners.models import PriceListRun

DAYS = 30
ROWS = 5
STANDING = [state for state in Order.Status if state != Order.Status.CANCELED]


@dataclass(frozen=True)
class Figure:
    """A number with a name; `link` is the list of just what was counted."""

    title: str
    value: str
    link: str
    # Somebody should look.
    is_urgent: bool = False


@dataclass(frozen=True)
class Day:
    """One day of the shop, in its own time zone."""

    on: date
    orders: int = 0
    canceled: int = 0
    turnover: Decimal = Decimal(0)


def figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The front page's context, as the theme asks for it."""
    return context | front_page(request, timezone.localtime())


def front_page(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """All that the front page shows: only what this person may look at is counted."""
    return {
        "sales": _sales(now) if may_view(request, Order) else None,
        "waiting": list(_waiting(request, now)),
        "best": _best(request, now),
        "low": _low(request),
        "days": DAYS,
        "currency": settings.STORE_CURRENCY,
        "zone": settings.STORE_TIME_ZONE,
    }


def _sales(now: datetime) -> dict[str, Any]:
    today = now.date()
    first = min(today.replace(day=1), today - timedelta(days=DAYS - 1))
    days = _days(first, today)
    shown = days[-DAYS:]
    month = [day for day in days if day.on >= today.replace(day=1)]
    return {
        "periods": [
            (_("Today"), _period([days[-1]])),
            (_("This month"), _period(month)),
        ],
        "charts": [
            (_("Orders"), _bars(shown, [day.orders for day in shown], str)),
            (_("Turnover"), _bars(shown, [day.turnover for day in shown], _money)),
        ],
    }


def _days(first: date, last: date) -> list[Day]:
    """Every day from the first to the last, those without orders too."""
    since, until = _midnight(first), _midnight(last + timedelta(days=1))
    rows = Order.objects.by_day(since, until, timezone.get_current_timezone())
    found = {row[0]: Day(*row) for row in rows}
    number = (last - first).days + 1
    dates = [first + timedelta(days=passed) for passed in range(number)]
    return [found.get(on, Day(on)) for on in dates]


def _period(days: list[Day]) -> list[Figure]:
    orders = sum(day.orders for day in days)
    canceled = sum(day.canceled for day in days)
    turnover = sum((day.turnover for day in days), Decimal(0))
    average = _money(turnover / orders) if orders else "—"
    link, lost = _placed(days[0].on, days[-1].on), Order.Status.CANCELED
    return [
        Figure(_("Orders"), str(orders), link),
        Figure(_("Turnover"), _money(turnover), link),
        Figure(_("Average order"), average, link),
        Figure(_("Canceled"), str(canceled), _placed(days[0].on, days[-1].on, lost)),
    ]


def _bars(days: list[Day], values: list[Any], told: Any) -> dict[str, Any]:
    """A bar for each day, in a picture 100 high and 10 wide for each."""
    most = max(values)
    heights = [round(100 * value / most) if most else 0 for value in values]
    bars = [
        {
            "x": 10 * place,
            "y": 100 - height,
            "height": height,
            "link": _placed(day.on, day.on),
            "title": f"{date_format(day.on, 'DATE_FORMAT')}: {told(value)}",
        }
        for place, (day, height, value) in enumerate(
            zip(days, heights, values, strict=True)
        )
    ]
    ends = [date_format(day.on, "j E") for day in (days[0], days[-1])]
    return {"bars": bars, "width": 10 * len(bars), "most": told(most), "ends": ends}


def _waiting(request: HttpRequest, now: datetime) -> Iterator[Figure]:
    """What waits for somebody's hands, in the order in which a morning goes."""
    if may_view(request, Order):
        waiting = dict(Order.objects.to_prepare())
        for state, title in (
            (Order.Status.CONFIRMED, _("Orders to assemble")),
            (Order.Status.ASSEMBLED, _("Orders to send")),
        ):
            link = _list(Order, status__exact=state)
            yield Figure(title, str(waiting.get(state, 0)), link)
    if may_view(request, Review):
        pending = Review.Status.PENDING
        link = _list(Review, status__exact=pending)
        number = Review.objects.filter(status=pending).count()
        yield Figure(_("Reviews to moderate"), str(number), link)
    if may_view(request, PriceListRun):
        yield from _imports(now)
    if may_view(request, DBTaskResult):
        yield from _tasks(now)


def _imports(now: datetime) -> Iterator[Figure]:
    since = _midnight(now.date() - timedelta(days=DAYS - 1))
    states = ",".join([PriceListRun.State.QUEUED, PriceListRun.State.RUNNING])
    number = PriceListRun.objects.unfinished().count()
    link = _list(PriceListRun, state__in=states)
    yield Figure(_("Price lists in work"), str(number), link)
    states = ",".join([PriceListRun.State.REFUSED, PriceListRun.State.FAILED])
    number = PriceListRun.objects.without_success(since).count()
    link = _list(PriceListRun, state__in=states, created_at__gte=since.isoformat())
    title = _("Price lists refused or failed in %(days)d days") % {"days": DAYS}
    yield Figure(title, str(number), link, is_urgent=number > 0)


def _tasks(now: datetime) -> Iterator[Figure]:
    late = DBTaskResult.objects.ready().order_by().count()
    link = _list(DBTaskResult, status__exact=TaskResultStatus.READY)
    yield Figure(_("Waiting tasks"), str(late), link)
    failed = DBTaskResult.objects.failed().order_by().count()
    link = _list(DBTaskResult, status__exact=TaskResultStatus.FAILED)
    yield Figure(_("Failed tasks"), str(failed), link, is_urgent=failed > 0)


def _best(request: HttpRequest, now: datetime) -> list[dict[str, Any]] | None:
    product = Offer._meta.get_field("product").related_model
    if not (may_view(request, Order) and may_view(request, product)):
        return None
    since = _midnight(now.date() - timedelta(days=DAYS - 1))
    rows = OrderLine.objects.sold_since(since).best_sellers(ROWS)
    return [
        {
            "name": name,
            "link": reverse("admin:catalog_product_change", args=[pk]),
            "units": units,
            "paid": _money(paid),
        }
        for pk, name, units, paid in rows
    ]


def _low(request: HttpRequest) -> dict[str, Any] | None:
    """What runs out, the most popular first: it will be asked for."""
    if not may_view(request, Offer):
        return None
    # Counted by reading every offer, 90 ms for a million. An index on what is left
    # would be written at each sale, and keep PostgreSQL from updating rows in place.
    offers = Offer.objects.running_out(settings.STOCK_LOW)
    first = offers.with_card().order_by("-product__popularity", "pk")[:ROWS]
    limit = settings.STOCK_LOW
    return {
        "number": offers.count(),
        "link": _list(Offer, is_withdrawn__exact=0, stock__lte=limit),
        "limit": limit,
        "offers": [
            {
                "name": f"{offer.product.name} · {offer.shop.name}",
                "link": reverse("admin:catalog_offer_change", args=[offer.pk]),
                "stock": offer.stock,
            }
            for offer in first
        ],
    }


def _placed(first: date, last: date, *states: str) -> str:
    """The list of orders placed on these days: those that stand, or in these states."""
    return _list(
        Order,
        placed_at__gte=_midnight(first).isoformat(),
        placed_at__lt=_midnight(last + timedelta(days=1)).isoformat(),
        status__in=",".join(states or STANDING),
    )


def _list(model: Any, **lookups: Any) -> str:
    of = model._meta
    address = reverse(f"admin:{of.app_label}_{of.model_name}_changelist")
    return f"{address}?{urlencode(lookups)}"


def _midnight(on: date) -> datetime:
    """When the day begins in the shop."""
    return timezone.make_aware(datetime.combine(on, time()))


def _money(amount: Decimal) -> str:
    text = number_format(amount, decimal_pos=2, force_grouping=True)
    return f"{text} {settings.STORE_CURRENCY}"
