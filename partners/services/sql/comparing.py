"""What a list would change."""

from catalog.models import Offer, Product
from partners.services.sql.dialect import CHANGES, GOODS, Dialect, facts


def others_sell(product: str) -> str:
    return f"""EXISTS (SELECT 1 FROM catalog_offer x WHERE x.product_id = {product}
      AND x.shop_id <> %(shop)s AND NOT x.is_withdrawn)"""


LINKS = """FROM catalog_product_categories l
      JOIN catalog_category k ON k.id = l.category_id WHERE l.product_id = p.id"""


def card_of_product(d: Dialect, **more: str) -> str:
    """What a list decides of the card of product `p` and its brand `b`, as JSON."""
    return d.object(
        name="p.name",
        description="p.description",
        brand="b.name",
        attributes=d.json("p.attributes"),
        categories=d.array("k.name", LINKS),
        **more,
    )


def compare(d: Dialect, *, gives_ids: bool) -> str:
    """Write the change set of the goods that are new or not as they are today.

    `gives_ids` reserves the ids of the offers and cards that are to be made.

    A good's card is the one of its key. A card changes only while no other shop sells
    the product. A good of a new key keeps its offer's card, renamed, if that is free:
    no other shop's, and no other good's by key or by being earlier in the list. A card
    without a key was made by staff: its offer stays with it, and it stays as it is.
    """
    card_before = card_of_product(
        d,
        brand_id="p.brand_id",
        match_key="p.match_key",
        search_text="p.search_text",
        category_ids=d.array("k.id", LINKS),
    )
    card_after = d.object(
        name="g.name",
        description="g.description",
        brand="nullif(g.brand, '')",
        attributes=d.json("g.attributes"),
        categories=d.list("g.category"),
    )
    offer_id, product_id = "o.id", "j.product_id"
    if gives_ids:
        new_offer = d.next_id(Offer._meta.db_table)
        new_card = d.next_id(Product._meta.db_table)
        offer_id = f"CASE WHEN o.id IS NULL THEN {new_offer} ELSE o.id END"
        product_id = f"CASE WHEN j.card = 'made' THEN {new_card} ELSE j.product_id END"
    return f"""
INSERT INTO {CHANGES} (run_id, kind, position, line, article, name, offer_id,
  product_id, old_product_id, card, before, after, card_before, card_after)
WITH good AS (
  SELECT g.position, g.match_key, o.id AS offer_id, o.product_id AS old_id,
    k.id AS key_id, (p.id IS NOT NULL AND p.match_key IS NULL) AS stays
  FROM {GOODS} g
  LEFT JOIN catalog_offer o ON o.shop_id = %(shop)s AND o.article = g.article
  LEFT JOIN catalog_product p ON p.id = o.product_id
  LEFT JOIN catalog_product k ON k.match_key = g.match_key
  WHERE g.run_id = %(staged)s AND NOT g.is_refused
), renamed AS (
  SELECT free.match_key, free.old_id FROM (
    SELECT good.match_key, good.old_id,
      row_number() OVER (PARTITION BY good.old_id ORDER BY good.position) AS of_card,
      row_number() OVER (PARTITION BY good.match_key ORDER BY good.position) AS of_key
    FROM good JOIN catalog_product p ON p.id = good.old_id
    WHERE good.key_id IS NULL AND NOT good.stays AND NOT {others_sell("good.old_id")}
      AND NOT EXISTS (SELECT 1 FROM {GOODS} c WHERE c.run_id = %(staged)s
        AND NOT c.is_refused AND c.match_key = p.match_key)
  ) free WHERE free.of_card = 1 AND free.of_key = 1
), placed AS (
  SELECT good.position, good.offer_id, good.stays,
    CASE WHEN good.stays THEN good.old_id
      ELSE coalesce(good.key_id, renamed.old_id) END AS product_id,
    row_number() OVER (
      PARTITION BY good.match_key, good.stays ORDER BY good.position) AS nth
  FROM good LEFT JOIN renamed ON renamed.match_key = good.match_key
), judged AS MATERIALIZED (
  SELECT placed.*, CASE
    WHEN placed.stays OR placed.nth > 1 THEN ''
    WHEN placed.product_id IS NULL THEN 'made'
    WHEN {others_sell("placed.product_id")} THEN ''
    WHEN p.name <> g.name OR p.description <> g.description
      OR p.match_key <> g.match_key OR coalesce(b.name, '') <> g.brand
      OR {d.unlike("p.attributes", "g.attributes")}
      OR (SELECT CASE WHEN count(*) = 1 THEN min(k.name) END {LINKS})
        {d.differs} g.category
    THEN 'changed' ELSE '' END AS card
  FROM placed
  JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = placed.position
  LEFT JOIN catalog_product p ON p.id = placed.product_id
  LEFT JOIN catalog_brand b ON b.id = p.brand_id
)
SELECT %(run)s, CASE WHEN o.id IS NULL THEN 'new' ELSE 'changed' END,
  g.position, g.line, g.article, g.name, {offer_id}, {product_id}, o.product_id, j.card,
  CASE WHEN o.id IS NOT NULL THEN {facts(d, "o", is_withdrawn="o.is_withdrawn")} END,
  {facts(d, "g", is_withdrawn="1 = 0")},
  CASE WHEN j.card = 'changed' THEN {card_before} END,
  CASE WHEN j.card = 'changed' THEN {card_after} END
FROM judged j
JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = j.position
LEFT JOIN catalog_offer o ON o.id = j.offer_id
LEFT JOIN catalog_product p ON p.id = j.product_id
LEFT JOIN catalog_brand b ON b.id = p.brand_id
WHERE o.id IS NULL OR j.card <> '' OR j.product_id {d.differs} o.product_id
  OR o.model <> g.model OR o.regular_price <> g.regular_price
  OR o.discount_price {d.differs} g.discount_price
  OR o.recommended_price {d.differs} g.recommended_price
  OR o.stock <> g.stock OR o.is_withdrawn
ORDER BY g.position
"""


