from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401 - registers the system checks
        from config.labels import translate_labels
        from config.roles import install_roles

        translate_labels()
        # Once, after the last app that makes permissions of its own (constance).
        post_migrate.connect(install_roles, sender=apps.get_app_config("otp_totp"))
