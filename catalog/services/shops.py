"""Shops as staff edit them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from catalog.exceptions import InUse
from catalog.models import Offer, Shop
from catalog.services.slugs import forget_slugs, keep_slug
from catalog.services.summaries import refresh_summaries
from catalog.services.versions import Versions, fill, locked, save_unique


@transaction.atomic
def save_shop(*, shop: Shop) -> Shop:
    """Save a shop as staff edited it; one that opens or closes takes its offers along.

    Raises FieldRefused for a slug that another one has.
    """
    before = Shop.objects.filter(pk=shop.pk).first()
    keep_slug(shop)
    save_unique(shop)
    if before is not None and before.accepts_orders != shop.accepts_orders:
        offers = Offer.objects.filter(shop=shop)
        refresh_summaries(set(offers.values_list("product_id", flat=True)))
    return shop


@transaction.atomic
def change_shop(
    *, pk: int, values: Mapping[str, Any], expected: Versions = None
) -> Shop:
    """Edit a shop that is still what the editor saw; else EditedMeanwhile."""
    shop = locked(Shop, pk, expected)
    fill(shop, values)
    return save_shop(shop=shop)


@transaction.atomic
def delete_shop(*, pk: int, expected: Versions = None) -> None:
    """Delete a shop that never sold anything; else InUse. Others can be closed."""
    shop = locked(Shop, pk, expected, no_key=False)
    if offers := shop.offers.count():
        raise InUse({"offers": offers})
    forget_slugs(shop)
    try:
        shop.delete()
    except ProtectedError as error:
        raise InUse({"price lists": len(error.protected_objects)}) from error


def switch_shop(*, shop: Shop, accepts_orders: bool) -> None:
    """Open or close a shop: its offers appear or disappear everywhere at once."""
    change_shop(pk=shop.pk, values={"accepts_orders": accepts_orders})
