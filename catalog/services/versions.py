"""What an editor saw, so that nobody writes over what another one wrote meanwhile."""

import json
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Model

from catalog.exceptions import DeletedMeanwhile, EditedMeanwhile, FieldRefused
from catalog.models import Brand, Category, Offer, Product, Shop

# The versions that a write may start from; None for any.
Versions = Collection[str] | None
Row = TypeVar("Row", bound=Model)


def version_of(row: Model) -> str:
    """Names all that staff can edit of a row, its stock left out.

    A fingerprint rather than a counter: an edit by a price list, the admin or an undo
    makes another one as well, and no writer has to remember to count.
    """
    return _fingerprint([row._meta.model_name, row.pk, *FACTS[type(row)](row)])


def locked(
    model: type[Row], pk: int, expected: Versions, *, no_key: bool = True
) -> Row:
    """The row for an edit, locked; raises EditedMeanwhile or DeletedMeanwhile.

    With `no_key=False` nothing may begin to refer to it meanwhile, as for a deletion.
    """
    rows = model._default_manager.select_for_update(of=("self",), no_key=no_key)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise DeletedMeanwhile
    check_version(row, expected)
    return row


def check_version(row: Model, expected: Versions) -> None:
    if expected is not None and (version := version_of(row)) not in expected:
        raise EditedMeanwhile(version)


def fill(row: Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def save_unique(row: Model, **options: Any) -> None:
    """Save; raises FieldRefused for the value that another row has already."""
    _check_unique(row)
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError:
        _check_unique(row)  # the other one was faster
        raise


def _check_unique(row: Model) -> None:
    for names in UNIQUE[type(row)]:
        taken = {name: getattr(row, name) for name in names}
        others = type(row)._default_manager.filter(**taken).exclude(pk=row.pk)
        if others.exists():
            raise FieldRefused(names[-1], "unique", ["Something else has it already."])


def _fingerprint(facts: list[Any]) -> str:
    text = json.dumps(facts, sort_keys=True, default=_text)
    return sha256(text.encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def version_of_page(page: Mapping[str, Any]) -> str:
    """The same of a product on sale, from all that its page shows (catalog.details)."""
    facts = [
        page["name"],
        page["slug"],
        page["description"],
        page["brand"] and page["brand"].id,
        page["attributes"],
        True,  # what is not active is not on sale
        sorted(category.id for category in page["categories"]),
        [[photo["id"], photo["alt"]] for photo in page["photos"]],
    ]
    return _fingerprint(["product", page["id"], *facts])


def _of_product(product: Product) -> list[Any]:
    in_order = sorted(product.photos.all(), key=lambda photo: photo.position)
    photos = [[photo.pk, photo.alt] for photo in in_order]
    return [
        product.name,
        product.slug,
        product.description,
        product.brand_id,
        product.attributes,
        product.is_active,
        sorted(category.pk for category in product.categories.all()),
        photos,
    ]


def _of_offer(offer: Offer) -> list[Any]:
    return [
        offer.product_id,
        offer.shop_id,
        offer.article,
        offer.model,
        offer.regular_price,
        offer.discount_price,
        offer.recommended_price,
        offer.is_withdrawn,
    ]


FACTS: dict[type[models.Model], Callable[[Any], list[Any]]] = {
    Brand: lambda brand: [brand.name, brand.slug],
    Category: lambda c: [c.name, c.slug, c.parent_id, c.is_active],
    Offer: _of_offer,
    Product: _of_product,
    Shop: lambda s: [s.name, s.slug, s.is_house, s.accepts_orders, s.email],
}
UNIQUE: dict[type[models.Model], list[tuple[str, ...]]] = {
    Brand: [("name",), ("slug",)],
    Category: [("name",), ("slug",)],
    Offer: [("shop", "article")],
    Product: [("slug",)],
    Shop: [("slug",)],
}
