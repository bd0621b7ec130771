"""Letters about orders. Each is a task, enqueued in the transaction of its cause."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult, get_date_max

from catalog.models import Shop
from catalog.rows import insert
from orders.models import Letter, Order, OrderEvent, OrderLine


def queue_all(letters: Iterable[tuple[Any, tuple[Any, ...]]]) -> None:
    """Queue these (task, arguments) as `enqueue` does each, in one statement."""
    insert(
        *[
            DBTaskResult(
                args_kwargs={"args": list(arguments), "kwargs": {}},
                priority=letter.priority,
                task_path=letter.module_path,
                queue_name=letter.queue_name,
                run_after=get_date_max(),
                backend_name=letter.backend,
            )
            for letter, arguments in letters
        ]
    )


@task()
def send_buyer_letter(order_id: int) -> None:
    """What was ordered, to the address the buyer gave."""
    order = Order.objects.with_lines().get(pk=order_id)
    _send(order, list(order.lines.all()), "buyer", [order.email])


@task()
def send_admin_letter(order_id: int) -> None:
    """The whole order, to the store's own people."""
    order = Order.objects.with_lines().get(pk=order_id)
    _send(order, list(order.lines.all()), "admin", settings.ORDER_ADMINS)


@task()
def send_shop_letter(order_id: int, shop_id: int) -> None:
    """A shop's own lines of an order, with what it needs to deliver them."""
    order = Order.objects.with_lines().get(pk=order_id)
    lines = [line for line in order.lines.all() if line.shop_id == shop_id]
    _send(order, lines, "shop", _addresses(shop_id))


@task()
def send_move_letter(event_id: int, reader: str, shop_id: int | None = None) -> None:
    """An order moved: to its buyer, to the store's own people, or to one shop in it."""
    event = OrderEvent.objects.get(pk=event_id)
    order = Order.objects.with_lines().get(pk=event.order_id)
    lines = [line for line in order.lines.all() if shop_id in {None, line.shop_id}]
    to = {"buyer": [order.email], "admin": settings.ORDER_ADMINS}.get(reader, [])
    _send(order, lines, reader, _addresses(shop_id) if shop_id else to, event)


def _addresses(shop_id: int) -> list[str]:
    return [shop.email for shop in Shop.objects.filter(pk=shop_id) if shop.email]


def _send(
    order: Order,
    lines: list[OrderLine],
    reader: str,
    to: list[str],
    event: OrderEvent | None = None,
) -> None:
    """A letter about the order as placed or, with `event`, as moved."""
    if not to:
        return
    context = {
        "order": order,
        "event": event,
        "lines": lines,
        "reader": reader,
        "store": settings.STORE_NAME,
        "currency": settings.STORE_CURRENCY,
        "total": sum(line.amount for line in lines),
    }
    template, moved, state = "orders/placed", "", ""
    if event is not None:
        template, moved, state = "orders/moved", f"-{event.pk}", f" is {event.after}"
    # A letter sent twice after a crash is the same letter to a mail program.
    mark = hashlib.sha256(",".join(to).encode()).hexdigest()[:12]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    letter = EmailMultiAlternatives(
        subject=f"Order {order.pk}{state} · {settings.STORE_NAME}",
        body=render_to_string(f"{template}.txt", context),
        to=to,
        headers={"Message-ID": f"<order-{order.pk}{moved}-{reader}-{mark}@{host}>"},
    )
    html = render_to_string(f"{template}.html", context)
    letter.attach_alternative(html, "text/html")
    shop = lines[0].shop_id if reader == "shop" else None
    _note(order, event, reader, shop, letter.send)


def letter_key(event_id: int | None, reader: str, shop_id: int | None) -> str:
    """Names one letter among those of its order."""
    about = f"event-{event_id}" if event_id else "placed"
    return "-".join([about, reader, *([str(shop_id)] if shop_id else [])])


def _note(
    order: Order, event: OrderEvent | None, reader: str, shop: int | None, send: Any
) -> None:
    """Send, and keep for staff whether the mail server took it."""
    key = letter_key(event.pk if event else None, reader, shop)
    kept, _ = Letter.objects.get_or_create(
        order=order,
        key=key,
        defaults={
            "event": event,
            "reader": reader,
            "shop_id": shop,
            "tried_at": timezone.now(),
        },
    )
    row = Letter.objects.filter(pk=kept.pk)
    tried = {"attempts": F("attempts") + 1, "tried_at": timezone.now()}
    try:
        send()
    except Exception as error:
        row.update(**tried, error=type(error).__name__[:100])
        raise
    row.update(**tried, sent_at=timezone.now(), error="")
