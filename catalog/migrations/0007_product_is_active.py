from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0006_former_slugs'),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='is_active',
            field=models.BooleanField(db_default=True, default=True, help_text='Off: nobody can buy it, whatever the shops list.'),
        ),
    ]
