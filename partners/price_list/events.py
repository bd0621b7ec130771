"""The file as text, and the text as the parser's events."""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any, BinaryIO, NoReturn

import yaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from partners.price_list.findings import Findings, Mark, shown
from partners.price_list.values import Item, is_null, line_of

DEPTH_LIMIT = 8
BLOCK = 1 << 20
OPENINGS = {MappingStartEvent, SequenceStartEvent}
CLOSINGS = {MappingEndEvent, SequenceEndEvent}

Readers = Mapping[str, Callable[[Item, Any], None]]

# What the YAML standard forbids in a file, NUL first of all.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


@contextmanager
def utf8(file: BinaryIO, findings: Findings) -> Iterator[BinaryIO]:
    """The file in the one encoding that is read, free of control characters."""
    encoding = _encoding(file.read(4), findings)
    with tempfile.TemporaryFile() as copy:
        is_copied = encoding == "utf-16"
        _check_text(file, encoding, copy if is_copied else None, findings)
        source: Any = copy if is_copied else file
        source.seek(0)
        yield source


def _check_text(file: BinaryIO, encoding: str, copy: Any, findings: Findings) -> None:
    """Refuse what is no text; write it into `copy` as UTF-8, if there is one."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    place = _Place()
    block = b"?"
    while block:
        block = file.read(BLOCK)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            _refuse_encoding(file, encoding, error, place, findings)
        if match := _FORBIDDEN.search(text):
            place.pass_over(text[: match.start()])
            found, line = f"U+{ord(match[0]):04X}", place.line + 1
            mark = place.mark()
            findings.stop(mark, "control-character", found=found, line=line)
        place.pass_over(text)
        if copy:
            copy.write(text.encode())


def _encoding(start: bytes, findings: Findings) -> str:
    if start in {codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE}:
        findings.stop(None, "encoding/utf-32")
    is_utf16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if is_utf16 else "utf-8-sig"


def _refuse_encoding(
    file: BinaryIO,
    encoding: str,
    error: UnicodeDecodeError,
    place: _Place,
    findings: Findings,
) -> NoReturn:
    if encoding == "utf-16":
        findings.stop(None, "encoding/utf-16")
    place.pass_over(error.object[: error.start].decode("utf-8-sig"))
    file.seek(0)
    sample = file.read(5 * BLOCK)
    is_text = not re.search(b"[\x00\x98]", sample)  # undefined in cp1251
    is_russian = is_text and re.search("[а-яё]", sample.decode("cp1251"), re.I)
    findings.stop(place.mark(), "encoding/cp1251" if is_russian else "encoding")


class _Place:
    """How far one is in the text."""

    def __init__(self) -> None:
        self.line = self.column = 0

    def pass_over(self, text: str) -> None:
        before, newline, rest = text.rpartition("\n")
        self.line += (before + newline).count("\n")
        self.column = len(rest) + (0 if newline else self.column)

    def mark(self) -> Mark:
        return Mark(self.line, self.column)


class Events:
    """The parser's events; what no price list may contain is refused on the way."""

    def __init__(self, file: BinaryIO, findings: Findings) -> None:
        self._get_event: Callable[[], Any] = yaml.CSafeLoader(file).get_event
        self._findings = findings
        self._depth = 0
        self._unknown_keys: dict[str, tuple[Any, int]] = {}

    def open_document(self) -> Item:
        """The mapping that the file is, unread."""
        self.next()
        opening = self.next()
        root = opening if type(opening) is StreamEndEvent else self.next()
        if root is opening or is_null(root):
            self._findings.stop(None, "empty-file")
        if type(root) is not MappingStartEvent:
            self._findings.stop(root.start_mark, "wrong-type/file")
        return Item(root, "", self._findings)

    def close_document(self) -> None:
        self.next()
        if type(event := self.next()) is not StreamEndEvent:
            line = line_of(event)
            self._findings.add(event.start_mark, "", "several-documents", line=line)

    def next(self) -> Any:
        try:
            event = self._get_event()
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self._stop_at_syntax(error)
        kind = type(event)
        if kind is ScalarEvent:
            if event.anchor is None and event.tag is None:
                return event
        elif kind in CLOSINGS:
            self._depth -= 1
            return event
        elif kind in OPENINGS:
            self._depth += 1
            if self._depth > DEPTH_LIMIT:
                self._findings.stop(event.start_mark, "too-deep", limit=DEPTH_LIMIT)
        if anchor := getattr(event, "anchor", None):
            self._forbid(event, "alias-not-allowed", anchor)
        if tag := getattr(event, "tag", None):
            self._forbid(event, "tag-not-allowed", tag)
        return event

    def skip(self, event: Any) -> None:
        """Read to the end of the value that `event` begins."""
        outside = self._depth - (type(event) in OPENINGS)
        while self._depth > outside:
            self.next()

    def fill(self, item: Item, keys: frozenset[str], readers: Readers) -> None:
        """Read a mapping: scalars of these keys into `fields`, the rest by readers."""
        for key, value in self.pairs(item):
            name = key.value
            if name in readers:
                item.fields[name] = None
                readers[name](item, value)
                continue
            if name not in keys:
                level = re.sub(r"\d+", "", item.where)
                path = f"{level}.{shown(name)}".lstrip(".")
                mark, times = self._unknown_keys.get(path, (key.start_mark, 0))
                self._unknown_keys[path] = (mark, times + 1)
            elif type(value) is ScalarEvent:
                item.fields[name] = value
                continue
            else:
                item.fields[name] = None
                item.refuse_type(value, name, "value")
            self.skip(value)

    def tell_unknown_keys(self) -> None:
        for path, (mark, times) in self._unknown_keys.items():
            self._findings.add(mark, path, "unknown-key", key=path, times=times)

    def pairs(self, item: Item) -> Iterator[tuple[Any, Any]]:
        """Each key of a mapping with the event that begins its value.

        The caller reads or skips the value before it asks for the next pair.
        """
        keys: dict[str, Any] = {}
        while type(key := self.next()) is not MappingEndEvent:
            if type(key) is not ScalarEvent:
                item.refuse_type(key, "", "key")
                self.skip(key)
            elif first := keys.get(key.value):
                item.refuse_repeated(key, key.value, first)
            else:
                keys[key.value] = key
                yield key, self.next()
                continue
            self.skip(self.next())

    def items(self, event: Any, path: str, owner: Item) -> Iterator[Item]:
        """Each mapping of a list, unread; whatever else is there is refused."""
        if type(event) is not SequenceStartEvent:
            owner.refuse_type(event, path.rpartition(".")[2], "list")
            self.skip(event)
            return
        for index in count():
            if type(event := self.next()) is SequenceEndEvent:
                return
            item = Item(event, f"{path}[{index}]", self._findings)
            if type(event) is MappingStartEvent:
                yield item
            elif is_null(event):
                item.refuse(event, "", "empty-item")
            else:
                item.refuse_type(event, "", "mapping")
                self.skip(event)

    def _forbid(self, event: Any, text: str, found: str) -> None:
        line, value = line_of(event), shown(found)
        self._findings.add(event.start_mark, "", text, line=line, value=value)

    def _stop_at_syntax(self, error: Exception) -> NoReturn:
        mark = getattr(error, "problem_mark", None)
        parts = (getattr(error, "context", None), getattr(error, "problem", None))
        problem = ", ".join(filter(None, parts)) or "the parser gave up"
        if mark is None:
            self._findings.stop(None, "yaml-syntax/nowhere", problem=problem)
        place = {"line": mark.line + 1, "column": mark.column + 1}
        self._findings.stop(mark, "yaml-syntax", problem=problem, **place)
