"""The server refuses to start rather than run open, and names the key to mend."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
KEYS = set(re.findall(r"[A-Z][A-Z0-9_]+", (ROOT / ".env.example").read_text()))
SECRET = "a-secret-of-this-test-alone-that-is-longer-than-fifty-characters"
PUBLIC = {"DEBUG": "off", "SECRET_KEY": SECRET}
PRODUCTION = PUBLIC | {
    "JWT_KEY": SECRET[::-1],
    "ALLOWED_HOSTS": "shop.example.com",
    "PUBLIC_URL": "https://shop.example.com",
    "TRUSTED_PROXIES": "1",
    "EMAIL_HOST": "smtp.example.com",
    "DIALECT_PASSWORDS": "strict",
}
SHOW = "import json, config.settings as s; print(json.dumps({show}, default=str))"


@pytest.fixture
def start(tmp_path):
    """Starts Python on a clean environment; an own .env of this machine is not seen."""
    bare = {key: value for key, value in os.environ.items() if key not in KEYS}
    # A key that is set, if only to nothing, is not read from .env.
    bare |= dict.fromkeys(KEYS, "") | {"DATA_DIR": str(tmp_path)}

    def run(*command, **environment):
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=bare | environment,
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def shown(start):
    """What the settings make of an environment."""

    def read(what, **environment):
        result = start("-c", SHOW.format(show=what), **environment)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return read


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DEBUG": "off"}, "Set SECRET_KEY: it is required when DEBUG is off."),
        ({"DEBUG_FLAG": "0"}, "Set SECRET_KEY: it is required when DEBUG is off."),
        (
            {"DEBUG": "off", "SECRET_KEY": "x" * 49},
            "SECRET_KEY is too short: use at least 50 characters.",
        ),
        (
            {"HOST": "0.0.0.0"},  # noqa: S104
            "DEBUG is on and the server would answer for 0.0.0.0.",
        ),
        (
            {"HOST": "192.0.2.1", "SECRET_KEY": SECRET},
            "DEBUG is on and the server would answer for 192.0.2.1.",
        ),
        (
            {"ALLOWED_HOSTS": "localhost,shop.example.com"},
            "DEBUG is on and the server would answer for shop.example.com.",
        ),
        ({"ALLOWED_HOSTS": "*"}, "DEBUG is on and the server would answer for *."),
        (PUBLIC | {"BRAKES": "off"}, "BRAKES=off outside debug needs ALLOW_UNSAFE=1"),
        (PUBLIC | {"JWT_KEY": "short"}, "JWT_KEY is too short"),
        ({"DEBUG": "maybe"}, "DEBUG must be on or off, not 'maybe'."),
        ({"HTTPS": "2"}, "HTTPS must be on or off, not '2'."),
        ({"PORT": "http"}, "PORT must be a whole number, not 'http'."),
        ({"PORT": "-1"}, "PORT must be a whole number, not '-1'."),
        ({"EMAIL_PORT": "25.5"}, "EMAIL_PORT must be a whole number, not '25.5'."),
        ({"TRUSTED_PROXIES": "٣"}, "TRUSTED_PROXIES must be a whole number, not '٣'."),
        (
            {"DB_LOCK_TIMEOUT": "5 seconds"},
            "DB_LOCK_TIMEOUT must be a whole number, not '5 seconds'.",
        ),
        (
            {"DB_ENGINE": "mysql"},
            "DB_ENGINE must be sqlite3 or postgresql, not 'mysql'.",
        ),
        (
            {"MEDIA_BUCKET": "photos"},
            "MEDIA_BUCKET needs MEDIA_PUBLIC_URL, like https://photos.shop.example.",
        ),
        (
            {"CORS_ORIGINS": "https://shop.example/"},
            "CORS_ORIGINS takes origins like https://shop.example",
        ),
        ({"CORS_ORIGINS": "*"}, "CORS_ORIGINS takes origins like https://shop.example"),
        (
            {"EMAIL_CONFIRMATION": "never"},
            "EMAIL_CONFIRMATION must be one of per-dialect, everywhere, off.",
        ),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_a_server_that_would_run_open_or_on_nonsense_does_not_start(
    start, environment, message
):
    result = start("-c", "import config.settings", **environment)

    last = result.stderr.strip().splitlines()[-1]
    assert result.returncode == 1
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert message in last
    assert not environment.get("SECRET_KEY") or environment["SECRET_KEY"] not in last


def test_a_secret_may_be_a_file(shown, tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    engine = {"DB_ENGINE": "postgresql"}

    password = "s.DATABASES['default']['PASSWORD']"
    what = f"[s.SECRET_KEY, s.SIMPLE_JWT['SIGNING_KEY'], {password}]"
    named = {
        f"{name}_FILE": str(file) for name in ("SECRET_KEY", "JWT_KEY", "DB_PASSWORD")
    }

    assert shown(what, DEBUG="off", **engine, **named) == [SECRET] * 3


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE cannot be read: No such"),
        ({"JWT_KEY_FILE": "/"}, "JWT_KEY_FILE cannot be read: Is a directory."),
        (
            {"JWT_KEY_FILE": "/dev/null", "JWT_KEY": SECRET},
            "Set JWT_KEY or JWT_KEY_FILE, not both.",
        ),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN is too short"),
        ({"METRICS_NETWORKS": "10.0.0.1/8"}, "METRICS_NETWORKS: 10.0.0.1/8 has host"),
    ],
)
def test_a_secret_that_cannot_be_had_stops_the_start(start, environment, message):
    result = start("-c", "import config.settings", **environment)

    last = result.stderr.strip().splitlines()[-1]
    assert message in last
    assert SECRET not in result.stderr


def test_a_bad_number_of_workers_stops_gunicorn(start):
    result = start("-c", "import config.gunicorn", WEB_WORKERS="many")

    assert "WEB_WORKERS must be a whole number, not 'many'." in result.stderr


def test_without_any_key_a_development_shop_starts_on_this_machine_alone(shown):
    what = "[s.DEBUG, s.HOST, s.ALLOWED_HOSTS, s.DATABASES['default']['ENGINE']]"

    assert shown(what) == [
        True,
        "127.0.0.1",
        ["127.0.0.1", "localhost", "[::1]"],
        "django.db.backends.sqlite3",
    ]


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("DB_NAME", "POSTGRES_DB"), "s.DATABASES['default']['NAME']"),
        (("DB_HOST", "POSTGRES_HOST"), "s.DATABASES['default']['HOST']"),
        (("DB_PORT", "POSTGRES_PORT"), "s.DATABASES['default']['PORT']"),
        (("DB_USER", "POSTGRES_USER"), "s.DATABASES['default']['USER']"),
        (("DB_PASSWORD", "POSTGRES_PASSWORD"), "s.DATABASES['default']['PASSWORD']"),
    ],
)
def test_the_names_of_the_older_documents_work_and_ours_win(shown, names, what):
    ours, theirs = names
    engine = {"DB_ENGINE": "django.db.backends.postgresql"}

    assert shown(what, **engine, **{theirs: "theirs"}) == "theirs"
    assert shown(what, **engine, **{theirs: "theirs", ours: "ours"}) == "ours"


def test_debug_flag_is_debug_and_debug_wins(shown):
    assert shown("s.DEBUG", DEBUG_FLAG="off", SECRET_KEY=SECRET) is False
    assert shown("s.DEBUG", DEBUG_FLAG="off", DEBUG="on") is True


def test_brakes_may_be_off_in_debug_and_where_the_operator_insists(shown):
    assert shown("s.BRAKES", BRAKES="off") is False
    assert shown("s.BRAKES", **PUBLIC, BRAKES="off", ALLOW_UNSAFE="1") is False


def test_https_follows_the_public_address(shown):
    what = "[s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS]"

    assert shown(what) == [False, False, 0]
    assert shown(what, **PRODUCTION) == [True, True, 31_536_000]


def test_the_forwarded_scheme_is_believed_only_behind_a_proxy(shown):
    what = "getattr(s, 'SECURE_PROXY_SSL_HEADER', None)"

    assert shown(what) is None
    assert shown(what, **PRODUCTION) == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_tokens_are_signed_by_their_own_key(shown):
    assert shown("s.SIMPLE_JWT['SIGNING_KEY']", **PRODUCTION) == SECRET[::-1]
    assert shown("s.JWT_KEY != s.SECRET_KEY", **PUBLIC) is True


def test_a_full_production_environment_passes_the_deployment_check(start):
    check = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    result = start(*check, **PRODUCTION)

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("missing", "warning"),
    [
        ("JWT_KEY", "config.W001"),
        ("EMAIL_HOST", "config.W002"),
        ("DIALECT_PASSWORDS", "config.W003"),
    ],
)
def test_the_deployment_check_tells_what_a_public_shop_lacks(start, missing, warning):
    check = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    result = start(*check, **PRODUCTION | {missing: ""})

    assert result.returncode == 1
    assert warning in result.stderr


def test_a_folder_that_cannot_be_written_is_an_error(start, tmp_path):
    (tmp_path / "file").write_text("in the way")

    result = start("manage.py", "check", DATA_DIR=str(tmp_path / "file"))

    assert result.returncode == 1
    assert "config.E001" in result.stderr


def test_photos_go_into_a_bucket_and_are_read_without_us(shown):
    bucket = {"MEDIA_BUCKET": "photos", "MEDIA_PUBLIC_URL": "https://cdn.example/shop/"}

    storage, origin = shown("[s.STORAGES['default'], s.MEDIA_ORIGIN]", **bucket)

    options = storage["OPTIONS"]
    assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert (options["bucket_name"], options["custom_domain"]) == (
        "photos",
        "cdn.example/shop",
    )
    assert options["querystring_auth"] is options["file_overwrite"] is False
    assert origin == "https://cdn.example"


def test_a_pooled_connection_has_no_options_and_a_replica_is_no_second_primary(shown):
    postgresql = {"DB_ENGINE": "postgresql", "DB_HOST": "db", "DB_PORT": "6432"}

    pooled = shown("s.DATABASES", **postgresql, DB_POOLED="on", DB_REPLICA_HOST="copy")
    plain = shown("s.DATABASES", **postgresql)

    assert pooled["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert "options" not in pooled["default"]["OPTIONS"]
    assert (pooled["replica"]["HOST"], pooled["replica"]["PORT"]) == ("copy", "6432")
    assert set(plain) == {"default"}
    assert "statement_timeout=5s" in plain["default"]["OPTIONS"]["options"]
