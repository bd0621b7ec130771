"""Two ways to deliver, so that a new shop can sell; staff change them in the admin."""

from decimal import Decimal

from django.db import migrations

METHODS = [
    {"code": "pickup", "name": "Pick-up", "needs_address": False, "position": 1},
    {
        "code": "courier",
        "name": "Courier",
        "price": Decimal("350.00"),
        "free_from": Decimal("10000.00"),
        "position": 2,
    },
]


def seed(apps, schema_editor):
    model = apps.get_model("orders", "DeliveryMethod")
    for method in METHODS:
        model.objects.get_or_create(code=method["code"], defaults=method)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
