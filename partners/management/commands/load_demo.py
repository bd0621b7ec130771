"""The demo catalogue: our own price lists, through the real importer, once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services import make_account
from catalog.models import Offer
from catalog.services import keep_photo
from orders.models import Coupon
from partners.services import import_price_list

DEMO = settings.BASE_DIR / "demo"
PASSWORD = "storekeeper-demo"  # noqa: S105 - printed at start, for debug only
# Who owns the shop of each list; the house's list is an operator's.
LISTS = {"1-house": None, "2-bramblefoot": "partner", "3-lavka": "partner2"}
ACCOUNTS = {"admin": "superuser", "partner": "partner", "partner2": "partner"}
BUYER = {"buyer": "buyer"}


class Command(BaseCommand):
    help = "Load the demo catalogue and accounts into an empty shop."

    def handle(self, **options: Any) -> None:
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
