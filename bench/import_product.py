"""W7: the product checks and applies a price list, in a process of its own.

python -m bench.import_product FILE SHOP GOODS, with the product's environment; the
last line of output is the result as JSON. TIMES=1 tells where the time goes, which
costs some.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import django

django.setup()

from bench.stopwatch import Stopwatch  # noqa: E402
from catalog.models import Offer  # noqa: E402
from partners.models import PriceListRun  # noqa: E402
from partners.services import (  # noqa: E402
    apply_check,
    applying,
    comparing,
    runs,
    submit_price_list,
)

# Functions as their modules know them; their statements count as queries.
STEPS = {
    "stage": "reading and staging",
    "free_slugs": "slugs",
    "refresh_summaries": "summaries",
    "compare": "comparing",
    "_write": "cards, offers, logs",
}


def main(file: Path, shop: str, goods: int) -> None:
    begun = time.perf_counter()
    checked = check(file)
    check_seconds = time.perf_counter() - begun
    must(checked, "done", goods)
    if Offer.objects.filter(shop__name=shop).exists():
        sys.exit("WRONG: the check wrote offers.")
    begun = time.perf_counter()
    applied = perform(apply_check(check=checked))
    apply_seconds = time.perf_counter() - begun
    must(applied, "done", goods)
    offers = Offer.objects.filter(shop__name=shop, product__best_offer__isnull=False)
    if offers.count() != goods:
        sys.exit("WRONG: not every good of the list is for sale.")
    print(json.dumps({"check": check_seconds, "apply": apply_seconds, "mib": peak()}))


def explained(file: Path, shop: str, goods: int) -> None:
    """The same under a stopwatch."""
    with Stopwatch() as watch:
        for name, bucket in STEPS.items():
            for room in (applying, comparing, runs):
                if hasattr(room, name):
                    watch.also(room, name, bucket)
        begun = time.perf_counter()
        checked = check(file)
        must(checked, "done", goods)
        must(perform(apply_check(check=checked)), "done", goods)
        total = time.perf_counter() - begun
    watch.seconds["other Python"] = total - sum(watch.seconds.values())
    print(json.dumps({"seconds": watch.seconds, "total": total, **watch.counts}))


def check(file: Path) -> PriceListRun:
    with file.open("rb") as stream:
        parts = iter(lambda: stream.read(1 << 16), b"")
        run = submit_price_list(
            user=None, content=parts, source=file.name, check_only=True
        )
    return perform(run)


def perform(run: PriceListRun) -> PriceListRun:
    """What the worker does with a queued run."""
    runs.run_price_list.call(run.pk)
    return PriceListRun.objects.get(pk=run.pk)


def must(run: PriceListRun, state: str, goods: int) -> None:
    if run.state != state or run.created_count != goods:
        sys.exit(f"WRONG: {run.state}, {run.created_count} new: {run.findings[:2]}")


def peak() -> float:
    """The most memory this process and its reader have had, in MiB."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


if __name__ == "__main__":
    play = explained if os.environ.get("TIMES") else main
    play(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
