"""Every write of the partner desk: lists come in, are checked, and applied whole."""

import hashlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts.models import User
from catalog.models import Offer, PriceChange, Product, Shop, StockMovement
from catalog.search import search_text
from catalog.services import (
    BATCH,
    brands_by_name,
    categories_by_name,
    chunks,
    free_slugs,
    house_shop,
    log_prices,
    make_shop,
    refresh_summaries,
    write_ledger,
)
from partners.exceptions import (
    NotAPartner,
    PriceListInvalid,
    PriceListTooLarge,
)
from partners.models import Membership, OfferChange, PriceListRun
from partners.models import PriceList as PriceListFile
from partners.price_list import Finding, Good, PriceList, read_price_list

State = PriceListRun.State


def submit_price_list(
    *, user: User | None, content: bytes, source: str, check_only: bool = False
) -> PriceListRun:
    """Keep the file and queue its run; the run tells what came of it.

    `user` is a partner or staff, or None for an operator at the command line. Raises
    NotAPartner, PriceListTooLarge.
    """
    with transaction.atomic():
        run = _new_run(user, content, source, check_only)
        run_price_list.enqueue(run.pk)
    return run


def import_price_list(
    *, user: User | None, content: bytes, source: str, now: datetime
) -> PriceListRun:
    """Apply a list before this returns, whole or not at all.

    Raises NotAPartner, PriceListTooLarge, and PriceListInvalid with every finding.
    """
    run = _new_run(user, content, source, check_only=False)
    _perform(run, now)
    if run.state == State.REFUSED:
        findings = [Finding(**finding) for finding in run.findings]
        raise PriceListInvalid(findings, run.findings_total)
    return run


@task()
def run_price_list(run_id: int) -> None:
    """Perform a queued run; one that is finished already is left alone."""
    run = PriceListRun.objects.select_related("price_list").get(pk=run_id)
    if run.state not in {State.QUEUED, State.FAILED}:
        return
    try:
        _perform(run, timezone.now())
    except Exception:
        PriceListRun.objects.filter(pk=run.pk).update(state=State.FAILED)
        raise


def match_key(name: str, model: str) -> str:
    """How lists of different shops name the same product: its name and model."""
    facts = "\n".join(" ".join(text.casefold().split()) for text in (name, model))
    return hashlib.sha256(facts.encode()).hexdigest()


def _new_run(
    user: User | None, content: bytes, source: str, check_only: bool
) -> PriceListRun:
    if user is not None and not (user.is_partner or user.is_staff):
        raise NotAPartner
    if len(content) > settings.PRICE_LIST_BYTES_LIMIT:
        raise PriceListTooLarge(settings.PRICE_LIST_BYTES_LIMIT)
    file = PriceListFile.objects.create(
        uploaded_by=user,
        source=source,
        content=content,
        checksum=hashlib.sha256(content).hexdigest(),
    )
    kind = PriceListRun.Kind.CHECK if check_only else PriceListRun.Kind.APPLY
    return PriceListRun.objects.create(price_list=file, kind=kind)


def _perform(run: PriceListRun, now: datetime) -> None:
    """Read the list, then apply it and close the run in one transaction."""
    try:
        listed = read_price_list(
            bytes(run.price_list.content), bytes_limit=settings.PRICE_LIST_BYTES_LIMIT
        )
    except PriceListInvalid as refusal:
        run.findings = [asdict(finding) for finding in refusal.findings]
        _close(run, State.REFUSED, refusal.total, now)
        return
    run.findings = [asdict(finding) for finding in listed.findings]
    with transaction.atomic():
        _apply(run, listed, now)
        _close(run, run.state, listed.findings_total, now)
        if run.kind == PriceListRun.Kind.CHECK:
            transaction.set_rollback(True)
    if run.kind == PriceListRun.Kind.CHECK:
        # The application was only tried; what it found out is kept.
        run.shop = Shop.objects.filter(pk=run.shop_id or 0).first()
        _close(run, run.state, listed.findings_total, now)


def _close(run: PriceListRun, state: str, findings_total: int, now: datetime) -> None:
    run.state, run.findings_total, run.finished_at = state, findings_total, now
    run.save()


def _apply(run: PriceListRun, listed: PriceList, now: datetime) -> None:
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
    products = _Cards(shop, listed, before).products()
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


