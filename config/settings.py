"""Every setting of Storekeeper, and the only reader of the environment.

Values come from the environment or `.env`; `.env.example` lists every key with its
default. What cannot be typed here is checked in `config/checks.py`.
"""

import os
import re
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")


def env(*names: str, default: str = "") -> str:
    """The first of `names` that is set and not empty, else `default`."""
    return next((os.environ[name] for name in names if os.environ.get(name)), default)


def env_secret(*names: str) -> str:
    """As `env`, or what the file says that `NAME_FILE` names: a mounted secret."""
    for name in names:
        path = os.environ.get(f"{name}_FILE")
        if not path:
            continue
        if os.environ.get(name):
            raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ImproperlyConfigured(
                f"{name}_FILE cannot be read: {reason}."
            ) from None
    return env(*names)


def env_bool(*names: str, default: bool = False) -> bool:
    value = env(*names, default=str(default)).lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{names[0]} must be on or off, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def env_int(*names: str, default: int) -> int:
    value = env(*names, default=str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{names[0]} must be a whole number, not {value!r}.")
    return int(value)


def env_date(name: str) -> str:
    """A date like 2027-12-31, or nothing."""
    value = env(name)
    if value and not re.fullmatch(r"20\d\d-(0\d|1[0-2])-([0-2]\d|3[01])", value, re.A):
        raise ImproperlyConfigured(f"{name} must be a date like 2027-12-31.")
    return value


def env_list(*names: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(*names, default=default).split(",") if item]


def env_choice(name: str, *choices: str) -> str:
    """One of `choices`; the first is the default."""
    value = env(name, default=choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}.")
    return value


def env_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks like 10.0.0.0/8, by commas."""
    try:
        return [ip_network(item) for item in env_list(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


# Safety: refuse to start rather than run open -----------------------------------------

DEBUG = env_bool("DEBUG", "DEBUG_FLAG", default=True)
ALLOW_UNSAFE = env_bool("ALLOW_UNSAFE")
HOST = env("HOST", default="127.0.0.1")
PORT = env_int("PORT", default=8000)
LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "::1", "testserver"}
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]")
MIN_SECRET_LENGTH, MIN_TOKEN_LENGTH = 50, 20
SECRET_KEY = env_secret("SECRET_KEY")

if DEBUG:
    public = sorted({HOST, *ALLOWED_HOSTS} - LOCAL_HOSTS)
    if public:
        raise ImproperlyConfigured(
            f"DEBUG is on and the server would answer for {', '.join(public)}. "
            "Set DEBUG=off, or keep HOST and ALLOWED_HOSTS local."
        )
    # Only ever used in debug on this machine; see the refusals around it.
    SECRET_KEY = SECRET_KEY or "development-only-" + "storekeeper-" * 4
elif not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: it is required when DEBUG is off.")
elif len(SECRET_KEY) < MIN_SECRET_LENGTH:
    raise ImproperlyConfigured(
        f"SECRET_KEY is too short: use at least {MIN_SECRET_LENGTH} characters."
    )

# Relaxes every rate limit, for load tests only.
BRAKES = env_bool("BRAKES", default=True)
if not (BRAKES or DEBUG or ALLOW_UNSAFE):
    raise ImproperlyConfigured(
        "BRAKES=off outside debug needs ALLOW_UNSAFE=1: sign-in would be unprotected."
    )

# Places -------------------------------------------------------------------------------

DATA_DIR = (BASE_DIR / env("DATA_DIR", default="var")).resolve()
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# Where the image collects them; in debug they are served from where they lie.
STATIC_ROOT = None if DEBUG else BASE_DIR / "staticfiles"
STATIC_URL = "/static/"
PUBLIC_URL = env("PUBLIC_URL", default=f"http://{HOST}:{PORT}").rstrip("/")

# What runs ----------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "accounts",
    "catalog",
    "orders",
    "partners",
    "feed",
    # Before what they dress.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.constance",
    "operations",
    "config.desk_apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "constance",
    "corsheaders",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "tree_queries",
]

MIDDLEWARE = [
    "config.middleware.RequestId",
    "config.measure.Measure",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.BrowserPolicy",
    "config.middleware.Guard",
    "config.budgets.QueryBudget",
    "config.middleware.Sessions",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.DeskTongue",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.Authentication",
    "config.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.idempotency.Idempotency",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Photos in a bucket of S3 or its like, so that any number of machines share them; needs
# requirements-s3.txt. Browsers fetch them from MEDIA_PUBLIC_URL, without us.
MEDIA_BUCKET = env("MEDIA_BUCKET")
MEDIA_ORIGIN = ""
if MEDIA_BUCKET:
    photos = urlsplit(env("MEDIA_PUBLIC_URL"))
    if photos.scheme not in {"http", "https"} or not photos.netloc:
        raise ImproperlyConfigured(
            "MEDIA_BUCKET needs MEDIA_PUBLIC_URL, like https://photos.shop.example."
        )
    MEDIA_ORIGIN = f"{photos.scheme}://{photos.netloc}"
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": MEDIA_BUCKET,
            "endpoint_url": env("MEDIA_ENDPOINT") or None,
            "region_name": env("MEDIA_REGION") or None,
            "access_key": env("MEDIA_ACCESS_KEY") or None,
            "secret_key": env("MEDIA_SECRET_KEY") or None,
            "custom_domain": f"{photos.netloc}{photos.path.rstrip('/')}",
            "url_protocol": f"{photos.scheme}:",
            "querystring_auth": False,
            "default_acl": None,
            "file_overwrite": False,
            "object_parameters": {"CacheControl": "public, max-age=86400"},
        },
    }

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
# The admin speaks these; the API speaks English, and UTC, to everybody.
LANGUAGES = [("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_PATH = "/admin/"

# Database: SQLite unless told otherwise -----------------------------------------------

DB_ENGINE = env("DB_ENGINE", default="sqlite3").removeprefix("django.db.backends.")
DB_ENGINE = DB_ENGINE.removesuffix("_psycopg2")  # its name in older files
# Seconds. The worker's own limit holds in `manage.py work`.
DB_STATEMENT_TIMEOUT = env_int("DB_STATEMENT_TIMEOUT", default=5)
DB_WORKER_STATEMENT_TIMEOUT = env_int("DB_WORKER_STATEMENT_TIMEOUT", default=120)
DB_LOCK_TIMEOUT = env_int("DB_LOCK_TIMEOUT", default=4)
if DB_LOCK_TIMEOUT >= DB_STATEMENT_TIMEOUT:
    # Else a wait would end as a slow statement, and nobody could tell it was a lock.
    raise ImproperlyConfigured("DB_LOCK_TIMEOUT must be below DB_STATEMENT_TIMEOUT.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def postgres_options(statement: int, idle: int) -> str:
    return (
        f"-c statement_timeout={statement}s -c lock_timeout={DB_LOCK_TIMEOUT}s "
        f"-c idle_in_transaction_session_timeout={idle}s "
        # Compiling takes seconds where our statements take milliseconds.
        "-c jit=off "
        # How alike two words must look for a typing error to be forgiven.
        "-c pg_trgm.word_similarity_threshold=0.3"
    )


# Behind a pooler in transaction mode: connections have no options and no state of their
# own. The role has the options then; docs/scaling.md says how.
DB_POOLED = env_bool("DB_POOLED")
DB_WEB_OPTIONS = postgres_options(DB_STATEMENT_TIMEOUT, idle=10)
DB_WORKER_OPTIONS = postgres_options(DB_WORKER_STATEMENT_TIMEOUT, idle=120)

if DB_ENGINE == "sqlite3":
    # SQLite makes the file, not the folder, and any command may be the first. A place
    # where it cannot be is config.E001.
    with suppress(OSError):
        DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "storekeeper.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers queue at BEGIN instead of failing in the middle.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA cache_size=-16000;",
            },
            # A file, because threads of one test must share it.
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    }
elif DB_ENGINE == "postgresql":
    DATABASES = {
        "default": {
            "ENGINE": "config.postgresql",
            "NAME": env("DB_NAME", "POSTGRES_DB", default="storekeeper"),
            "HOST": env("DB_HOST", "POSTGRES_HOST", default="127.0.0.1"),
            "PORT": env("DB_PORT", "POSTGRES_PORT", default="5432"),
            "USER": env("DB_USER", "POSTGRES_USER", default="storekeeper"),
            "PASSWORD": env_secret("DB_PASSWORD", "POSTGRES_PASSWORD"),
            # A connection per request costs three quarters of the speed.
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": DB_POOLED,
            "OPTIONS": {"connect_timeout": 3}
            | ({} if DB_POOLED else {"options": DB_WEB_OPTIONS}),
        }
    }
    if replica := env("DB_REPLICA_HOST"):
        DATABASES["replica"] = DATABASES["default"] | {
            "HOST": replica,
            "PORT": env("DB_REPLICA_PORT", "DB_PORT", "POSTGRES_PORT", default="5432"),
            "TEST": {"MIRROR": "default"},
        }
        DATABASE_ROUTERS = ["catalog.replica.Router"]
else:
    raise ImproperlyConfigured(
        f"DB_ENGINE must be sqlite3 or postgresql, not {DB_ENGINE!r}."
    )

# People -------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["config.hashers.Argon2"]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATION + "MinimumLengthValidator"},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]
# What the older dialects ask of a password; their documents show common ones.
DIALECT_PASSWORDS = env_choice("DIALECT_PASSWORDS", "documented", "strict")
EMAIL_CONFIRMATION = env_choice(
    "EMAIL_CONFIRMATION", "per-dialect", "everywhere", "off"
)
# Its own key, so that either can be replaced alone.
JWT_KEY = env_secret("JWT_KEY") or f"jwt:{SECRET_KEY}"
if not DEBUG and len(JWT_KEY) < MIN_SECRET_LENGTH:
    raise ImproperlyConfigured(
        f"JWT_KEY is too short: use at least {MIN_SECRET_LENGTH} characters."
    )
# The key before it, during a change-over: its tokens are still believed.
JWT_KEY_OLD = env_secret("JWT_KEY_OLD")
CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
# Owners may change them: it goes by permissions.
CONSTANCE_SUPERUSER_ONLY = False
CONSTANCE_CONFIG = {
    "ACCESS_TOKEN_LIFETIME": (3600, "Life of an access token, in seconds.", int),
    "REFRESH_TOKEN_LIFETIME": (30, "Life of a refresh token, in days.", int),
}
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_KEY,
    "ISSUER": "storekeeper",  # as in accounts/tokens.py
    "AUDIENCE": "storekeeper",
    "LEEWAY": timedelta(0),
}
# How long two browser tabs may show the same refresh token, in seconds.
REFRESH_GRACE = 10
ADDRESS_BOOK_LIMIT = 50
AUTHENTICATION_BACKENDS = ["config.authentication.BrakedBackend"]
# At most `limit` per `seconds`, counted in the database over all processes.
RATES = {
    "sign-in-account": {"limit": 10, "seconds": 900},
    # Codes of the second step: a million, of which three are right.
    "sign-in-code": {"limit": 5, "seconds": 900},
    "sign-in-address": {"limit": 100, "seconds": 900},
    "register": {"limit": 20, "seconds": 3600},
    "guest": {"limit": 300, "seconds": 3600},
    "checkout": {"limit": 60, "seconds": 3600},
    "letters": {"limit": 5, "seconds": 3600},
    "mail": {"limit": 30, "seconds": 3600},
    "refresh": {"limit": 600, "seconds": 3600},
    "links": {"limit": 60, "seconds": 3600},
    "review": {"limit": 60, "seconds": 3600},
    "price-list": {"limit": 60, "seconds": 3600},
}
# How many of our own proxies stand in front; the client's address is theirs to tell.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", default=0)

# Other people's servers: price lists by address, webhooks. D7 of reliability.
OUTBOUND_HTTP = env_bool("OUTBOUND_HTTP")
# Also addresses that are not public, at any port, where partners are inside.
OUTBOUND_LOCAL = env_bool("OUTBOUND_LOCAL")

# Store --------------------------------------------------------------------------------

STORE_NAME = env("STORE_NAME", default="Storekeeper")
STORE_CURRENCY = env("STORE_CURRENCY", default="RUB")
# When a day of the shop begins: in the admin, nowhere else.
STORE_TIME_ZONE = env("STORE_TIME_ZONE", default="UTC")
try:
    ZoneInfo(STORE_TIME_ZONE)
except (KeyError, ValueError, OSError) as error:
    message = f"STORE_TIME_ZONE must be like Europe/Moscow, not {STORE_TIME_ZONE!r}."
    raise ImproperlyConfigured(message) from error
# Who issues the invoices; a line that is empty is left out.
STORE_LEGAL_NAME = env("STORE_LEGAL_NAME", default=STORE_NAME)
STORE_ADDRESS = env("STORE_ADDRESS")
STORE_TAX_ID = env("STORE_TAX_ID")
STORE_BANK_ACCOUNT = env("STORE_BANK_ACCOUNT")
INVOICE_LANGUAGE = env_choice("INVOICE_LANGUAGE", "en", "ru")
ORDER_LINES_LIMIT = 100
# The provider of the hosted payment page: where a payment's page is, and the secret
# of its notices. In debug orders/pages.py plays it; empty offers no such payment.
PAYMENT_PAGE_URL = env("PAYMENT_PAGE_URL").rstrip("/")
PAYMENT_PAGE_SECRET = env_secret("PAYMENT_PAGE_SECRET")
if PAYMENT_PAGE_URL and len(PAYMENT_PAGE_SECRET) < MIN_SECRET_LENGTH:
    raise ImproperlyConfigured(
        "PAYMENT_PAGE_URL needs a PAYMENT_PAGE_SECRET of at least "
        f"{MIN_SECRET_LENGTH} characters."
    )
PAYMENT_PAGE_IS_OURS = DEBUG and not PAYMENT_PAGE_URL
if PAYMENT_PAGE_IS_OURS:
    PAYMENT_PAGE_URL = f"{PUBLIC_URL}/example-payment"
    PAYMENT_PAGE_SECRET = f"payment:{SECRET_KEY}"
PAYMENT_NOTICE_WINDOW = 300  # seconds
# So many left of an offer are few: the event feed tells it.
STOCK_LOW = env_int("STOCK_LOW", default=3)
PHOTO_BYTES_LIMIT, PHOTO_PIXELS_LIMIT, PHOTOS_LIMIT = 5_000_000, 40_000_000, 20
PRICE_LIST_BYTES_LIMIT = env_int("PRICE_LIST_BYTES_LIMIT", default=5_000_000)
PRICE_LIST_GOODS_LIMIT = 1_000_000

# Mail: a folder in debug, SMTP when EMAIL_HOST is set ---------------------------------

EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=EMAIL_PORT == 587)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=EMAIL_PORT == 465)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend" if EMAIL_HOST else "filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="shop@storekeeper.example")
# Who gets a letter about every order.
ORDER_ADMINS = env_list("ORDER_ADMINS", default="orders@storekeeper.example")

# Older APIs ---------------------------------------------------------------------------

ALL_DIALECTS = ["mini_store", "diplom", "webstore", "pyshop", "generic_store"]
DIALECTS = env_list("DIALECTS", default=",".join(ALL_DIALECTS))
if unknown := set(DIALECTS) - {*ALL_DIALECTS, "none"}:
    raise ImproperlyConfigured(
        f"DIALECTS knows {', '.join(ALL_DIALECTS)} or none, not {', '.join(unknown)}."
    )

# From these dates on (2027-12-31) every answer of theirs says so; never by default.
DIALECTS_DEPRECATED_ON = env_date("DIALECTS_DEPRECATED_ON")
DIALECTS_SUNSET_ON = env_date("DIALECTS_SUNSET_ON")

# Background work ----------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
# A task that fails is tried again after 5, 20, 80 … seconds, at most so many times.
TASK_ATTEMPTS = 6
TASK_BACKOFF = 5
# A running task whose worker has not renewed this lease is taken over, in seconds.
TASK_LEASE = env_int("TASK_LEASE", default=30)

# Watching -----------------------------------------------------------------------------

# Who may read /metrics: whoever shows the token, or asks from these networks without
# a proxy between. Neither set, there is no such page.
METRICS_TOKEN = env_secret("METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < MIN_TOKEN_LENGTH:
    raise ImproperlyConfigured(
        f"METRICS_TOKEN is too short: use at least {MIN_TOKEN_LENGTH} characters."
    )
METRICS_NETWORKS = env_networks("METRICS_NETWORKS")
# So little left is little: health and doctor warn.
DISK_LOW_MB = env_int("DISK_LOW_MB", default=1000)
# Where backups go, and how many remain; `manage.py backup`.
BACKUP_DIR = BASE_DIR / env("BACKUP_DIR", default=str(DATA_DIR / "backups"))
BACKUPS_KEPT = env_int("BACKUPS_KEPT", default=14)
# Touched by `manage.py work` as long as it lives, for a container's health check.
WORKER_BEAT_FILE = env("WORKER_BEAT_FILE")

# Both need requirements-observability.txt; see config/observing.py.
SENTRY_DSN = env_secret("SENTRY_DSN")
OTEL_EXPORTER_OTLP_ENDPOINT = env("OTEL_EXPORTER_OTLP_ENDPOINT")

# HTTP ---------------------------------------------------------------------------------

# JSON is bounded at 1 MB by config/parsing.py; only price lists may be larger.
DATA_UPLOAD_MAX_MEMORY_SIZE = PRICE_LIST_BYTES_LIMIT + 100_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# TLS ends at the proxy; HTTPS=on says that the shop is served over it.
HTTPS = env_bool("HTTPS", default=PUBLIC_URL.startswith("https:"))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
# Asked inside, by engines and Prometheus, where no TLS is.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# Who signs in at no particular page finds the desk.
LOGIN_REDIRECT_URL = "/admin/"

# The admin's desk ---------------------------------------------------------------------

LOGIN_REDIRECT_URL = "admin:index"
# Whether staff need a second step (an authenticator app) to come in, or may set one.
STAFF_TOTP = env_choice("STAFF_TOTP", "optional", "required")
OTP_TOTP_ISSUER = STORE_NAME
# Our own brakes count the guesses.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
# Nothing but the admin has sessions of Django's.
SESSION_COOKIE_PATH = "/admin/"
SESSION_COOKIE_AGE = 3600 * env_int("ADMIN_SESSION_HOURS", default=12)

UNFOLD = {
    "SITE_TITLE": STORE_NAME,
    "SITE_HEADER": STORE_NAME,
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [{"rel": "icon", "href": lambda _: static("favicon.svg")}],
    "SHOW_LANGUAGES": True,
    "STYLES": [lambda _: static("desk.css")],
    "DASHBOARD_CALLBACK": "config.dashboard.figures",
    "ACCOUNT": {
        "navigation": [
            {"title": _("Two-step sign-in"), "link": reverse_lazy("admin:two-step")}
        ]
    },
    "SIDEBAR": {"show_search": True, "navigation": "config.desk.navigation"},
}

# Frontends on other origins, by name. They may send cookies, too: the refresh cookies
# of v1 and of one older API. None of them may read what browsers open as pages.
CORS_ALLOWED_ORIGINS = env_list("CORS_ORIGINS")
for origin in CORS_ALLOWED_ORIGINS:
    if not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]+)?", origin):
        raise ImproperlyConfigured(
            f"CORS_ORIGINS takes origins like https://shop.example, not {origin!r}."
        )
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = (
    r"^/(?!$|admin/|api/docs/|static/|media/|health/|metrics|i18n/|problems/"
    r"|example-payment/|confirm-email/|change-email/|reset-password/)"
)
CORS_ALLOW_HEADERS = [
    *default_headers,
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-customer-token",
]
CORS_EXPOSE_HEADERS = (
    "Content-Disposition, Deprecation, ETag, Idempotency-Replayed, Link, Location, "
    "Retry-After, Server-Timing, Sunset, X-Request-ID"
).split(", ")
if CORS_ALLOWED_ORIGINS:
    # First: a preflight is answered before anything else is done.
    MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["config.authentication.Credentials"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.StaffMay"],
    "DEFAULT_RENDERER_CLASSES": ["config.rendering.OrjsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.rendering.UsuallyJson",
    "DEFAULT_PARSER_CLASSES": ["config.parsing.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "config.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.schema.ProblemAwareSchema",
    "EXCEPTION_HANDLER": "config.problems.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Storekeeper",
    "DESCRIPTION": "The store's own API. Money is a string with two decimals in the "
    "store's currency; times are UTC (RFC 3339); errors are problem details "
    "(RFC 9457) with a stable `code`. Unsafe calls take an `Idempotency-Key`.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.add_problem_examples",
        "config.schema.drop_column_ranges",
    ],
    "ENUM_NAME_OVERRIDES": {
        "OrderStatus": "orders.models.Order.Status",
        "ParcelStatus": "orders.models.PARCEL_STATUSES",
        "ToEnum": "orders.serializers.moving.TARGETS",
        "ReviewStatus": "orders.models.Review.Status",
        "PriceReason": "catalog.models.PriceChange.Reason",
        "EventKind": "feed.models.KINDS",
        "RunKind": "partners.models.PriceListRun.Kind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVERS": [{"url": "/"}],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Every refused request would be a warning; the proxy's access log has it.
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "constance": {"level": "WARNING"},
        # They would tell what an invoice is written with, letter by letter.
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "WARNING"},
    },
}
