from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_review")]

    operations = [
        migrations.AddField(
            model_name="cartline",
            name="seen_available",
            field=models.PositiveIntegerField(
                help_text="How many of these could be had when the buyer last looked; "
                "empty: all of them.",
                null=True,
            ),
        ),
    ]