ANALYZED = "run_id, kind, position, article, offer_id, product_id, card"
ARE_SHARED = f"""
SELECT 1 FROM {CHANGES} WHERE run_id = %(run)s AND product_id IS NULL LIMIT 1
"""
# Further goods of a card that an earlier good makes.
SHARE_CARDS = f"""
WITH made AS MATERIALIZED (
  SELECT g.match_key, m.product_id FROM {CHANGES} m
  JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = m.position
  WHERE m.run_id = %(run)s AND m.card = 'made')
UPDATE {CHANGES} SET product_id = made.product_id
FROM {GOODS} g JOIN made ON made.match_key = g.match_key
WHERE g.run_id = %(staged)s AND g.position = {CHANGES}.position
  AND {CHANGES}.run_id = %(run)s AND {CHANGES}.product_id IS NULL
"""


def missing(d: Dialect) -> str:
    """Write the change set of today's offers that the list lacks."""
    return f"""
INSERT INTO {CHANGES} (run_id, kind, article, name, offer_id, product_id,
  old_product_id, card, before, after)
SELECT %(run)s, 'withdrawn', o.article, p.name, o.id, o.product_id, o.product_id, '',
  {facts(d, "o", is_withdrawn="1 = 0")}, {facts(d, "o", is_withdrawn="1 = 1")}
FROM catalog_offer o JOIN catalog_product p ON p.id = o.product_id
WHERE o.shop_id = %(shop)s AND NOT o.is_withdrawn AND NOT EXISTS (
  SELECT 1 FROM {GOODS} g WHERE g.run_id = %(staged)s AND g.article = o.article)
ORDER BY o.id
"""


def moved(d: Dialect) -> str:
    """Articles for which two change sets, of `run` and `other`, differ.

    Stock does not count: goods are sold meanwhile, and the list says what is there.
    Nor does a card that another shop has begun to share, for it is left alone.
    """
    before, after = d.without("before", "stock"), d.without("after", "stock")
    seen = f"SELECT article, kind, {before}, {after}"
    counts = f"kind <> 'changed' OR {before} {d.differs} {after}"
    card = "CASE WHEN card = 'changed' THEN card_before END"
    with_card = f"""{seen}, {card} FROM {CHANGES}
      WHERE run_id = %({{}})s AND ({counts} OR card = 'changed')"""
    without = f"{seen} FROM {CHANGES} WHERE run_id = %({{}})s AND ({counts})"
    return f"""
SELECT DISTINCT article FROM (
  SELECT article FROM (
    {with_card.format("run")} EXCEPT {with_card.format("other")}) a
  UNION ALL SELECT article FROM (
    {without.format("other")} EXCEPT {without.format("run")}) b) both_ways
ORDER BY article LIMIT %(limit)s
"""


def stale(d: Dialect) -> str:
    """Articles whose offers are not as a change set saw them, of its first changes.

    What it left unchanged, and cards, are not looked at here.
    """
    today = d.without(facts(d, "o", is_withdrawn="o.is_withdrawn"), "stock")
    return f"""
SELECT c.article FROM (
  SELECT id, kind, article, offer_id, before FROM {CHANGES}
  WHERE run_id = %(run)s ORDER BY kind, id LIMIT %(most)s) c
LEFT JOIN catalog_offer o ON o.id = c.offer_id
WHERE CASE WHEN c.kind = 'new' THEN EXISTS (
    SELECT 1 FROM catalog_offer x
    WHERE x.shop_id = %(shop)s AND x.article = c.article)
  ELSE {d.without("c.before", "stock")} {d.differs} {today} END
ORDER BY c.article LIMIT %(limit)s
"""


def jumps(d: Dialect) -> str:
    """Goods whose price moves by half or more: place, name, old and new price."""

    def paid(column: str) -> str:
        discount = d.amount(column, "discount_price")
        return f"coalesce({discount}, {d.amount(column, 'regular_price')})"

    return f"""
SELECT count(*) OVER (), c.line, g.col, g.position, c.name,
  {paid("c.before")} AS old, {paid("c.after")} AS new
FROM {CHANGES} c JOIN {GOODS} g ON g.run_id = %(staged)s AND g.position = c.position
WHERE c.run_id = %(run)s AND c.kind = 'changed'
  AND abs({paid("c.after")} - {paid("c.before")}) * 2 >= {paid("c.before")}
ORDER BY c.id LIMIT %(limit)s
"""
