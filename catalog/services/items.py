"""An offer and its card as one thing, for surfaces that know no difference."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from catalog.exceptions import FieldRefused, OfferNotFound
from catalog.models import Category, Offer, Product
from catalog.services.goods import save_offer, save_product
from catalog.services.names import house_shop
from catalog.services.stock import correct_stock

CARD = ("name", "description")
PRICES = ("regular_price", "discount_price")


@transaction.atomic
def add_item(*, values: Mapping[str, Any], document: str) -> Offer:
    """Put a new product on sale in the house shop.

    `values` has name, description, regular_price, discount_price (or None), stock, and
    categories (their ids). Raises FieldRefused.
    """
    product = Product(**{name: values[name] for name in CARD})
    save_product(product=product)
    offer = Offer(product=product, shop=house_shop(), article=f"item-{product.pk}")
    _write(offer, values, document)
    return offer


@transaction.atomic
def change_item(*, offer_id: int, values: Mapping[str, Any], document: str) -> Offer:
    """Replace any of the values of add_item; absent ones stay.

    A new stock is booked as the difference to what is there at this moment. Raises
    OfferNotFound for one that is not on sale, FieldRefused.
    """
    offer = _locked(offer_id)
    product = Product.objects.select_for_update(no_key=True).get(pk=offer.product_id)
    for name in {*CARD} & values.keys():
        setattr(product, name, values[name])
    save_product(product=product)
    offer.product = product
    _write(offer, values, document)
    return offer


@transaction.atomic
def withdraw_item(*, offer_id: int, document: str) -> None:
    """Take an offer from sale; orders keep it. Raises OfferNotFound."""
    offer = _locked(offer_id)
    offer.is_withdrawn = True
    save_offer(offer=offer, document=document)


def _locked(offer_id: int) -> Offer:
    on_sale = Offer.objects.for_sale().filter(pk=offer_id).exists()
    offer = Offer.objects.locked([offer_id]).first() if on_sale else None
    if offer is None or offer.is_withdrawn:
        raise OfferNotFound(offer_id)
    return offer


def _write(offer: Offer, values: Mapping[str, Any], document: str) -> None:
    for name in {*PRICES} & values.keys():
        setattr(offer, name, values[name])
    if "categories" in values:
        offer.product.categories.set(_categories(values["categories"]))
    save_offer(offer=offer, document=document)
    if delta := values.get("stock", offer.stock) - offer.stock:
        correct_stock(offer_id=offer.pk, delta=delta, document=document)
    offer.refresh_from_db()


def _categories(ids: list[int]) -> list[Category]:
    found = Category.objects.in_bulk(ids)
    unknown = [pk for pk in ids if pk not in found]
    if unknown:
        messages = [f"There is no category {pk}." for pk in unknown]
        raise FieldRefused("categories", "unknown", messages)
    return list(found.values())
