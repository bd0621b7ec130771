"""An applied list taken back: `run` is the application, `document` names the undo."""

from catalog.models import PriceChange, StockMovement
from partners.services.sql.comparing import card_of_product
from partners.services.sql.dialect import CHANGES, Dialect, facts, insert

IN_STEP = "c.run_id = %(run)s AND c.id BETWEEN %(low)s AND %(high)s"
OF_STEP = "run_id = %(run)s AND id BETWEEN %(low)s AND %(high)s"  # without a join
JOINED_STEP = IN_STEP.replace("c.", f"{CHANGES}.")


def judge_offers(d: Dialect) -> str:
    """Mark what is kept because it was edited since, unless `force`, and the rest.

    Stock does not count as edited: goods are sold meanwhile.
    """
    now = d.without(facts(d, "o", is_withdrawn="o.is_withdrawn"), "stock")
    return f"""
UPDATE {CHANGES} SET undo = CASE WHEN NOT %(force)s AND (
    o.product_id <> {CHANGES}.product_id
    OR {now} {d.differs} {d.without(f"{CHANGES}.after", "stock")})
  THEN 'kept' ELSE 'restored' END
FROM catalog_offer o
WHERE o.id = {CHANGES}.offer_id AND {JOINED_STEP}
"""


def judge_cards(d: Dialect) -> str:
    """The same for cards; one whose old key another card has now is kept too."""
    return f"""
UPDATE {CHANGES} SET card_undo = CASE WHEN (
    NOT %(force)s AND {card_of_product(d)} {d.differs} {CHANGES}.card_after)
    OR EXISTS (SELECT 1 FROM catalog_product x WHERE x.id <> p.id
      AND x.match_key = {d.text(f"{CHANGES}.card_before", "match_key")})
  THEN 'kept' ELSE 'restored' END
FROM catalog_product p LEFT JOIN catalog_brand b ON b.id = p.brand_id
WHERE p.id = {CHANGES}.product_id AND {JOINED_STEP}
  AND {CHANGES}.card = 'changed'
"""


def mark_removable(references: list[tuple[str, str]]) -> str:
    """Mark new offers that nothing names but what their own import wrote."""
    own = {
        StockMovement._meta.db_table: "AND x.document <> %(imported)s",
        PriceChange._meta.db_table: "AND x.document <> %(imported)s",
        CHANGES: """AND EXISTS (SELECT 1 FROM partners_pricelistrun r
          WHERE r.id = x.run_id AND r.id <> %(run)s AND r.kind <> 'check')""",
    }
    unused = "\n".join(
        f"""AND NOT EXISTS (SELECT 1 FROM {table} x
          WHERE x.{column} = {CHANGES}.offer_id {own.get(table, "")})"""
        for table, column in references
    )
    return f"""
UPDATE {CHANGES} SET undo = 'removed'
WHERE {OF_STEP} AND kind = 'new' AND undo = 'restored' {unused}
"""


def _moves(d: Dialect) -> str:
    """By how much an offer's stock goes back; what was sold since stays sold."""
    before = f"coalesce({d.number('c.before', 'stock')}, 0)"
    return d.larger("-o.stock", f"{before} - {d.number('c.after', 'stock')}")


def return_ledger(d: Dialect) -> str:
    columns = {
        "offer_id": "o.id",
        "delta": _moves(d),
        "balance": f"o.stock + {_moves(d)}",
        "reason": "'import'",
        "document": "%(document)s",
        "created_at": "%(now)s",
    }
    return f"""{insert(StockMovement, columns)}
FROM {CHANGES} c JOIN catalog_offer o ON o.id = c.offer_id
WHERE {IN_STEP} AND c.undo = 'restored' AND {_moves(d)} <> 0 ORDER BY c.id"""


def return_prices(d: Dialect) -> str:
    regular = d.amount("c.before", "regular_price")
    discount = d.amount("c.before", "discount_price")
    columns = {
        "offer_id": "o.id",
        "price": f"coalesce({discount}, {regular})",
        "regular_price": regular,
        "reason": "'import'",
        "document": "%(document)s",
        "created_at": "%(now)s",
    }
    return f"""{insert(PriceChange, columns)}
FROM {CHANGES} c JOIN catalog_offer o ON o.id = c.offer_id
WHERE {IN_STEP} AND c.undo = 'restored' AND c.kind <> 'new'
  AND (o.regular_price <> {regular} OR o.discount_price {d.differs} {discount})
ORDER BY c.id"""


def restore_offers(d: Dialect) -> str:
    """Old values for what was changed or withdrawn; what was new is withdrawn."""
    truth = d.text("c.before", "is_withdrawn")
    is_withdrawn = f"{truth} = 'true'" if d.is_postgresql else truth
    return f"""
UPDATE catalog_offer SET product_id = s.product_id, model = s.model,
  regular_price = s.regular_price, discount_price = s.discount_price,
  recommended_price = s.recommended_price, stock = s.stock,
  is_withdrawn = s.is_withdrawn, updated_at = %(now)s
FROM (SELECT o.id,
    CASE WHEN c.kind = 'new' THEN o.product_id ELSE c.old_product_id END AS product_id,
    {_kept("model", d.text("c.before", "model"))},
    {_kept("regular_price", d.amount("c.before", "regular_price"))},
    {_kept("discount_price", d.amount("c.before", "discount_price"))},
    {_kept("recommended_price", d.amount("c.before", "recommended_price"))},
    o.stock + {_moves(d)} AS stock,
    CASE WHEN c.kind = 'new' THEN (1 = 1) ELSE {is_withdrawn} END AS is_withdrawn
  FROM {CHANGES} c JOIN catalog_offer o ON o.id = c.offer_id
  WHERE {IN_STEP} AND c.undo = 'restored') s
WHERE catalog_offer.id = s.id
"""


