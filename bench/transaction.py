"""L7: pgbench runs the checkout transaction on the product's own tables."""

import os
import re
import subprocess
from pathlib import Path

from bench.cluster import Database, tool
from bench.guests import FIRST_CUSTOMER

# Offers in stock, as in W6: two different rows of 28 in a block of 30.
SCRIPT = """
\\set a :first + random(0, :blocks - 1) * 30 + random(0, 13)
\\set b :first + random(0, :blocks - 1) * 30 + random(14, 27)
\\set customer :customers + random(0, :guests - 1)
BEGIN;
SELECT id, stock, price FROM catalog_offer WHERE id IN (:a, :b)
  ORDER BY id FOR NO KEY UPDATE;
UPDATE catalog_offer SET stock = stock - 1 WHERE id IN (:a, :b);
SELECT nextval('bench_order') AS number \\gset
INSERT INTO orders_order (id, code, customer_id, status, first_name, last_name, email,
  phone, country, city, postal_code, address, goods_total, delivery_price, created_at,
  placed_at)
VALUES (:number, CAST(:number AS varchar), :customer, 'confirmed', 'Ann', 'Buyer',
  'ann@bench.example', '+10000000000', '', '', '', '', 20, 0, now(), now());
INSERT INTO orders_orderline (order_id, offer_id, shop_id, product_name, shop_name,
  article, unit_price, quantity)
VALUES (:number, :a, 1, 'one', 'Storekeeper', '1', 10, 1),
  (:number, :b, 1, 'two', 'Storekeeper', '2', 10, 1);
COMMIT;
"""


def transactions_a_second(
    database: Database, facts: dict, scratch: Path, *, clients: int, seconds: float
) -> float | None:
    """What PostgreSQL alone does of the core of a checkout; None without pgbench."""
    pgbench = tool("pgbench")
    if pgbench is None:
        return None
    sequence = "CREATE SEQUENCE IF NOT EXISTS bench_order START 1000000000 CACHE 100"
    database.ask(sequence)
    script = scratch / "checkout.sql"
    script.write_text(SCRIPT)
    values = {
        "first": facts["first_offer"],
        "blocks": facts["offers"] // 30,
        "customers": FIRST_CUSTOMER,
        "guests": facts["guests"],
    }
    command = [pgbench, "-n", "-f", str(script), "-T", str(max(1, round(seconds)))]
    command += ["-c", str(clients), "-j", str(min(clients, 2))]
    command += [f"-D{name}={value}" for name, value in values.items()]
    where = {
        "PGHOST": database.host,
        "PGPORT": database.port,
        "PGUSER": database.user,
        "PGDATABASE": database.name,
        "PGPASSWORD": database.password,
    }
    done = subprocess.run(
        command, env=os.environ | where, capture_output=True, text=True, check=False
    )
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
    if done.returncode or not found:
        raise SystemExit(f"pgbench failed: {done.stderr[-1000:]}")
    return float(found[1])
