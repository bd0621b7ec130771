"""The words that products are found by, to spell searches with; PostgreSQL only."""

from django.db import migrations

# No unique constraint: importers that learn the same words would wait for each other,
# crosswise. A word that two of them add at once stands twice, which harms nobody.
FORWARD = [
    'CREATE TABLE catalog_word (word text COLLATE "C" NOT NULL)',
    """CREATE FUNCTION catalog_learn_words() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
           INSERT INTO catalog_word
           SELECT DISTINCT word
           FROM changed, regexp_split_to_table(search_text, '[^[:alnum:]]+') word
           WHERE word ~ '^[[:alpha:]]+$'
           AND NOT EXISTS (SELECT 1 FROM catalog_word w WHERE w.word = word.word);
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER catalog_learn_new AFTER INSERT ON catalog_product
       REFERENCING NEW TABLE AS changed
       FOR EACH STATEMENT EXECUTE FUNCTION catalog_learn_words()""",
    """CREATE FUNCTION catalog_learn_words_of_row() RETURNS trigger
       LANGUAGE plpgsql AS $$
       BEGIN
           INSERT INTO catalog_word
           SELECT DISTINCT word
           FROM regexp_split_to_table(NEW.search_text, '[^[:alnum:]]+') word
           WHERE word ~ '^[[:alpha:]]+$'
           AND NOT EXISTS (SELECT 1 FROM catalog_word w WHERE w.word = word.word);
           RETURN NULL;
       END $$""",
    """CREATE TRIGGER catalog_learn_changed AFTER UPDATE OF search_text
       ON catalog_product FOR EACH ROW
       WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text)
       EXECUTE FUNCTION catalog_learn_words_of_row()""",
    """INSERT INTO catalog_word SELECT DISTINCT word FROM catalog_product,
       regexp_split_to_table(search_text, '[^[:alnum:]]+') word
       WHERE word ~ '^[[:alpha:]]+$'""",
    "CREATE INDEX catalog_word_begins ON catalog_word (word)",
    "CREATE INDEX catalog_word_alike ON catalog_word USING gin (word gin_trgm_ops)",
    "DROP INDEX product_search_trigrams",
]
BACKWARD = [
    """CREATE INDEX product_search_trigrams ON catalog_product
       USING gin (search_text gin_trgm_ops)""",
    "DROP TRIGGER catalog_learn_changed ON catalog_product",
    "DROP TRIGGER catalog_learn_new ON catalog_product",
    "DROP FUNCTION catalog_learn_words_of_row()",
    "DROP FUNCTION catalog_learn_words()",
    "DROP TABLE catalog_word",
]


def run(statements):
    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_catalog_version")]

    operations = [migrations.RunPython(run(FORWARD), run(BACKWARD))]
