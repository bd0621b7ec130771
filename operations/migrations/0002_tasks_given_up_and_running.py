"""Failed and running tasks are counted at every scrape, and running ones looked after
by every worker: without an index each of these reads all tasks of 30 days.

The table is django-tasks-db's, so its state does not know of this index.
"""

from django.db import migrations

NAME = "operations_task_by_status"


def add(apps, schema_editor):
    how = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(
        f"CREATE INDEX {how} IF NOT EXISTS {NAME} ON django_tasks_database_dbtaskresult "
        "(status) WHERE status IN ('RUNNING', 'FAILED')"
    )


def remove(apps, schema_editor):
    how = "CONCURRENTLY" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP INDEX {how} IF EXISTS {NAME}")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("operations", "0001_heartbeats_and_figures"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(add, remove)]
