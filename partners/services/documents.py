"""What the references in ledger and price log stand for, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from catalog.models import PriceChange
from partners.models import PriceListRun


@dataclass(frozen=True)
class Document:
    """The cause of a change: a price list's run, by its file, or somebody's edit."""

    kind: str
    id: int
    name: str
    by: str | None
    """Username of who edited, or uploaded the list; None for an operator's list."""


@dataclass(frozen=True)
class ExplainedPrice:
    """A price from `at` on, and what set it: None for a cause that is not known."""

    price: Decimal
    regular_price: Decimal
    reason: str
    at: datetime
    set_by: Document | None


def explain_prices(changes: Iterable[PriceChange]) -> list[ExplainedPrice]:
    """The rows of a price log with their causes in words, in two queries."""
    rows = list(changes)
    known = name_documents(row.document for row in rows)
    return [
        ExplainedPrice(
            row.price,
            row.regular_price,
            row.reason,
            row.created_at,
            known.get(row.document),
        )
        for row in rows
    ]


def name_documents(references: Iterable[str]) -> dict[str, Document]:
    """The documents behind `price-list-run:7` and `user:3`; others are left out."""
    ids: dict[str, set[int]] = {"price-list-run": set(), "user": set()}
    for reference in references:
        kind, _, number = reference.partition(":")
        if kind in ids and number.isascii() and number.isdigit():
            ids[kind].add(int(number))
    runs = PriceListRun.objects.filter(pk__in=ids["price-list-run"]).values_list(
        "pk", "kind", "price_list__source", "price_list__uploaded_by__username"
    )
    users = User.objects.filter(pk__in=ids["user"]).values_list("pk", "username")
    named = [
        Document("price-list-run", pk, _title(kind, source), by)
        for pk, kind, source, by in runs
    ]
    named += [Document("user", pk, username, username) for pk, username in users]
    return {f"{document.kind}:{document.id}": document for document in named}


def _title(kind: str, source: str) -> str:
    return f"undo of {source}" if kind == PriceListRun.Kind.UNDO else source
