"""Cards and offers as staff edit them, and the log of prices."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from catalog.models import Offer, PriceChange, Product
from catalog.services.batches import BATCH
from catalog.services.ratings import FIELDS
from catalog.services.search_texts import search_text_of
from catalog.services.slugs import keep_slug
from catalog.services.summaries import refresh_summaries
from catalog.services.versions import save_unique


@transaction.atomic
def save_offer(*, offer: Offer, document: str) -> None:
    """Save an offer as staff edited it; never its stock, which moves by differences.

    A new price goes to the log; `document` says whose edit it was.
    """
    touched, old = {offer.product_id}, None
    if offer.pk is None:
        offer.save()
    else:
        kept = {"id", "stock", "price", "created_at"}
        fields = [f.name for f in Offer._meta.concrete_fields if f.name not in kept]
        old = Offer.objects.filter(pk=offer.pk).select_for_update().get()
        touched.add(old.product_id)
        offer.save(update_fields=fields)
    if old is None or prices(old) != prices(offer):
        log_prices([offer], PriceChange.Reason.MANUAL, document)
    if old is None or old.model != offer.model:
        save_product(product=Product.objects.get(pk=offer.product_id))
    refresh_summaries(touched)


@transaction.atomic
def save_product(*, product: Product) -> None:
    """Save a card as staff edited it: its address, its text for search.

    Raises FieldRefused for a slug that another one has or had.
    """
    keep_slug(product)
    product.search_text = search_text_of(product)
    # The summaries have keepers of their own, who lock the row; here they are old.
    kept = {"id", "best_offer", "price_from", "in_stock", "created_at", *FIELDS}
    kept.add("popularity")
    names = [f.name for f in Product._meta.concrete_fields if f.name not in kept]
    save_unique(product, update_fields=names if product.pk else None)


def prices(offer: Offer) -> tuple[Decimal, Decimal | None]:
    """What decides an offer's price."""
    return offer.regular_price, offer.discount_price


def log_prices(
    offers: Iterable[Offer], reason: PriceChange.Reason, document: str
) -> None:
    """Append the price that each offer has from now on, and who set it."""
    PriceChange.objects.bulk_create(
        (
            PriceChange(
                offer=offer,
                price=offer.discount_price or offer.regular_price,
                regular_price=offer.regular_price,
                reason=reason,
                document=document,
            )
            for offer in offers
        ),
        batch_size=BATCH,
    )