def _kept(column: str, old: str) -> str:
    return f"CASE WHEN c.kind = 'new' THEN o.{column} ELSE {old} END AS {column}"


def restore_cards(d: Dialect) -> str:
    return f"""
UPDATE catalog_product SET name = s.name, description = s.description,
  brand_id = s.brand_id, attributes = s.attributes, match_key = s.match_key,
  search_text = s.search_text, updated_at = %(now)s
FROM (SELECT c.product_id AS id, {d.text("c.card_before", "name")} AS name,
    {d.text("c.card_before", "description")} AS description, b.id AS brand_id,
    {d.part("c.card_before", "attributes")} AS attributes,
    {d.text("c.card_before", "match_key")} AS match_key,
    {d.text("c.card_before", "search_text")} AS search_text
  FROM {CHANGES} c
  LEFT JOIN catalog_brand b ON b.id = {d.number("c.card_before", "brand_id")}
  WHERE {IN_STEP} AND c.card_undo = 'restored') s
WHERE catalog_product.id = s.id
"""


UNLINK_CARDS = f"""
DELETE FROM catalog_product_categories WHERE product_id IN
  (SELECT c.product_id FROM {CHANGES} c WHERE {IN_STEP} AND c.card_undo = 'restored')
"""


def relink_cards(d: Dialect) -> str:
    return f"""
INSERT INTO catalog_product_categories (product_id, category_id)
SELECT c.product_id, k.id
FROM {CHANGES} c, {d.elements("c.card_before", "category_ids")}
JOIN catalog_category k ON k.id = CAST(e.value AS integer)
WHERE {IN_STEP} AND c.card_undo = 'restored'
"""


REMOVED = f"""(SELECT c.offer_id FROM {CHANGES} c
  WHERE {IN_STEP} AND c.undo = 'removed')"""
REMOVE_OFFERS = (
    f"DELETE FROM catalog_stockmovement WHERE offer_id IN {REMOVED}",
    f"DELETE FROM catalog_pricechange WHERE offer_id IN {REMOVED}",
    f"DELETE FROM catalog_offer WHERE id IN {REMOVED}",
    f"""UPDATE {CHANGES} SET offer_id = NULL WHERE run_id <> %(run)s
    AND offer_id IN {REMOVED}""",
)


def mark_removable_cards(references: list[tuple[str, str]]) -> str:
    """Mark the cards that the list made and that nothing needs or has edited."""
    unused = "\n".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} x WHERE x.{column} = p.id)"
        for table, column in references
    )
    return f"""
UPDATE {CHANGES} SET card_undo = 'removed'
WHERE {OF_STEP} AND card = 'made' AND EXISTS (
  SELECT 1 FROM catalog_product p WHERE p.id = {CHANGES}.product_id
  AND p.updated_at = p.created_at {unused})
"""


REMOVED_CARDS = f"""(SELECT c.product_id FROM {CHANGES} c
  WHERE {IN_STEP} AND c.card_undo = 'removed')"""
REMOVE_CARDS = (
    f"DELETE FROM catalog_product_categories WHERE product_id IN {REMOVED_CARDS}",
    f"DELETE FROM catalog_product WHERE id IN {REMOVED_CARDS}",
    f"""UPDATE {CHANGES} SET old_product_id = NULL
    WHERE old_product_id IN {REMOVED_CARDS}""",
    f"""UPDATE {CHANGES} SET product_id = NULL WHERE run_id <> %(run)s
    AND product_id IN {REMOVED_CARDS}""",
)
# After the cards, of which few are left: it writes them and all their indexes.
FORGET_REMOVED = (
    f"""UPDATE catalog_product SET best_offer_id = NULL
    WHERE best_offer_id IN {REMOVED}""",
    # Once for both, for each writes the row and all its indexes.
    f"""UPDATE {CHANGES}
    SET offer_id = CASE WHEN undo = 'removed' THEN NULL ELSE offer_id END,
      product_id = (SELECT p.id FROM catalog_product p
        WHERE p.id = {CHANGES}.product_id)
    WHERE {OF_STEP} AND (undo = 'removed' OR NOT EXISTS (
      SELECT 1 FROM catalog_product p WHERE p.id = {CHANGES}.product_id))""",
)
KEPT = f"""
SELECT article, name, undo = 'kept', count(*) OVER () FROM {CHANGES}
WHERE run_id = %(run)s AND (undo = 'kept' OR card_undo = 'kept' OR
  (offer_id IS NULL AND undo = ''))
ORDER BY id LIMIT %(limit)s
"""
