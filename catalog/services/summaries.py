"""What lists show of a product's offers, kept by whoever changes one."""

from collections.abc import Iterable

from django.db.models import Case, Exists, OuterRef, Subquery, When

from catalog.models import Offer, Product
from catalog.services.batches import chunks


def refresh_summaries(products: Iterable[int]) -> None:
    """Write anew what lists show of these products: best offer, price, in stock.

    The best offer is the cheapest in stock, else the cheapest. Call it in the
    transaction that changed an offer, after offers are locked.
    """
    for_sale = Offer.objects.filter(
        product=OuterRef("pk"),
        product__is_active=True,
        is_withdrawn=False,
        shop__accepts_orders=True,
    )
    best = for_sale.order_by(Case(When(stock__gt=0, then=0), default=1), "price", "pk")
    for chunk in chunks(sorted(products)):
        rows = Product.objects.filter(pk__in=chunk)
        # Lock in primary-key order first; one UPDATE would lock in any order.
        list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        rows.update(
            best_offer=Subquery(best.values("pk")[:1]),
            price_from=Subquery(best.values("price")[:1]),
            in_stock=Exists(for_sale.filter(stock__gt=0)),
        )
