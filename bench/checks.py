"""What the database must say after the checkouts; anything else fails the run."""

from bench.cluster import Database

BROKEN = {
    "orders without exactly two lines": """
        SELECT count(*) FROM orders_order AS o WHERE 2 <>
          (SELECT count(*) FROM orders_orderline AS l WHERE l.order_id = o.id)""",
    "orders without two rows in the ledger": """
        SELECT count(*) FROM orders_order AS o WHERE 2 <>
          (SELECT count(*) FROM catalog_stockmovement AS m
           WHERE m.document = 'order:' || o.id AND m.reason = 'order')""",
    "orders without an idempotency record": """
        SELECT (SELECT count(*) FROM orders_order) - (SELECT count(*)
          FROM orders_idempotencyrecord WHERE endpoint LIKE '%/cart/checkout/')""",
    "orders without a letter to the buyer": """
        SELECT (SELECT count(*) FROM orders_order) - (SELECT count(*)
          FROM django_tasks_database_dbtaskresult
          WHERE task_path LIKE '%.send_buyer_letter')""",
    "offers whose ledger is not their stock": """
        SELECT count(*) FROM catalog_offer AS o LEFT JOIN
          (SELECT offer_id, sum(delta) AS total FROM catalog_stockmovement
           GROUP BY offer_id) AS m ON m.offer_id = o.id
        WHERE o.stock <> coalesce(m.total, 0)""",
}


def broken_promises(database: Database) -> list[str]:
    """What a checkout promises and the database does not hold."""
    return [
        f"{count} {what}"
        for what, sql in BROKEN.items()
        if (count := database.ask(sql)[0][0])
    ]
