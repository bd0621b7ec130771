"""Settings of script/test's migration linter, which has to be an installed app.

A release moves BASELINE: what was released is history, what comes after it must be
harmless to the code that serves meanwhile. See docs/upgrading.md.
"""

from config import settings as shop

globals().update({name: getattr(shop, name) for name in dir(shop) if name.isupper()})
INSTALLED_APPS = [*shop.INSTALLED_APPS, "django_migration_linter"]
# The last migration of each app that old code need not stand beside.
BASELINE = {
    "accounts": 3,
    "catalog": 16,
    "feed": 2,
    "operations": 2,
    "orders": 12,
    "partners": 5,
}
MIGRATION_LINTER_OPTIONS = {
    "include_apps": list(BASELINE),
    "ignore_name": [
        file.stem
        for app, last in BASELINE.items()
        for file in (shop.BASE_DIR / app / "migrations").glob("0*.py")
        if int(file.stem[:4]) <= last
    ],
    "no_cache": True,
    "sql_analyser": "postgresql",
}
