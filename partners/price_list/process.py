"""The other end of the reading process: starts it, and ends it whatever happens."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from partners.price_list.categories import ListedCategory
from partners.price_list.findings import Finding, Findings
from partners.price_list.goods import Good
from partners.price_list.reading import GOODS_LIMIT, Outline

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 900
PIPE = 1 << 20  # room for some batches: it reads on while they are written
COMMAND = (sys.executable, "-m", "partners.price_list")
COLUMNS = [field.name for field in fields(Good)]

Batch = tuple[list[dict[str, Any]], float]


class Reading:
    """One file being read; iterate over it, then look at its `outline`.

    Yields goods as dictionaries of plain values (money is text), some at a time, with
    the share of the file that is read. A file that breaks the reader or keeps it
    busy for too long has an outline that says so.
    """

    def __init__(self, file: BinaryIO, *, goods_limit: int = GOODS_LIMIT) -> None:
        self.outline = _broken()
        self._file = file
        self._goods_limit = goods_limit

    def __iter__(self) -> Iterator[Batch]:
        # Our own interpreter and module; the file is data on its standard input.
        with subprocess.Popen(  # noqa: S603
            [*COMMAND, str(self._goods_limit)],
            stdin=self._file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            pipesize=PIPE,
        ) as process:
            clock = threading.Timer(SECONDS, process.kill)
            clock.start()
            try:
                assert process.stdout is not None  # noqa: S101 - it is piped
                for line in process.stdout:
                    message = orjson.loads(line)
                    if "outline" in message:
                        self.outline = _outline(message["outline"])
                    else:
                        goods = [dict(zip(COLUMNS, g)) for g in message["goods"]]  # noqa: B905
                        yield goods, message["share"]
            finally:
                clock.cancel()
                process.kill()


@contextmanager
def mended(file: BinaryIO, *, goods_limit: int) -> Iterator[BinaryIO]:
    """The list with its safe corrections; empty where there are none."""
    with tempfile.TemporaryFile() as out:
        try:
            # As above.
            subprocess.run(  # noqa: S603
                [*COMMAND, str(goods_limit), "mend"],
                stdin=file,
                stdout=out,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT)},
                timeout=SECONDS,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            out.truncate(0)
        out.seek(0)
        yield out


def _outline(told: dict[str, Any]) -> Outline:
    told["categories"] = [ListedCategory(**row) for row in told["categories"]]
    told["findings"] = [Finding(**row) for row in told["findings"]]
    return Outline(**told)


def _broken() -> Outline:
    findings = Findings()
    findings.add(None, "", "unreadable")
    return Outline("", [], {}, findings.first(), 1, 1, 0)
