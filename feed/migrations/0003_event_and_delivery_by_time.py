"""The desk narrows events and deliveries down by day and outcome: without an index each
such page reads the whole log. Made beside running shops, so on PostgreSQL concurrently.
"""

from django.db import migrations, models

INDEXES = (
    ("event", models.Index(fields=["at"], name="event_by_time")),
    ("delivery", models.Index(fields=["created_at"], name="delivery_by_time")),
    (
        "delivery",
        models.Index(
            fields=["state", "id"],
            condition=models.Q(state__in=["waiting", "failed"]),
            name="delivery_unfinished",
        ),
    ),
)


def add(apps, schema_editor):
    how = {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
    for name, index in INDEXES:
        model = apps.get_model("feed", name)
        schema_editor.execute(index.create_sql(model, schema_editor, **how))


def remove(apps, schema_editor):
    how = {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
    for name, index in INDEXES:
        model = apps.get_model("feed", name)
        schema_editor.execute(index.remove_sql(model, schema_editor, **how))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("feed", "0002_webhooks")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add, remove)],
            state_operations=[migrations.AddIndex(*of) for of in INDEXES],
        )
    ]
