"""L8: the bytes parsed once into events, one COPY, one upsert of the same rows.

python -m bench.import_limit FILE GOODS, with DB_… of the product; the last line of
output is the result as JSON.
"""

import json
import os
import sys
import time
from io import StringIO
from pathlib import Path

import psycopg2
import yaml
from yaml.events import ScalarEvent, StreamEndEvent

from bench import goods

COLUMNS = (
    "product_id, shop_id, article, model, regular_price, recommended_price, stock, "
    "is_withdrawn, created_at, updated_at"
)
# The product's own columns, checks and indexes.
TARGET = "CREATE TABLE bench_offer (LIKE catalog_offer INCLUDING ALL)"
STAGING = f"CREATE TEMP TABLE staging AS SELECT {COLUMNS} FROM catalog_offer LIMIT 0"  # noqa: S608
UPSERT = f"""
INSERT INTO bench_offer ({COLUMNS}) SELECT {COLUMNS} FROM staging
ON CONFLICT (shop_id, article) DO UPDATE SET
  product_id = excluded.product_id, model = excluded.model,
  regular_price = excluded.regular_price, stock = excluded.stock,
  recommended_price = excluded.recommended_price, updated_at = excluded.updated_at
"""  # noqa: S608


def main(file: Path, wanted: int) -> None:
    connection = psycopg2.connect(
        host=os.environ["DB_HOST"],
        port=os.environ["DB_PORT"],
        user=os.environ["DB_USER"],
        dbname=os.environ["DB_NAME"],
        password=os.environ["DB_PASSWORD"] or None,
    )
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS bench_offer")
    cursor.execute(TARGET)
    connection.commit()
    buffer = StringIO("".join(map(row, range(wanted))))
    content = file.read_bytes()
    begun = time.perf_counter()
    scalars = parse(content)
    parsed = time.perf_counter()
    cursor.execute(STAGING)
    cursor.copy_expert(f"COPY staging ({COLUMNS}) FROM STDIN", buffer)
    cursor.execute(UPSERT)
    written = cursor.rowcount
    connection.commit()
    done = time.perf_counter()
    cursor.execute("DROP TABLE bench_offer")
    connection.commit()
    if written != wanted or scalars < wanted * 10:
        sys.exit("WRONG: the limit did not do its work.")
    print(json.dumps({"parse": parsed - begun, "write": done - parsed}))


def parse(content: bytes) -> int:
    """How many scalars the events hold."""
    get_event, scalars = yaml.CSafeLoader(content).get_event, 0
    while type(event := get_event()) is not StreamEndEvent:
        scalars += type(event) is ScalarEvent
    return scalars


def row(number: int) -> str:
    price = goods.cents(number)
    model = f"{goods.brand(number).lower()}/{number}"
    now = "2026-01-01T00:00:00Z"
    values = (
        *(number + 1, 1, 4_000_000 + number, model, f"{price / 100:.2f}"),
        *(f"{price // 100 + 50}", number % 90, "f", now, now),
    )
    return "\t".join(map(str, values)) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
