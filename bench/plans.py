"""How PostgreSQL reads a large shop: the plan of every statement of the lists."""

from typing import Any

from bench.cluster import Database

# Tables that grow with the shop: none of them may be read from end to end.
GROWING = (
    "catalog_product",
    "catalog_offer",
    "catalog_product_categories",
    "catalog_pricechange",
    "catalog_word",
)
READS = ("W1-cold", "W2", "W3-cold", "W4", "W4-exact")


def explain(database: Database, statements: dict[str, list[list[str]]]) -> Any:
    """The plans of one captured unit of each list, and the big tables they scan."""
    plans: dict[str, list[str]] = {}
    scanned = []
    for workload in READS:
        # Three units: the flows have three kinds of queries.
        for unit in statements.get(workload, [])[:3]:
            for statement in unit:
                lines = _plan(database, statement)
                plans.setdefault(workload, []).append("\n".join(lines))
                scanned += [
                    f"{workload}: {table}"
                    for line in lines
                    for table in GROWING
                    if f"Seq Scan on {table} " in f"{line} "
                ]
    return {"plans": plans, "scanned": sorted(set(scanned))}


def _plan(database: Database, statement: str) -> list[str]:
    rows = database.ask(
        f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {statement}"
    )
    return [row[0] for row in rows]


def described(found: dict[str, Any]) -> list[str]:
    """Markdown: what is scanned whole, then each distinct plan, folded."""
    scanned = ", ".join(found["scanned"]) or "none"
    lines = [f"Growing tables that are read from end to end: {scanned}.", ""]
    for workload, plans in found["plans"].items():
        lines += [f"<details><summary>{workload}</summary>", ""]
        for plan in plans:
            lines += ["```", plan, "```", ""]
        lines += ["</details>", ""]
    return lines
