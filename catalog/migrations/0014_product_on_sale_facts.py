"""Counting a filtered list reads an index instead of the wide rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0013_product_category_in_order'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='product',
            name='product_on_sale',
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('best_offer__isnull', False)), fields=['id'], include=('price_from', 'in_stock', 'brand'), name='product_on_sale_facts'),
        ),
    ]
