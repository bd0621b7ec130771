"""Three ways to pay, so that a new shop can sell; staff change them in the admin."""

from django.db import migrations

METHODS = [
    ("on-delivery", "On delivery", "on-delivery"),
    ("invoice", "By invoice", "invoice"),
    ("card", "By card", "hosted-page"),
]


def seed(apps, schema_editor):
    model = apps.get_model("orders", "PaymentMethod")
    for position, (code, name, provider) in enumerate(METHODS, 1):
        facts = {"name": name, "provider": provider, "position": position}
        model.objects.get_or_create(code=code, defaults=facts)


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_payments")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
