"""Making a shop's offers what its list says, within one transaction."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Min

from accounts.models import User
from catalog.models import Brand, Category, Offer, Product, Shop
from catalog.services import (
    BATCH,
    brands_by_name,
    categories_by_name,
    chunks,
    free_slugs,
    house_shop,
    make_shop,
    refresh_summaries,
)
from partners.models import Membership, PriceListRun, StagedGood
from partners.price_list import Findings
from partners.services.comparing import compare, refuse_changed_shop, shop_of
from partners.services.progress import Progress
from partners.services.sql import applying as sql
from partners.services.sql.dialect import dialect, execute, rows, use_memory

State = PriceListRun.State
STEP = 10_000  # changes; each statement of a step stays far below its time limit


def lock_shop(name: str, owner: User | None) -> Shop:
    """The owner's shop of this name, locked; made when there is none."""
    if owner is not None:
        # Two first lists of one partner must not make two shops.
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    else:
        house_shop()
    shop = shop_of(name, owner)
    if shop is None:
        shop = make_shop(name=name, email=owner.email if owner else "")
        if owner:
            Membership.objects.create(user=owner, shop=shop)
    return Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)


def lock_offers(shop: Shop) -> None:
    """Lock all offers of a shop in primary-key order, as buyers do."""
    offers = Offer.objects.filter(shop=shop).order_by("pk")
    for _ in offers.select_for_update(no_key=True).values_list("pk").iterator():
        pass


def apply_list(run: PriceListRun, progress: Progress, now: datetime) -> Findings:
    """Make the shop's offers what the staged goods say; fills the run's counters.

    Raises ShopChanged if the run applies a check and the shop is not as checked.
    """
    shop = run.shop = lock_shop(run.outline["shop"], run.price_list.uploaded_by)
    newer = PriceListRun.objects.filter(
        shop=shop,
        kind=PriceListRun.Kind.APPLY,
        state=State.DONE,
        price_list__gt=run.price_list,
    ).exclude(undos__state=State.DONE)
    if newer.exists():
        run.state = State.SUPERSEDED
        return Findings()
    use_memory()
    lock_offers(shop)
    findings = compare(run, shop)
    if run.check_run_id:
        refuse_changed_shop(run)
    run.state = State.DONE
    _write(run, shop, progress, now)
    return findings


def _write(run: PriceListRun, shop: Shop, progress: Progress, now: datetime) -> None:
    given = {
        "run": run.pk,
        "staged": run.check_run_id or run.pk,
        "shop": shop.pk,
        "is_open": shop.accepts_orders,
        "now": now,
        "document": f"price-list-run:{run.pk}",
    }
    made = _Made(run)
    made.categories(run.outline["categories"])
    written = run.unchanged_count
    for low, high in steps_of(run):
        step = given | {"low": low, "high": high}
        _write_cards(step, made)
        written += execute(sql.make_offers(), **step)
        written += execute(sql.CHANGE_OFFERS, **step)
        execute(sql.WITHDRAW, **step)
        execute(sql.write_ledger(dialect()), **step)
        execute(sql.log_prices(dialect()), **step)
        progress.tell(goods_applied=written)
    for touched in products_of(run, sql.turned(dialect())):
        refresh_summaries(touched)
    progress.tell(goods_applied=written)
    if not run.check_run_id:
        StagedGood.objects.filter(run=run).delete()


class _Made:
    """Makes categories and brands, and notes in the run's outline which are new."""

    def __init__(self, run: PriceListRun) -> None:
        self._noted = run.outline
        self._noted |= {"made_categories": {}, "made_brands": {}}

    def categories(self, listed: dict[str, str | None]) -> None:
        known = set(Category.objects.filter(name__in=listed).values_list("pk"))
        rows = categories_by_name(listed)
        self._note("made_categories", rows, known)

    def brands(self, names: set[str]) -> None:
        known = set(Brand.objects.filter(name__in=names).values_list("pk"))
        self._note("made_brands", brands_by_name(names), known)

    def _note(self, key: str, rows: Mapping[str, Any], known: set[tuple[int]]) -> None:
        new = {
            str(row.pk): name for name, row in rows.items() if (row.pk,) not in known
        }
        self._noted[key] |= new


def _write_cards(step: dict[str, Any], made: _Made) -> None:
    """Make or change the cards of one step, with their brands and categories."""
    brands = (name for (name,) in rows(sql.BRANDS, **step))
    for names in chunks(brands):
        made.brands(set(names))
    for goods in chunks(rows(sql.MADE, **step)):
        pairs: dict[str, Any] = {}
        slugs = free_slugs(Product, [name for _, name in goods])
        for n, ((change, _), slug) in enumerate(zip(goods, slugs, strict=True)):
            pairs |= {f"p{n}": change, f"s{n}": slug}
        execute(sql.make_cards(len(goods)), **step, **pairs)
    execute(sql.CHANGE_CARDS, **step)
    execute(sql.UNLINK_CARDS, **step)
    execute(sql.LINK_CARDS, **step)


def steps_of(run: PriceListRun) -> Iterator[tuple[int, int]]:
    """Ranges of the ids of the run's changes."""
    ends = run.changes.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for low in range(ends["first"], ends["last"] + 1, STEP):
            yield low, low + STEP - 1


def products_of(run: PriceListRun, statement: str) -> Iterator[list[int]]:
    """Products that the run changes, by their ids in ascending order."""
    after = 0
    while found := rows(statement, run=run.pk, after=after, limit=10 * BATCH):
        yield [product for (product,) in found]
        after = found[-1][0]
