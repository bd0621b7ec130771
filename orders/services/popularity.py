"""What sells, counted by the worker from the orders themselves."""

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone
from django_tasks import task

from catalog.services import refresh_popularity
from orders.models import OrderLine

WINDOW = timedelta(days=90)


@task()
def count_sales() -> int:
    """Bring the popularity of products up to date; returns how many changed.

    Units of the orders placed within the last 90 days that were not canceled.
    """
    lines = OrderLine.objects.sold_since(timezone.now() - WINDOW)
    by_product = lines.values_list("offer__product").annotate(Sum("quantity"))
    return refresh_popularity(sold=dict(by_product.order_by()))
