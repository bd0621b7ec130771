"""The reading process: a price list on standard input, JSON lines on standard output.

Lines hold up to a thousand goods and how much of the file is read; the last one holds
the outline. Told to mend, it writes the corrected list instead. Memory and time are
bounded by the kernel, whatever the file does.
"""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import asdict, fields
from operator import attrgetter

import orjson

from partners.price_list.goods import Good
from partners.price_list.reading import mend_price_list, read_price_list

MEMORY, SECONDS = 512 * 2**20, 600
BATCH = 1000
values = attrgetter(*(field.name for field in fields(Good)))


def main(goods_limit: int, *, is_mending: bool = False) -> None:
    """Read and tell; a file that asks for too much ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    file, out = sys.stdin.buffer, sys.stdout.buffer
    if is_mending:
        for text in mend_price_list(file, goods_limit=goods_limit):
            out.write(text.encode())
        return
    size = os.fstat(file.fileno()).st_size
    batch: list[Good] = []

    def tell() -> None:
        line = {"goods": [values(good) for good in batch], "share": file.tell() / size}
        out.write(orjson.dumps(line, default=str) + b"\n")
        batch.clear()

    def emit(good: Good) -> None:
        batch.append(good)
        if len(batch) == BATCH:
            tell()

    outline = read_price_list(file, emit, goods_limit=goods_limit)
    if batch:
        tell()
    out.write(orjson.dumps({"outline": asdict(outline)}) + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), is_mending=sys.argv[2:] == ["mend"])
