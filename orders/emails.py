"""Letters about orders. Each is a task, enqueued in the transaction of its cause."""

import hashlib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_tasks import task

from catalog.models import Shop
from orders.models import Order, OrderLine


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
    shop = Shop.objects.get(pk=shop_id)
    lines = [line for line in order.lines.all() if line.shop_id == shop_id]
    _send(order, lines, "shop", [shop.email] if shop.email else [])


def _send(order: Order, lines: list[OrderLine], reader: str, to: list[str]) -> None:
    if not to:
        return
    context = {
        "order": order,
        "lines": lines,
        "reader": reader,
        "store": settings.STORE_NAME,
        "currency": settings.STORE_CURRENCY,
        "total": sum(line.amount for line in lines),
    }
    # A letter sent twice after a crash is the same letter to a mail program.
    mark = hashlib.sha256(",".join(to).encode()).hexdigest()[:12]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    letter = EmailMultiAlternatives(
        subject=f"Order {order.pk} · {settings.STORE_NAME}",
        body=render_to_string("orders/placed.txt", context),
        to=to,
        headers={"Message-ID": f"<order-{order.pk}-{reader}-{mark}@{host}>"},
    )
    html = render_to_string("orders/placed.html", context)
    letter.attach_alternative(html, "text/html")
    letter.send()
