"""Nothing but what a bare view needs; server, database and hasher are the product's."""

from config.settings import DATABASES, PASSWORD_HASHERS, SECRET_KEY

__all__ = ["DATABASES", "PASSWORD_HASHERS", "SECRET_KEY"]

DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.reference.urls"
USE_TZ = True
# The limit pays for no question whether its connection still lives.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
