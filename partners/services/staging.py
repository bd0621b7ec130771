"""From the file to rows of the staging table, and what only all rows tell."""

import csv
import hashlib
from collections.abc import Iterable
from io import StringIO
from typing import Any

import orjson
from django.conf import settings
from django.db import connection

from catalog.search import search_text
from partners.models import PriceListRun, StagedGood
from partners.price_list import Findings, Outline, shown, titled
from partners.price_list.findings import FINDINGS_LIMIT, Mark
from partners.price_list.process import Reading
from partners.services.files import opened
from partners.services.progress import Progress
from partners.services.sql import staging as sql
from partners.services.sql.dialect import GOODS, analyze, execute, rows


def stage(run: PriceListRun, progress: Progress) -> Outline:
    """Read the run's list into the staging table; the outline has all findings.

    What a reader before left behind is removed. Rows are written some at a time, so
    that neither they nor the file need to fit into memory.
    """
    StagedGood.objects.filter(run=run).delete()
    count = 0
    with opened(run.price_list) as file:
        reading = Reading(file, goods_limit=settings.PRICE_LIST_GOODS_LIMIT)
        for goods, share in reading:
            _write(run.pk, goods)
            count += len(goods)
            progress.tell(goods_read=count, goods_total=round(count / share))
    progress.tell(now=True, goods_read=count, goods_total=count)
    analyze(GOODS, sql.ANALYZED)
    outline = reading.outline
    _settle(run.pk, outline)
    return outline


def match_key(name: str, model: str) -> str:
    """How lists of different shops name the same product: its name and model."""
    facts = "\n".join(" ".join(text.casefold().split()) for text in (name, model))
    return hashlib.sha256(facts.encode()).hexdigest()


def _write(run: int, goods: Iterable[dict[str, Any]]) -> None:
    values = (_row(run, good) for good in goods)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            buffer = StringIO()
            csv.writer(buffer).writerows(values)
            buffer.seek(0)
            cursor.copy_expert(sql.COPY, buffer)
        else:
            cursor.executemany(sql.INSERT, list(values))


def _row(run: int, good: dict[str, Any]) -> list[Any]:
    name, model, brand = good["name"], good["model"], good["brand"]
    derived = {
        "run_id": run,
        "is_refused": not name,
        "attributes": orjson.dumps(good["attributes"]).decode(),
        "match_key": match_key(name, model),
        "search_text": search_text(name, brand, model),
    }
    known = good | derived
    return [known[column] for column in sql.COLUMNS]


def _settle(run: int, outline: Outline) -> None:
    """Judge what one good at a time could not: ids, and categories told at the end."""
    for text, name in outline.renamed.items():
        execute(sql.RENAME_CATEGORY, run=run, text=text, name=name)
    findings = Findings()
    _settle_ids(run, findings)
    outline.row_errors += findings.errors
    outline.errors += findings.errors
    outline.total += findings.total
    outline.findings = findings.first(beside=outline.findings)


def _settle_ids(run: int, findings: Findings) -> None:
    """Names stand for ids only where no good has an id; no id stands twice."""
    ((with_id, without, distinct),) = rows(sql.COUNT_IDS, run=run)
    names_stand = bool(without and not with_id)
    if names_stand:
        execute(sql.NAMES_AS_IDS, run=run)
        ((line, col, *_),) = rows(sql.FIRST_NAMED, run=run)
        findings.add(Mark(line - 1, col - 1), "goods[].id", "no-ids")
        ((with_id, without, distinct),) = rows(sql.COUNT_IDS, run=run)
    elif without:
        _refuse_without_id(run, findings, without)
    if with_id > distinct:
        _refuse_repeated(run, findings, with_id - distinct, names_stand)


def _refuse_without_id(run: int, findings: Findings, total: int) -> None:
    told = rows(sql.WITHOUT_ID, run=run, limit=FINDINGS_LIMIT)
    for line, col, position, name in told:
        title = titled(f"goods[{position}]", name)
        path, mark = f"goods[{position}].id", Mark(line - 1, col - 1)
        findings.add(mark, path, "missing-key/others-have", title=title)
    findings.count("missing-key", total - len(told))
    execute(sql.REFUSE_WITHOUT_ID, run=run)


def _refuse_repeated(
    run: int, findings: Findings, total: int, names_stand: bool
) -> None:
    """Refuse every good whose id another has too; each but the first is told."""
    told = rows(sql.REPEATED, run=run, limit=FINDINGS_LIMIT)
    text = "duplicate-id/name" if names_stand else "duplicate-id"
    for line, col, position, name, article, first in told:
        title = titled(f"goods[{position}]", name)
        gaps = {"value": shown(article), "line": line, "first": first, "title": title}
        path, mark = f"goods[{position}].id", Mark(line - 1, col - 1)
        findings.add(mark, path, text, **gaps)
    findings.count("duplicate-id", total - len(told))
    execute(sql.REFUSE_REPEATED, run=run)
