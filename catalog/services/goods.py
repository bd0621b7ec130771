"""Cards and offers as staff edit them, and the log of prices."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from catalog.exceptions import FieldRefused
from catalog.models import Offer, PriceChange, Product
from catalog.services.batches import BATCH
from catalog.services.ratings import FIELDS
from catalog.services.search_texts import refresh_search_texts, search_text_of
from catalog.services.slugs import keep_slug
from catalog.services.summaries import refresh_summaries
from catalog.services.versions import save_unique

PRICES = ("regular_price", "discount_price", "recommended_price")
MOST_MONEY = Decimal("9999999999.99")


@transaction.atomic
def save_offer(*, offer: Offer, document: str) -> None:
    """Save an offer as staff edited it; never its stock, which moves by differences.

    A new price goes to the log; `document` says whose edit it was. Raises FieldRefused
    for a discount that is none, or an article that the shop has already.
    """
    check_prices(offer)
    touched, old = {offer.product_id}, None
    if offer.pk is None:
        save_unique(offer)
    else:
        kept = {"id", "stock", "price", "created_at"}
        fields = [f.name for f in Offer._meta.concrete_fields if f.name not in kept]
        old = Offer.objects.filter(pk=offer.pk).select_for_update().get()
        touched.add(old.product_id)
        save_unique(offer, update_fields=fields)
    if old is None or prices(old) != prices(offer):
        log_prices([offer], PriceChange.Reason.MANUAL, document)
    if old is None or old.model != offer.model or len(touched) > 1:
        refresh_search_texts(Product.objects.filter(pk__in=touched))
    refresh_summaries(touched)


@transaction.atomic
def save_product(*, product: Product) -> None:
    """Save a card as staff edited it: its address, its text for search.

    Switched off or on again, its offers disappear or appear everywhere. Raises
    FieldRefused for a slug that another one has or had.
    """
    before = Product.objects.filter(pk=product.pk).only("is_active").first()
    keep_slug(product)
    product.search_text = search_text_of(product)
    # The summaries have keepers of their own, who lock the row; here they are old.
    kept = {"id", "best_offer", "price_from", "in_stock", "created_at", *FIELDS}
    kept.add("popularity")
    names = [f.name for f in Product._meta.concrete_fields if f.name not in kept]
    save_unique(product, update_fields=names if product.pk else None)
    if before is not None and before.is_active != product.is_active:
        refresh_summaries([product.pk])


def check_prices(offer: Offer) -> None:
    """Raises FieldRefused for a price that is none, or a discount that is none."""
    for name in PRICES:
        price = getattr(offer, name)
        if price is not None and price <= 0:
            raise FieldRefused(name, "min_value", ["A price is above 0."])
        if price is not None and price > MOST_MONEY:
            raise FieldRefused(name, "max_value", [f"At most {MOST_MONEY}."])
    discount = offer.discount_price
    if discount is not None and discount >= offer.regular_price:
        messages = [f"Must be below the regular price, {offer.regular_price}."]
        raise FieldRefused("discount_price", "not_below_regular", messages)


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
