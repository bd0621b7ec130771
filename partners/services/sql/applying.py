"""Cards, offers and logs written by steps of the change set."""

from catalog.models import Offer, PriceChange, Product, StockMovement
from partners.services.sql.dialect import CHANGES, GOODS, OFFER_FACTS, Dialect, insert

# The changes of one step, each with its good.
PAIRS = f"""{CHANGES} c
JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = c.position"""
IN_STEP = "c.run_id = %(run)s AND c.id BETWEEN %(low)s AND %(high)s"
STEP = f"{PAIRS} WHERE {IN_STEP}"

MADE = f"SELECT g.position, g.name FROM {STEP} AND c.card = 'made' ORDER BY c.id"
BRANDS = f"SELECT DISTINCT g.brand FROM {STEP} AND c.card <> '' AND g.brand <> ''"


def make_cards(slugs: int) -> str:
    """Insert the cards of so many goods, each with its slug, as parameters."""
    pairs = ", ".join(f"(%(p{n})s, %(s{n})s)" for n in range(slugs))
    columns = {
        "name": "g.name",
        "slug": "v.slug",
        "description": "g.description",
        "brand_id": "b.id",
        "attributes": "g.attributes",
        "match_key": "g.match_key",
        "search_text": "g.search_text",
        "created_at": "%(now)s",
        "updated_at": "%(now)s",
    }
    return f"""
WITH v(position, slug) AS (VALUES {pairs})
{insert(Product, columns)}
FROM v JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = v.position
LEFT JOIN catalog_brand b ON b.name = g.brand
ORDER BY g.position
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
SELECT p.id, k.id
FROM {PAIRS}
JOIN catalog_product p ON p.match_key = g.match_key
JOIN catalog_category k ON k.name = g.category
WHERE {IN_STEP} AND c.card <> ''
"""


def write_offers() -> str:
    """Insert or update the offers of goods that are new or changed."""
    columns = {
        "product_id": "coalesce(c.product_id, p.id)",
        "shop_id": "%(shop)s",
        "article": "g.article",
        **{name: f"g.{name}" for name in OFFER_FACTS},
        "is_withdrawn": "(1 = 0)",
        "created_at": "%(now)s",
        "updated_at": "%(now)s",
    }
    kept = {"shop_id", "article", "created_at"}
    updates = ", ".join(f"{n} = excluded.{n}" for n in columns if n not in kept)
    return f"""
{insert(Offer, columns)}
FROM {PAIRS}
LEFT JOIN catalog_product p ON c.product_id IS NULL AND p.match_key = g.match_key
WHERE {IN_STEP}
ORDER BY c.id
ON CONFLICT (shop_id, article) DO UPDATE SET {updates}
"""


NAME_OFFERS = f"""
UPDATE {CHANGES} SET offer_id = o.id, product_id = o.product_id
FROM catalog_offer o
WHERE o.shop_id = %(shop)s AND o.article = {CHANGES}.article
  AND {CHANGES}.run_id = %(run)s AND {CHANGES}.id BETWEEN %(low)s AND %(high)s
  AND ({CHANGES}.offer_id IS NULL OR {CHANGES}.product_id IS NULL)
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


TOUCHED = f"""
SELECT id FROM (SELECT product_id AS id FROM {CHANGES} WHERE run_id = %(run)s
  UNION SELECT old_product_id FROM {CHANGES} WHERE run_id = %(run)s) t
WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
"""
