"""Move an order from a script, as staff do it in the admin."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from catalog.exceptions import OutOfStock
from orders.exceptions import AddressMissing, MoveNotAllowed
from orders.models import Order
from orders.serializers.moving import TARGETS
from orders.services import move_order


class Command(BaseCommand):
    help = "Move an order to another state: move_order 12 sent"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", metavar="ID", type=int, help="number of the order")
        parser.add_argument("state", metavar="STATE", choices=TARGETS)
        parser.add_argument("--as", dest="login", help="username of who moves it")
        parser.add_argument("--note", default="", help="told in timeline and letters")

    def handle(self, *, order: int, state: str, note: str, **options: Any) -> None:
        found = Order.objects.filter(pk=order).first()
        if found is None:
            raise CommandError(f"There is no order {order}.")
        login = options["login"]
        actor = User.objects.filter(username__iexact=login).first() if login else None
        if login and actor is None:
            raise CommandError(f"There is no account {login!r}.")
        try:
            move_order(
                order=found, to=state, actor=actor, now=timezone.now(), note=note
            )
        except MoveNotAllowed as refusal:
            message = f"Order {order} is {refusal.current}: it cannot become {state}."
            raise CommandError(message) from refusal
        except (OutOfStock, AddressMissing) as refusal:
            message = f"Order {order} cannot be confirmed: {type(refusal).__name__}."
            raise CommandError(message) from refusal
        self.stdout.write(f"Order {order} is {state} now.")
