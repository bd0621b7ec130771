"""Remove what nobody needs any more; the worker does it every hour."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Brake, Customer, Session
from catalog.models import ChangeSet
from operations.services import forget_dead_workers
from orders.models import IdempotencyRecord
from partners.models import OfferChange, PriceListRun, StagedGood

KEPT = timedelta(days=30)


def tidy(now: datetime) -> dict[str, int]:
    """Delete expired answers and closed brakes; after a week what checks found and
    previews that nobody applied; and after 30 days done tasks, ended sessions and
    guests who bought nothing. Returns how many of each."""
    long_ago = now - KEPT
    idle = Customer.objects.filter(
        user=None, created_at__lt=long_ago, orders=None
    ).exclude(carts__updated_at__gte=long_ago)
    last_week = now - timedelta(days=7)
    checks = PriceListRun.objects.filter(kind="check", created_at__lt=last_week)
    rubbish: dict[str, Any] = {
        "stored answers": IdempotencyRecord.objects.expired(now),
        "brakes": Brake.objects.filter(ends_at__lt=now),
        "tasks": DBTaskResult.objects.successful().filter(finished_at__lt=long_ago),
        "sessions": Session.objects.filter(expires_at__lt=long_ago),
        "staged goods": StagedGood.objects.filter(run__created_at__lt=last_week),
        "changes of old checks": OfferChange.objects.filter(run__in=checks),
        "previews": ChangeSet.objects.forgotten(last_week),
        "guests": idle.exclude(carts__placed_at__isnull=False),
    }
    removed = {name: rows.delete()[0] for name, rows in rubbish.items()}
    return removed | {"dead workers": forget_dead_workers(now)}


class Command(BaseCommand):
    help = "Remove expired answers, brakes, old tasks, sessions and idle guests."

    def handle(self, **options: Any) -> None:
        for name, removed in tidy(timezone.now()).items():
            self.stdout.write(f"{name}: {removed} removed")
