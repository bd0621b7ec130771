"""What there is to tell about a file, and where in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, NoReturn

from partners.exceptions import PriceListInvalid
from partners.price_list.messages import sentence

FINDINGS_LIMIT = 100
WARNINGS = {
    "unknown-key",
    "no-ids",
    "no-goods",
    "price-above-recommended",
    "price-jump",
    "edited-since",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell about one place of the file; lines and columns count from 1.

    `field` is a path like `goods[0].price`, in which list positions count from 0.
    `text` names a message, and `gaps` say what stands in it.
    """

    line: int | None
    column: int | None
    field: str
    severity: Literal["error", "warning", "info"]
    code: str
    text: str
    gaps: dict[str, str | int]

    @classmethod
    def kept(cls, row: dict[str, Any]) -> Finding:
        """A finding that was stored; those of earlier versions keep a sentence."""
        if "message" in row:
            row = {**row, "text": "", "gaps": {"said": row["message"]}}
            del row["message"]
        return cls(**row)

    def message(self, language: str = "en") -> str:
        if not self.text:
            return str(self.gaps["said"])
        return sentence(self.text, self.gaps, language)

    def told(self, language: str = "en") -> dict[str, Any]:
        """As it goes out: with its sentence instead of what that is made of."""
        return {
            "line": self.line,
            "column": self.column,
            "field": self.field,
            "severity": self.severity,
            "code": self.code,
            "message": self.message(language),
        }


class Findings:
    """Counts all findings and keeps the first 100, errors before warnings."""

    def __init__(self) -> None:
        self.total = 0
        self.errors = 0
        self.codes: set[str] = set()
        self._kept: list[Finding] = []

    def add(self, mark: Any, path: str, text: str, **gaps: str | int) -> None:
        """Note what `text` says; its code is what stands before the slash."""
        code = text.partition("/")[0]
        is_error = code not in WARNINGS
        self.total += 1
        self.errors += is_error
        self.codes.add(code)
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        severity: Literal["error", "warning"] = "error" if is_error else "warning"
        self._kept.append(Finding(line, column, path, severity, code, text, gaps))
        if len(self._kept) >= 10 * FINDINGS_LIMIT:
            self._kept = self.first()

    def count(self, code: str, times: int) -> None:
        """So many more of a kind of which enough are kept."""
        self.total += times
        self.errors += times * (code not in WARNINGS)

    def first(self, beside: Iterable[Finding] = ()) -> list[Finding]:
        """The findings to show, of these and those `beside` them."""
        found = [*beside, *self._kept]
        found.sort(key=lambda f: (f.severity, f.line or 0, f.column or 0))
        return found[:FINDINGS_LIMIT]

    def refuse(self) -> NoReturn:
        raise PriceListInvalid(self.first(), self.total)

    def stop(self, mark: Any, text: str, **gaps: str | int) -> NoReturn:
        """Refuse at once, because the rest of the file cannot be read."""
        self.add(mark, "", text, **gaps)
        self.refuse()


class Mark(NamedTuple):
    """A place as the parser counts, from 0."""

    line: int
    column: int


@dataclass(slots=True)
class Late:
    """Where goods say something that only the end of the file can judge.

    Keeps mark, path and name of the first hundred goods, the event of the first, and
    counts the others.
    """

    places: list[tuple[Any, str, str]]
    first: Any
    more: int = 0

    def add(self, mark: Any, where: str, name: str) -> None:
        if len(self.places) < FINDINGS_LIMIT:
            self.places.append((mark, where, name))
        else:
            self.more += 1


def shown(text: str) -> str:
    """Partner's text for a message: short, and harmless to terminals and databases."""
    return repr(text[:60])[1:-1] + "…" * (len(text) > 60)


def titled(where: str, name: str) -> str:
    return f"{where} '{shown(name)}'" if name else where
