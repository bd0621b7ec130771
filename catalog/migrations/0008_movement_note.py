from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_product_is_active'),
    ]

    operations = [
        migrations.AddField(
            model_name='stockmovement',
            name='note',
            field=models.CharField(blank=True, db_default='', help_text="Why, in somebody's words.", max_length=255),
        ),
    ]
