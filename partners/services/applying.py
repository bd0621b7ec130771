"""Making a shop's offers what its list says, within one transaction."""

from datetime import datetime
from typing import Any

from accounts.models import User
from catalog.models import Offer, PriceChange, Product, Shop, StockMovement
from catalog.services import (
    BATCH,
    chunks,
    house_shop,
    log_prices,
    make_shop,
    refresh_summaries,
    write_ledger,
)
from partners.models import Membership, OfferChange, PriceListRun
from partners.price_list import Good, PriceList
from partners.services.cards import Cards

State = PriceListRun.State


def apply_list(run: PriceListRun, listed: PriceList, now: datetime) -> None:
    """Make the shop's offers what the list says; fills the run's counters."""
    run.shop = shop = _lock_shop(listed.shop, run.price_list.uploaded_by)
    newer = PriceListRun.objects.filter(
        shop=shop,
        kind=PriceListRun.Kind.APPLY,
        state=State.DONE,
        price_list__gt=run.price_list,
    )
    if newer.exists():
        run.state = State.SUPERSEDED
        return
    before = {
        offer.article: offer
        for offer in Offer.objects.filter(shop=shop)
        .select_related("product")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    }
    products = Cards(shop, listed, before).products()
    after = [_offer(good, shop, products[good.article], now) for good in listed.goods]
    _write(run, before, after, now)
    run.state = State.DONE


def _lock_shop(name: str, owner: User | None) -> Shop:
    """The owner's shop of this name, locked; made when there is none.

    The same name from another account is another shop. An operator's list belongs to
    the house shop or to a shop that nobody owns.
    """
    if owner is None:
        house = house_shop()
        unowned = Shop.objects.filter(name=name, memberships=None).order_by("pk")
        shop = house if name == house.name else unowned.first()
    else:
        shop = Shop.objects.filter(name=name, memberships__user=owner).first()
    if shop is None:
        shop = make_shop(name=name, email=owner.email if owner else "")
        if owner:
            Membership.objects.create(user=owner, shop=shop)
    return Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)


def _offer(good: Good, shop: Shop, product: Product, now: datetime) -> Offer:
    return Offer(
        product=product,
        shop=shop,
        article=good.article,
        model=good.model,
        regular_price=good.price,
        discount_price=good.discount_price,
        recommended_price=good.recommended_price,
        stock=good.quantity,
        created_at=now,
        updated_at=now,
    )


SET_BY_LISTS = [
    "product_id",
    "model",
    "regular_price",
    "discount_price",
    "recommended_price",
    "stock",
    "is_withdrawn",
]


def _write(
    run: PriceListRun, before: dict[str, Offer], after: list[Offer], now: datetime
) -> None:
    """Upsert what differs, withdraw what is missing, write ledger and change set."""
    old = {article: _values(offer) for article, offer in before.items()}
    changed = [offer for offer in after if old.get(offer.article) != _values(offer)]
    listed = {offer.article for offer in after}
    withdrawn = [
        offer
        for offer in before.values()
        if offer.article not in listed and not offer.is_withdrawn
    ]
    Offer.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["shop", "article"],
        update_fields=[*SET_BY_LISTS, "updated_at"],
    )
    for chunk in chunks(offer.pk for offer in withdrawn):
        Offer.objects.filter(pk__in=chunk).update(is_withdrawn=True, updated_at=now)
    for offer in withdrawn:
        offer.is_withdrawn = True
    _record(run, changed + withdrawn, old)
    run.created_count = sum(offer.article not in old for offer in changed)
    run.changed_count = len(changed) - run.created_count
    run.unchanged_count = len(after) - len(changed)
    run.withdrawn_count = len(withdrawn)
    touched = {offer.product_id for offer in changed + withdrawn}
    moved = (old[offer.article] for offer in changed if offer.article in old)
    refresh_summaries(touched | {values["product_id"] for values in moved})


def _record(
    run: PriceListRun, offers: list[Offer], old: dict[str, dict[str, Any]]
) -> None:
    """The ledger rows and the change set of the offers that the run wrote."""
    stock_before = {article: values["stock"] for article, values in old.items()}
    write_ledger(
        (
            (offer.pk, delta, offer.stock)
            for offer in offers
            if (delta := offer.stock - stock_before.get(offer.article, 0))
        ),
        StockMovement.Reason.IMPORT,
        f"price-list-run:{run.pk}",
    )
    log_prices(
        (offer for offer in offers if _is_repriced(offer, old.get(offer.article))),
        PriceChange.Reason.IMPORT,
        f"price-list-run:{run.pk}",
    )
    OfferChange.objects.bulk_create(
        (
            OfferChange(
                run=run,
                offer=offer,
                before=old.get(offer.article),
                after=_values(offer),
            )
            for offer in offers
        ),
        batch_size=BATCH,
    )


def _is_repriced(offer: Offer, old: dict[str, Any] | None) -> bool:
    new = _values(offer)
    return old is None or any(
        old[name] != new[name] for name in ("regular_price", "discount_price")
    )


def _values(offer: Offer) -> dict[str, Any]:
    """What a list may change of an offer, as JSON; money is text."""
    values = {name: getattr(offer, name) for name in SET_BY_LISTS}
    return {
        name: value if value is None or isinstance(value, int | str) else f"{value:.2f}"
        for name, value in values.items()
    }
