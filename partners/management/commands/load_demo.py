"""The demo catalogue: our own price lists, through the real importer, once."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from accounts.services import customer_of, make_account
from catalog.models import Offer
from catalog.services import keep_photo
from orders.models import Coupon, Payment
from orders.services import Delivery, move_order, place_order, take_payment
from partners.services import import_price_list

DEMO = settings.BASE_DIR / "demo"
PASSWORD = "storekeeper-demo"  # noqa: S105 - printed at start, for debug only
# Who owns the shop of each list; the house's list is an operator's.
LISTS = {"1-house": None, "2-bramblefoot": "partner", "3-lavka": "partner2"}
ACCOUNTS = {"admin": "superuser", "partner": "partner", "partner2": "partner"}
BUYER = {"buyer": "buyer"}
DELIVERY = Delivery(
    method="courier",
    email="buyer@storekeeper.example",
    first_name="Demo",
    last_name="Buyer",
    city="Exampletown",
    address="1 Example Street",
)
PAYMENTS = ("on-delivery", "invoice")


class Command(BaseCommand):
    help = "Load the demo catalogue and accounts into an empty shop."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--orders",
            type=int,
            default=0,
            help="So many orders of the demo's buyer, over the last 30 days.",
        )

    def handle(self, *, orders: int = 0, **options: Any) -> None:
        if Offer.objects.exists():
            return
        now = timezone.now()
        users = {
            name: make_account(
                role=role,
                username=name,
                email=f"{name}@storekeeper.example",
                password=PASSWORD,
                now=now,
            )
            for name, role in (ACCOUNTS | BUYER).items()
        }
        for stem, owner in LISTS.items():
            file = DEMO / "price-lists" / f"{stem}.yaml"
            run = import_price_list(
                user=users[owner] if owner else None,
                content=file.read_bytes(),
                source=file.name,
                now=now,
            )
            photos = self._add_photos(stem, run.shop_id or 0)
            self.stdout.write(
                f"{run.shop}: {run.created_count} goods, {photos} pictures"
            )

        Coupon.objects.create(
            code="WELCOME10", percent=10, from_sum=1000, customer_limit=1
        )
        for number in range(orders):
            # More of them lately than a month ago.
            passed = timedelta(days=29) * (1 - (number + 1) / orders) ** 1.3
            self._buy(users["buyer"], number, now - passed)

    def _buy(self, buyer: User, number: int, at: datetime) -> None:
        """One order as the buyer would place it, moved along as its age suggests."""
        goods = list(Offer.objects.for_sale().filter(stock__gt=5).order_by("pk"))
        chosen = [goods[number * step % len(goods)] for step in (7, 11)]
        order = place_order(
            customer=customer_of(buyer),
            quantities={offer.pk: 1 + number % 2 for offer in chosen},
            delivery=DELIVERY,
            payment=PAYMENTS[number % len(PAYMENTS)],
            actor=buyer,
            now=at,
        )
        if number % 9 == 4:
            move_order(order=order, to="canceled", actor=buyer, now=at)
            return
        age = (timezone.now() - at).days
        for to, days in (("assembled", 1), ("sent", 2), ("delivered", 4)):
            if age >= days:
                moment = at + timedelta(days=days)
                move_order(order=order, to=to, actor=None, now=moment)
        if age >= 2:
            take_payment(payment=Payment.objects.get(order=order), now=at)

    def _add_photos(self, stem: str, shop: int) -> int:
        """A picture is named after the article of the good that it shows."""
        added = 0
        for offer in Offer.objects.filter(shop=shop).select_related("product"):
            picture: Path = DEMO / "pictures" / stem / f"{offer.article}.webp"
            if picture.exists() and not offer.product.photos.exists():
                with picture.open("rb") as stream:
                    keep_photo(
                        product_id=offer.product_id,
                        picture=File(stream),
                        alt=offer.product.name,
                    )
                added += 1
        return added
