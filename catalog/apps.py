from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog.freshness import install_triggers

        post_migrate.connect(install_triggers, sender=self)
