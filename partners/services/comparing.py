"""What a list would change, written as a run's change set."""

from django.db import transaction
from django.db.models import Count

from accounts.models import User
from catalog.models import Shop
from partners.exceptions import ShopChanged
from partners.models import OfferChange, PriceListRun, StagedGood
from partners.price_list import Findings, titled
from partners.price_list.findings import FINDINGS_LIMIT, Mark
from partners.services.sql import comparing as sql
from partners.services.sql.dialect import CHANGES, analyze, dialect, execute, rows

Kind = OfferChange.Kind
SOON = 10_000  # changes that are compared within a request


def shop_of(name: str, owner: User | None) -> Shop | None:
    """The owner's shop of this name, if there is one.

    The same name from another account is another shop. An operator's list belongs to
    a shop that nobody owns, the house shop before all.
    """
    if owner is not None:
        own = Shop.objects.filter(name=name, memberships__user=owner)
        return own.order_by("pk").first()
    unowned = Shop.objects.filter(name=name, memberships=None)
    return unowned.order_by("-is_house", "pk").first()


@transaction.atomic
def compare(run: PriceListRun, shop: Shop | None) -> Findings:
    """Write the change set of the run and its counters; tells leaps of prices."""
    OfferChange.objects.filter(run=run).delete()
    staged = run.check_run_id or run.pk
    given = {"run": run.pk, "staged": staged, "shop": shop.pk if shop else 0}
    gives_ids = run.kind == PriceListRun.Kind.APPLY
    execute(sql.compare(dialect(), gives_ids=gives_ids), **given)
    analyze(CHANGES, sql.ANALYZED)
    if gives_ids and rows(sql.ARE_SHARED, **given):
        execute(sql.SHARE_CARDS, **given)
    execute(sql.missing(dialect()), **given)
    kinds = run.changes.values_list("kind").annotate(n=Count("pk")).order_by()
    count = dict(kinds)
    goods = StagedGood.objects.filter(run_id=staged)
    run.created_count = count.get(Kind.NEW, 0)
    run.changed_count = count.get(Kind.CHANGED, 0)
    run.withdrawn_count = count.get(Kind.WITHDRAWN, 0)
    good = goods.filter(is_refused=False).count()
    run.unchanged_count = good - run.created_count - run.changed_count
    run.refused_count = goods.filter(is_refused=True).count()
    return _leaps(run, staged)


def _leaps(run: PriceListRun, staged: int) -> Findings:
    findings = Findings()
    told = rows(sql.jumps(dialect()), run=run.pk, staged=staged, limit=FINDINGS_LIMIT)
    for _, line, col, position, name, old, new in told:
        title = titled(f"goods[{position}]", name)
        gaps = {"title": title, "before": f"{old:.2f}", "after": f"{new:.2f}"}
        path = f"goods[{position}].price"
        findings.add(Mark(line - 1, col - 1), path, "price-jump", **gaps)
    if told:
        findings.count("price-jump", told[0][0] - len(told))
    return findings


def refuse_stale(check: PriceListRun) -> None:
    """Raises ShopChanged where it can be seen at once that a check does not hold.

    Only its first changes are looked at, for somebody waits; its application looks
    at everything.
    """
    # A first list was checked before it had a shop.
    shop = check.shop or shop_of(check.outline["shop"], check.price_list.uploaded_by)
    given = {"run": check.pk, "shop": shop.pk if shop else 0, "most": SOON}
    moved = rows(sql.stale(dialect()), **given, limit=FINDINGS_LIMIT + 1)
    if moved:
        raise ShopChanged([article for (article,) in moved])


def refuse_changed_shop(run: PriceListRun) -> None:
    """Raises ShopChanged if the check that `run` applies saw the shop otherwise."""
    given = {"run": run.pk, "other": run.check_run_id}
    limit = FINDINGS_LIMIT + 1
    moved = rows(sql.moved(dialect()), **given, limit=limit)
    if moved:
        raise ShopChanged([article for (article,) in moved])
