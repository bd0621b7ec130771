"""Taking an applied list back, exactly, within one transaction."""

from datetime import datetime

from django.db import models

from catalog.models import Brand, Category, Offer, Product, Shop
from catalog.services import refresh_summaries
from partners.models import OfferChange, PriceListRun
from partners.price_list import Findings, shown
from partners.price_list.findings import FINDINGS_LIMIT
from partners.services.applying import lock_offers, products_of, steps_of
from partners.services.progress import Progress
from partners.services.sql import undoing as sql
from partners.services.sql.applying import TOUCHED
from partners.services.sql.dialect import dialect, execute, rows, use_memory

Undo = OfferChange.Undo
# What goes along with what it belongs to, and so does not need it to stay.
OFFERS_OWN = {("catalog_product", "best_offer_id")}
PRODUCTS_OWN = {
    ("catalog_product_categories", "product_id"),
    (OfferChange._meta.db_table, "product_id"),
    (OfferChange._meta.db_table, "old_product_id"),
}


def undo_list(run: PriceListRun, progress: Progress, now: datetime) -> Findings:
    """Restore what the run's application changed; tells what is kept.

    What was edited since is kept, unless the run is forced. Stock goes back by what
    the list added or took: what was sold meanwhile stays sold. New offers, cards,
    brands and categories are removed if nothing names them, else the offers are
    withdrawn and the others stay.
    """
    applied = run.undone_run
    assert applied is not None and applied.shop is not None  # noqa: PT018, S101
    Shop.objects.select_for_update(no_key=True).get(pk=applied.shop.pk)
    use_memory()
    lock_offers(applied.shop)
    touched = [product for some in products_of(applied, TOUCHED) for product in some]
    given = {
        "run": applied.pk,
        "now": now,
        "document": f"price-list-run:{run.pk}",
        "imported": f"price-list-run:{applied.pk}",
        "force": run.is_forced,
    }
    steps = list(steps_of(applied))
    work = [(step, statements) for statements in _passes() for step in steps]
    for number, ((low, high), statements) in enumerate(work, 1):
        for statement in statements:
            execute(statement, **given, low=low, high=high)
        progress.tell(goods_applied=run.goods_total * number // len(work))
    findings = _tell_kept(applied)
    _count(run, applied)
    _remove_unused(applied)
    refresh_summaries(touched)
    run.shop = applied.shop
    run.state = PriceListRun.State.DONE
    return findings


def _passes() -> tuple[tuple[str, ...], ...]:
    """What is done to all changes, a step at a time, before the next is begun."""
    d = dialect()
    return (
        (
            sql.judge_offers(d),
            sql.judge_cards(d),
            sql.mark_removable(_references(Offer, OFFERS_OWN)),
        ),
        (
            sql.return_ledger(d),
            sql.return_prices(d),
            sql.restore_offers(d),
            sql.restore_cards(d),
            sql.UNLINK_CARDS,
            sql.relink_cards(d),
        ),
        sql.REMOVE_OFFERS,
        (sql.mark_removable_cards(_references(Product, PRODUCTS_OWN)),),
        sql.REMOVE_CARDS,
        sql.FORGET_REMOVED,
    )


def _references(
    model: type[models.Model], own: set[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Tables and columns that name a row of `model`."""
    fields = [
        relation.field  # type: ignore[union-attr]
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and (relation.one_to_many or relation.one_to_one)
    ]
    found = {(str(f.model._meta.db_table), str(f.column)) for f in fields}
    return sorted(found - own)


def _tell_kept(applied: PriceListRun) -> Findings:
    findings = Findings()
    told = rows(sql.KEPT, run=applied.pk, limit=FINDINGS_LIMIT)
    for article, name, is_offer, _ in told:
        text = "edited-since/offer" if is_offer else "edited-since/card"
        findings.add(None, article, text, value=shown(name))
    if told:
        findings.count("edited-since", told[0][-1] - len(told))
    return findings


def _count(run: PriceListRun, applied: PriceListRun) -> None:
    """As it looks from the shop: what is back, withdrawn, and left as it is."""
    restored = applied.changes.filter(undo=Undo.RESTORED)
    run.created_count = restored.filter(kind="withdrawn").count()
    run.changed_count = restored.filter(kind="changed").count()
    run.withdrawn_count = applied.changes.filter(kind="new", undo__gt="").count()
    kept_new = applied.changes.filter(kind="new", undo=Undo.KEPT).count()
    run.withdrawn_count -= kept_new
    run.unchanged_count = applied.changes.filter(undo=Undo.KEPT).count()


def _remove_unused(applied: PriceListRun) -> None:
    """Remove the brands and categories that the list made and nothing is in."""
    brands = applied.outline.get("made_brands", {})
    unused = Brand.objects.filter(pk__in=map(int, brands), products=None)
    unused.filter(name__in=brands.values()).delete()
    categories = applied.outline.get("made_categories", {})
    for pk, name in sorted(categories.items(), key=lambda pair: -int(pair[0])):
        rows = Category.objects.filter(pk=int(pk), name=name, products=None)
        rows.filter(children=None).delete()
