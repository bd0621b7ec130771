"""Products of a category in the order of their ids: neighbours without sorting."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_words_on_postgresql")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX product_of_category_by_id"
            " ON catalog_product_categories (category_id, product_id)",
            "DROP INDEX product_of_category_by_id",
        ),
    ]
