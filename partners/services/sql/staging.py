"""Goods as they were read, and what is wrong among them."""

from partners.services.sql.dialect import GOODS

# As the reading process names them, but for what is derived.
COLUMNS = """run_id position line col is_refused article name model brand category
description attributes regular_price discount_price recommended_price stock match_key
search_text""".split()
TEXTS = "article name model brand category description match_key search_text".split()
COPY = f"""COPY {GOODS} ({", ".join(COLUMNS)}) FROM STDIN
WITH (FORMAT csv, FORCE_NOT_NULL ({", ".join(TEXTS)}))"""
INSERT = f"""INSERT INTO {GOODS} ({", ".join(COLUMNS)})
VALUES ({", ".join(["%s"] * len(COLUMNS))})"""
ANALYZED = "run_id, position, is_refused, article, match_key"

RENAME_CATEGORY = f"""
UPDATE {GOODS} SET category = %(name)s WHERE run_id = %(run)s AND category = %(text)s
"""
# With an id; without one; different ids.
COUNT_IDS = f"""
SELECT count(nullif(article, '')),
  count(CASE WHEN article = '' AND NOT is_refused THEN 1 END),
  count(DISTINCT nullif(article, ''))
FROM {GOODS} WHERE run_id = %(run)s
"""
NAMES_AS_IDS = f"UPDATE {GOODS} SET article = name WHERE run_id = %(run)s"
FIRST_NAMED = f"""
SELECT line, col FROM {GOODS} WHERE run_id = %(run)s AND NOT is_refused
ORDER BY position LIMIT 1
"""
WITHOUT_ID = f"""
SELECT line, col, position, name FROM {GOODS}
WHERE run_id = %(run)s AND article = '' AND NOT is_refused
ORDER BY position LIMIT %(limit)s
"""
REFUSE_WITHOUT_ID = f"""
UPDATE {GOODS} SET is_refused = (1 = 1) WHERE run_id = %(run)s AND article = ''
"""
REPEATED = f"""
SELECT line, col, position, name, article, first FROM (
  SELECT line, col, position, name, article, first_value(line) OVER ids AS first,
    row_number() OVER ids AS nth
  FROM {GOODS} WHERE run_id = %(run)s AND article <> ''
  WINDOW ids AS (PARTITION BY article ORDER BY position)) numbered
WHERE nth > 1 ORDER BY position LIMIT %(limit)s
"""
REFUSE_REPEATED = f"""
UPDATE {GOODS} SET is_refused = (1 = 1) WHERE run_id = %(run)s AND article IN
  (SELECT article FROM {GOODS} WHERE run_id = %(run)s AND article <> ''
   GROUP BY article HAVING count(*) > 1)
"""
