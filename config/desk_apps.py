from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin, with our own way in."""

    default_site = "config.desk_site.DeskSite"
