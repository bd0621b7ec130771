"""Cards, offers and logs written by steps of the change set."""

from catalog.models import Offer, PriceChange, Product, StockMovement
from partners.services.sql.dialect import CHANGES, GOODS, OFFER_FACTS, Dialect, insert

# The changes of one step, each with its good.
PAIRS = f"""{CHANGES} c
JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = c.position"""
IN_STEP = "c.run_id = %(run)s AND c.id BETWEEN %(low)s AND %(high)s"
STEP = f"{PAIRS} WHERE {IN_STEP}"

MADE = f"SELECT c.id, g.name FROM {STEP} AND c.card = 'made' ORDER BY c.id"
BRANDS = f"SELECT DISTINCT g.brand FROM {STEP} AND c.card <> '' AND g.brand <> ''"


def make_cards(slugs: int) -> str:
    """Insert the cards of so many goods, each with its slug, as parameters."""
    pairs = ", ".join(f"(%(p{n})s, %(s{n})s)" for n in range(slugs))
    price = "coalesce(g.discount_price, g.regular_price)"
    columns = {
        "id": "c.product_id",
        "name": "g.name",
        "slug": "v.slug",
        "description": "g.description",
        "brand_id": "b.id",
        "attributes": "g.attributes",
        "match_key": "g.match_key",
        "search_text": "g.search_text",
        # Its summary, as the only offer of a new card makes it.
        "best_offer_id": "CASE WHEN %(is_open)s THEN c.offer_id END",
        "price_from": f"CASE WHEN %(is_open)s THEN {price} END",
        "in_stock": "(%(is_open)s AND g.stock > 0)",
        "created_at": "%(now)s",
        "updated_at": "%(now)s",
    }
    return f"""
WITH v(id, slug) AS (VALUES {pairs})
{insert(Product, columns)}
FROM v JOIN {CHANGES} c ON c.id = v.id
JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = c.position
LEFT JOIN catalog_brand b ON b.name = g.brand
ORDER BY c.id
"""


CHANGE_CARDS = f"""
UPDATE catalog_product SET name = s.name, description = s.description,
  brand_id = s.brand_id, attributes = s.attributes, match_key = s.match_key,
  search_text = s.search_text, updated_at = %(now)s
FROM (SELECT c.product_id AS id, g.name, g.description, b.id AS brand_id, g.attributes,
    g.match_key, g.search_text
  FROM {PAIRS}
  LEFT JOIN catalog_brand b ON b.name = g.brand
  WHERE {IN_STEP}
    AND c.card = 'changed') s
WHERE catalog_product.id = s.id
"""
UNLINK_CARDS = f"""
DELETE FROM catalog_product_categories WHERE product_id IN
  (SELECT c.product_id FROM {STEP} AND c.card = 'changed')
"""
LINK_CARDS = f"""
INSERT INTO catalog_product_categories (product_id, category_id)
SELECT c.product_id, k.id
FROM {PAIRS}
JOIN catalog_category k ON k.name = g.category
WHERE {IN_STEP} AND c.card <> ''
"""


def make_offers() -> str:
    columns = {
        "id": "c.offer_id",
        "product_id": "c.product_id",
        "shop_id": "%(shop)s",
        "article": "g.article",
        **{name: f"g.{name}" for name in OFFER_FACTS},
        "is_withdrawn": "(1 = 0)",
        "created_at": "%(now)s",
        "updated_at": "%(now)s",
    }
    return f"{insert(Offer, columns)} FROM {STEP} AND c.kind = 'new' ORDER BY c.id"


CHANGE_OFFERS = f"""
UPDATE catalog_offer SET product_id = c.product_id, is_withdrawn = (1 = 0),
  updated_at = %(now)s, {", ".join(f"{name} = g.{name}" for name in OFFER_FACTS)}
FROM {PAIRS}
WHERE {IN_STEP} AND c.kind = 'changed' AND catalog_offer.id = c.offer_id
"""
WITHDRAW = f"""
UPDATE catalog_offer SET is_withdrawn = (1 = 1), updated_at = %(now)s
WHERE id IN (SELECT c.offer_id FROM {CHANGES} c WHERE c.run_id = %(run)s
  AND c.id BETWEEN %(low)s AND %(high)s AND c.kind = 'withdrawn')
"""


def write_ledger(d: Dialect) -> str:
    """Ledger rows of the offers whose stock the list sets to another number."""
    old = f"coalesce({d.number('c.before', 'stock')}, 0)"
    columns = {
        "offer_id": "c.offer_id",
        "delta": f"g.stock - {old}",
        "balance": "g.stock",
        "reason": "'import'",
        "document": "%(document)s",
        "created_at": "%(now)s",
    }
    rows = f"FROM {STEP} AND g.stock <> {old} ORDER BY c.id"
    return f"{insert(StockMovement, columns)} {rows}"


def log_prices(d: Dialect) -> str:
    """The price log of the offers that are new or have another price."""
    columns = {
        "offer_id": "c.offer_id",
        "price": "coalesce(g.discount_price, g.regular_price)",
        "regular_price": "g.regular_price",
        "reason": "'import'",
        "document": "%(document)s",
        "created_at": "%(now)s",
    }
    differs = " OR ".join(
        f"{d.text('c.before', name)} {d.differs} {d.text('c.after', name)}"
        for name in ("regular_price", "discount_price")
    )
    return f"""{insert(PriceChange, columns)}
FROM {STEP} AND (c.kind = 'new' OR {differs}) ORDER BY c.id"""


def turned(d: Dialect) -> str:
    """Products whose summary may differ now, but for cards made with their summary."""

    def moved(key: str) -> str:
        return f"{d.text('before', key)} {d.differs} {d.text('after', key)}"

    facts = " OR ".join(map(moved, ("regular_price", "discount_price", "is_withdrawn")))
    sells_out = (
        f"({d.number('before', 'stock')} > 0) <> ({d.number('after', 'stock')} > 0)"
    )
    return f"""
SELECT id FROM (
  SELECT product_id AS id FROM {CHANGES} WHERE run_id = %(run)s AND card <> 'made'
    AND (kind <> 'changed' OR product_id <> old_product_id OR {facts} OR {sells_out})
  UNION SELECT old_product_id FROM {CHANGES}
    WHERE run_id = %(run)s AND product_id <> old_product_id) t
WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
"""


TOUCHED = f"""
SELECT id FROM (SELECT product_id AS id FROM {CHANGES} WHERE run_id = %(run)s
  UNION SELECT old_product_id FROM {CHANGES} WHERE run_id = %(run)s) t
WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
"""
