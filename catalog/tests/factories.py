"""Test data: state only what the test is about."""

from decimal import Decimal
from itertools import count

from django.db import transaction

from catalog.models import Category, Offer, Product, Shop, StockMovement
from catalog.search import search_text
from catalog.services import free_slugs, house_shop, move_stock, refresh_summaries

_numbers = count(1)


def make_product(
    *, name: str = "", categories: list[Category] | None = None
) -> Product:
    name = name or f"Green tea, {next(_numbers)} g"
    product = Product.objects.create(
        name=name,
        slug=free_slugs(Product, [name])[0],
        search_text=search_text(name, "", ""),
    )
    product.categories.set(categories or [])
    return product


def make_offer(
    *,
    stock: int = 10,
    price: str = "100.00",
    discount: str | None = None,
    product: Product | None = None,
    shop: Shop | None = None,
) -> Offer:
    """An offer on sale, its stock booked in the ledger as an import would."""
    offer = Offer.objects.create(
        product=product or make_product(),
        shop=shop or house_shop(),
        article=str(next(_numbers)),
        regular_price=Decimal(price),
        discount_price=Decimal(discount) if discount else None,
    )
    _stock([offer], stock)
    return offer


def make_offers(number: int, **facts: object) -> list[Offer]:
    """Many offers at once, each of its own product."""
    return [make_offer(**facts) for _ in range(number)]  # type: ignore[arg-type]


@transaction.atomic
def _stock(offers: list[Offer], stock: int) -> None:
    locked = {offer.pk: offer for offer in offers}
    deltas = dict.fromkeys(locked, stock)
    move_stock(locked, deltas, StockMovement.Reason.IMPORT, "test")
    refresh_summaries({offer.product_id for offer in offers})
    for offer in offers:
        offer.refresh_from_db()
