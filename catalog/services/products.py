"""Products as staff edit them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from catalog.exceptions import FieldRefused
from catalog.models import Product
from catalog.services.goods import save_product
from catalog.services.offers import add_offer
from catalog.services.photos import remove_files
from catalog.services.slugs import forget_slugs
from catalog.services.versions import Versions, fill, locked


@transaction.atomic
def add_product(
    *, values: Mapping[str, Any], offer: Mapping[str, Any] | None, document: str
) -> Product:
    """Make a product, together with its first offer if there is one.

    Without an offer nobody sees it yet. `categories` in `values` are rows. Raises
    FieldRefused; what is wrong with the offer is told below `offer`.
    """
    facts = {name: value for name, value in values.items() if name != "categories"}
    product = Product(**facts)
    save_product(product=product)
    product.categories.set(values.get("categories", []))
    if offer is not None:
        try:
            add_offer(product=product, values=offer, document=document)
        except FieldRefused as refusal:
            raise refusal.below("offer") from refusal
    return product


@transaction.atomic
def change_product(
    *, pk: int, values: Mapping[str, Any], expected: Versions = None
) -> Product:
    """Edit a product that is still what the editor saw; else EditedMeanwhile.

    With `is_active` off nobody can buy it, with on its offers are back as they were.
    """
    product = locked(Product, pk, expected)
    fill(product, {k: value for k, value in values.items() if k != "categories"})
    save_product(product=product)
    if "categories" in values:
        product.categories.set(values["categories"])
    return product


@transaction.atomic
def retire_product(*, pk: int, expected: Versions = None) -> None:
    """Delete a product that nobody ever offered; any other is switched off.

    Orders, the stock ledger and the price log keep what they name.
    """
    product = locked(Product, pk, expected, no_key=False)
    if product.offers.exists():
        change_product(pk=pk, values={"is_active": False})
        return
    forget_slugs(product)
    remove_files(product.photos.all())
    product.delete()
