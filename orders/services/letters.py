"""Letters of an order: what became of each, and sending one again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from catalog.models import Shop
from orders.emails import (
    letter_key,
    send_admin_letter,
    send_buyer_letter,
    send_move_letter,
    send_shop_letter,
)
from orders.exceptions import LetterNotFound
from orders.models import Letter, Order, OrderEvent


@dataclass(frozen=True)
class LetterState:
    """A letter that the order has or should have; `letter` is None if never tried."""

    key: str
    event: OrderEvent
    reader: str
    to: str
    letter: Letter | None
    task: Any
    arguments: tuple[Any, ...]


def letters_of(order: Order) -> list[LetterState]:
    """Every letter of a placed order, the oldest first; whom nobody can write to are
    left out."""
    if order.placed_at is None:
        return []
    kept = {letter.key: letter for letter in order.letters.all()}
    sold = order.lines.order_by().values("shop")
    shops = list(Shop.objects.filter(pk__in=sold).exclude(email="").order_by("pk"))
    placed = False
    found: list[LetterState] = []
    for event in order.events.order_by("pk"):
        if event.after == Order.Status.NEW:
            continue
        found += _letters(order, event, shops, kept, is_placing=not placed)
        placed = True
    return found


@transaction.atomic
def resend_letter(*, order: Order, key: str) -> LetterState:
    """Queue a letter once more; raises LetterNotFound."""
    for state in letters_of(order):
        if state.key == key:
            state.task.enqueue(*state.arguments)
            return state
    raise LetterNotFound(key)


def _letters(
    order: Order,
    event: OrderEvent,
    shops: list[Shop],
    kept: dict[str, Letter],
    *,
    is_placing: bool,
) -> Iterator[LetterState]:
    tasks = {"buyer": send_buyer_letter, "admin": send_admin_letter}
    readers: list[tuple[str, Shop | None, str]] = [("buyer", None, order.email)]
    if settings.ORDER_ADMINS:
        readers.append(("admin", None, ", ".join(settings.ORDER_ADMINS)))
    readers += [("shop", shop, shop.email) for shop in shops]
    for reader, shop, to in readers:
        ids = (shop.pk,) if shop else ()
        task: Any = send_move_letter
        arguments: tuple[Any, ...] = (event.pk, reader, *ids)
        if is_placing:
            task, arguments = tasks.get(reader, send_shop_letter), (order.pk, *ids)
        key = letter_key(
            None if is_placing else event.pk, reader, shop.pk if shop else None
        )
        yield LetterState(key, event, reader, to, kept.get(key), task, arguments)
