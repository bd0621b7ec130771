"""Lists as tables: CSV and XLSX, one good a row, under the names that YAML has."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, BinaryIO

from yaml.events import ScalarEvent

from partners.price_list.findings import Findings, Mark, shown
from partners.price_list.goods import GOOD_KEYS, Goods
from partners.price_list.values import Item

ZIP = b"PK\x03\x04"
UNPACKED_LIMIT, MEMBERS_LIMIT = 300_000_000, 1000
NEEDED = {"name", "price"}
PARAMETER = "parameters."
SEPARATORS = ";,\t"

# Where a row begins, and its cells as text.
Row = tuple[int, list[str]]


def separator_of(file: BinaryIO) -> str | None:
    """What separates the cells, if the first line is the head of a table."""
    line = file.readline(10_000).decode("utf-8-sig", "replace")
    file.seek(0)
    for separator in SEPARATORS:
        names = {_name(cell) for cell in line.split(separator)}
        if names >= NEEDED:
            return separator
    return None


def csv_rows(file: BinaryIO, separator: str, findings: Findings) -> Iterator[Row]:
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        mark = Mark(line - 1, 0)
        findings.stop(mark, "csv-syntax", line=line, problem=str(error))
    finally:
        text.detach()


def xlsx_rows(file: BinaryIO, findings: Findings) -> Iterator[Row]:
    """The rows of the first sheet; formulas count as what they last showed."""
    _check_archive(file, findings)
    # Loaded only where it is needed: it is slow to begin.
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        for number, cells in enumerate(rows, 1):
            yield number, [_text(cell) for cell in cells]
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - whatever a broken workbook makes it raise
        findings.stop(None, "xlsx-syntax")


def _check_archive(file: BinaryIO, findings: Findings) -> None:
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        findings.stop(None, "xlsx-syntax")
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_LIMIT or len(members) > MEMBERS_LIMIT:
        findings.stop(None, "too-large/unpacked")
    file.seek(0)


def _text(cell: Any) -> str:
    """A cell as a supplier would write it: 5.0 is 5, TRUE is true."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_table(rows: Iterator[Row], findings: Findings, goods: Goods) -> str:
    """Hand on each row's good; the shop that the table names.

    Columns are named as the keys of YAML; `shop` is the same in every row, and
    `parameters.Color` is a parameter. An empty cell is no value.
    """
    head = [_name(cell) for cell in next(rows, (1, [""]))[1]]
    _check_head(head, findings)
    shop = ""
    for position, (line, cells) in enumerate(_filled(rows)):
        if not shop:
            shop = _shop(head, line, cells, findings)
        goods.take(position, _item(position, head, line, cells, findings))
    return shop


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip()


def _filled(rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if any(cell.strip() for cell in row[1]))


def _check_head(head: list[str], findings: Findings) -> None:
    for column, name in enumerate(head):
        is_known = name in GOOD_KEYS | {"shop"} or name.startswith(PARAMETER)
        mark = Mark(0, column)
        if name and head.index(name) < column:
            path = shown(name)
            findings.add(mark, path, "duplicate-key/column", key=path)
        elif name and not is_known:
            path = shown(name)
            findings.add(mark, path, "unknown-key/column", key=path)


def _shop(head: list[str], line: int, cells: list[str], findings: Findings) -> str:
    item = Item(_event("", line, 0), "", findings)
    if "shop" in head:
        column = head.index("shop")
        value = cells[column] if column < len(cells) else ""
        item.fields["shop"] = _event(value, line, column)
    return item.text("shop", required=True)


def _item(
    position: int, head: list[str], line: int, cells: list[str], findings: Findings
) -> Item:
    item = Item(_event("", line, 0), f"goods[{position}]", findings)
    for column, (name, cell) in enumerate(zip_longest(head, cells, fillvalue="")):
        if name in GOOD_KEYS and cell.strip():
            item.fields[name] = _event(cell.strip(), line, column)
        elif name.startswith(PARAMETER) and cell.strip():
            key = name.removeprefix(PARAMETER)
            item.parameters[key] = _event(cell.strip(), line, column)
    return item


def _event(text: str, line: int, column: int) -> ScalarEvent:
    place: Any = Mark(line - 1, column)
    return ScalarEvent(None, None, (True, False), text, place, place)