class _Cards:
    """Finds or makes the product card of each good.

    A shop changes a card only while it is the only one that sells the product;
    renaming a good that others sell too moves the shop's offer to another card.
    """

    def __init__(self, shop: Shop, listed: PriceList, before: dict[str, Offer]) -> None:
        self.goods = listed.goods
        self.before = before
        self.keys = {
            good.article: match_key(good.name, good.model) for good in self.goods
        }
        self.categories = categories_by_name(
            {category.name: category.parent for category in listed.categories}
        )
        self.brands = brands_by_name({good.brand for good in self.goods if good.brand})
        self.by_key: dict[str, Product] = {}
        for chunk in chunks(set(self.keys.values())):
            found = Product.objects.filter(match_key__in=chunk)
            self.by_key |= {product.match_key or "": product for product in found}
        ids = {product.pk for product in self.by_key.values()}
        ids |= {offer.product_id for offer in before.values()}
        self.renamed: set[int] = set()
        self.shared: set[int] = set()
        for some in chunks(ids):
            others = Offer.objects.filter(product__in=some, is_withdrawn=False)
            others = others.exclude(shop=shop)
            self.shared |= set(others.values_list("product_id", flat=True))

    def products(self) -> dict[str, Product]:
        """The product of each article, with its card brought up to date."""
        cards: dict[str, Product] = {}
        made: dict[str, Good] = {}
        changed: dict[int, Good] = {}
        for good in self.goods:
            product = self._find(good)
            if product is None:
                made.setdefault(self.keys[good.article], good)
                continue
            cards[good.article] = product
            if product.pk not in self.shared:
                changed.setdefault(product.pk, good)
        self._make(made)
        self._change({card.pk: card for card in cards.values()}, changed)
        for good in self.goods:
            cards.setdefault(good.article, self.by_key[self.keys[good.article]])
        return cards

    def _find(self, good: Good) -> Product | None:
        key = self.keys[good.article]
        if key in self.by_key:
            return self.by_key[key]
        offer = self.before.get(good.article)
        if offer is None or offer.product_id in self.shared:
            return None
        if offer.product.match_key in self.by_key or offer.product_id in self.renamed:
            return None  # another good of the list has the old card now
        # Renamed by its only seller: the same card under its new name.
        self.renamed.add(offer.product_id)
        self.by_key[key] = offer.product
        return offer.product

    def _make(self, made: dict[str, Good]) -> None:
        slugs = free_slugs(Product, [good.name for good in made.values()])
        fresh = [
            self._fill(Product(match_key=key, slug=slug), good)
            for (key, good), slug in zip(made.items(), slugs, strict=True)
        ]
        Product.objects.bulk_create(fresh, batch_size=BATCH)
        self._link([(p, made[p.match_key or ""]) for p in fresh])
        self.by_key |= {product.match_key or "": product for product in fresh}

    def _change(self, cards: dict[int, Product], goods: dict[int, Good]) -> None:
        changed = []
        for pk, good in goods.items():
            was = _card(cards[pk])
            now = _card(self._fill(cards[pk], good))
            if was != now:
                cards[pk].match_key = self.keys[good.article]
                changed.append(cards[pk])
        Product.objects.bulk_update(
            changed,
            ["name", "description", "brand", "attributes", "search_text", "match_key"],
            batch_size=200,
        )
        self._link([(cards[pk], good) for pk, good in goods.items()])

    def _fill(self, product: Product, good: Good) -> Product:
        product.name = good.name
        product.description = good.description
        product.brand = self.brands.get(good.brand)
        product.attributes = good.attributes
        product.search_text = search_text(good.name, good.brand, good.model)
        return product

    def _link(self, pairs: list[tuple[Product, Good]]) -> None:
        """Each product into its good's category, and into no other."""
        through = Product.categories.through
        wanted = {
            product.pk: self.categories[good.category].pk for product, good in pairs
        }
        for chunk in chunks(wanted):
            present = through.objects.filter(product__in=chunk)
            kept, stale = set(), []
            for pk, product, category in present.values_list(
                "pk", "product_id", "category_id"
            ):
                if category == wanted[product]:
                    kept.add(product)
                else:
                    stale.append(pk)
            through.objects.filter(pk__in=stale).delete()
            through.objects.bulk_create(
                through(product_id=pk, category_id=wanted[pk])
                for pk in chunk
                if pk not in kept
            )


def _card(product: Product) -> tuple[Any, ...]:
    return (
        product.name,
        product.description,
        product.brand_id,
        product.attributes,
        product.search_text,
    )


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
