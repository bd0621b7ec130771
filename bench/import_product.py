"""W7: the product checks and applies a price list, in a process of its own.

python -m bench.import_product FILE SHOP GOODS, with the product's environment; the
last line of output is the result as JSON. TIMES=1 tells where the time goes, which
costs some.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

django.setup()

from bench.stopwatch import Stopwatch  # noqa: E402
from catalog.models import Offer  # noqa: E402
from partners.models import PriceListRun  # noqa: E402
from partners.services import applying, cards, runs, submit_price_list  # noqa: E402

# Functions as their modules know them; their statements count as queries.
STEPS = {
    "read_price_list": "reading the YAML",
    "free_slugs": "slugs",
    "refresh_summaries": "summaries",
    "write_ledger": "ledger",
    "_record": "change set",
    "_write": "offers",
    "match_key": "match keys",
}


def main(file: Path, shop: str, goods: int) -> None:
    begun = time.perf_counter()
    checked = perform(file, check_only=True)
    check_seconds = time.perf_counter() - begun
    must(checked, "done", goods)
    if Offer.objects.filter(shop__name=shop).exists():
        sys.exit("WRONG: the check wrote offers.")
    begun = time.perf_counter()
    applied = perform(file, check_only=False)
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
            for room in (applying, cards, runs):
                if hasattr(room, name):
                    watch.also(room, name, bucket)
        begun = time.perf_counter()
        for is_check in (True, False):
            must(perform(file, check_only=is_check), "done", goods)
        total = time.perf_counter() - begun
    watch.seconds["other Python"] = total - sum(watch.seconds.values())
    print(json.dumps({"seconds": watch.seconds, "total": total, **watch.counts}))


def perform(file: Path, *, check_only: bool) -> PriceListRun:
    """What the door and then the worker do with one file."""
    run = submit_price_list(
        user=None,
        content=file.read_bytes(),
        source=file.name,
        check_only=check_only,
    )
    runs.run_price_list.call(run.pk)
    return PriceListRun.objects.get(pk=run.pk)


def must(run: PriceListRun, state: str, goods: int) -> None:
    if run.state != state or run.created_count != goods:
        sys.exit(f"WRONG: {run.state}, {run.created_count} new: {run.findings[:2]}")


def peak() -> float:
    """The most memory this process has had, in MiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    play = explained if os.environ.get("TIMES") else main
    play(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
