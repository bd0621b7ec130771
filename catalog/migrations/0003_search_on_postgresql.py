"""Full text and trigrams, where the database is PostgreSQL."""

from django.db import migrations

FORWARD = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """ALTER TABLE catalog_product ADD COLUMN search_vector tsvector
       GENERATED ALWAYS AS (
           setweight(to_tsvector('russian', search_text), 'A') ||
           setweight(to_tsvector('english', search_text), 'A') ||
           setweight(to_tsvector('russian', description), 'C') ||
           setweight(to_tsvector('english', description), 'C')
       ) STORED""",
    """CREATE INDEX product_search_vector ON catalog_product
       USING gin (search_vector)""",
    """CREATE INDEX product_search_trigrams ON catalog_product
       USING gin (search_text gin_trgm_ops)""",
    """CREATE INDEX product_attributes ON catalog_product
       USING gin (attributes jsonb_path_ops)""",
]
BACKWARD = [
    "DROP INDEX product_attributes",
    "DROP INDEX product_search_trigrams",
    "DROP INDEX product_search_vector",
    "ALTER TABLE catalog_product DROP COLUMN search_vector",
]


def run(statements):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_price_log")]

    operations = [migrations.RunPython(run(FORWARD), run(BACKWARD))]
