"""The files that only a container engine would run, read as closely as possible."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from config.problems import HTTP_CODES

DOCKERFILE = settings.BASE_DIR / "Dockerfile"
COMPOSE = settings.BASE_DIR / "docker-compose.yml"
STORE = {"migrate", "web", "worker", "backup"}


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


@pytest.fixture(scope="module")
def services(stack) -> dict[str, Any]:
    return stack["services"]


@pytest.fixture(scope="module")
def proxy() -> str:
    """nginx.conf without its comments, one space between words."""
    text = (settings.BASE_DIR / "docker/nginx.conf").read_text()
    return re.sub(r"\s+", " ", re.sub(r"(?m)^\s*#.*$", "", text))


def test_the_dockerfile_passes_its_linter():
    hadolint = Path(sys.executable).with_name("hadolint")

    lint = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True)

    assert (lint.returncode, lint.stdout + lint.stderr) == (0, "")


def test_the_image_runs_without_root_and_answers_for_its_health():
    lines = DOCKERFILE.read_text().splitlines()

    users = [line.removeprefix("USER ") for line in lines if line.startswith("USER ")]
    assert users[-1] == "10001:10001"
    assert any(line.startswith("HEALTHCHECK ") for line in lines)
    bases = {line.split()[1] for line in lines if line.startswith("FROM ")}
    assert bases == {"python:3.13-slim-trixie", "base", "server"}
    # Without a target, what serves is built.
    assert [line for line in lines if line.startswith("FROM ")][-1] == "FROM server"


def test_no_secret_of_this_machine_reaches_the_image():
    ignored = (settings.BASE_DIR / ".dockerignore").read_text().splitlines()

    assert {".env*", "var/", "secrets/", ".git"} <= set(ignored)


def test_the_stack_is_a_database_a_migration_web_worker_and_proxy(services):
    assert set(services) == {"db", "migrate", "web", "worker", "proxy", "backup"}
    commands = {name: services[name].get("command") for name in sorted(STORE)}
    assert commands == {
        "migrate": ["python", "manage.py", "migrate", "--noinput"],
        "web": None,  # the image's own
        "worker": ["python", "manage.py", "work"],
        "backup": ["python", "manage.py", "backup", "--every", "24"],
    }


def test_only_the_proxy_is_published(services):
    published = {name: s["ports"] for name, s in services.items() if "ports" in s}

    assert published == {"proxy": ["8080:8080"]}


def test_every_image_is_pinned(services):
    tags = {name: s["image"].partition(":")[2] for name, s in services.items()}

    assert tags["db"] == "17-trixie"  # as the operator's image has its client
    assert not {"", "latest"} & set(tags.values())


def test_the_database_is_migrated_before_anything_serves(services):
    order = {name: s.get("depends_on") for name, s in services.items()}

    migrated = {"migrate": {"condition": "service_completed_successfully"}}
    assert order == {
        "db": None,
        "migrate": {"db": {"condition": "service_healthy"}},
        "web": migrated,
        "worker": migrated,
        "backup": migrated,
        "proxy": {"web": {"condition": "service_healthy"}},
    }
    assert services["migrate"]["restart"] == "no"


def test_whatever_serves_is_asked_for_its_health(services):
    asked = {name for name, s in services.items() if "interval" in s["healthcheck"]}

    assert asked == {"db", "web", "worker", "proxy"}


def test_web_and_worker_can_be_scaled(services):
    for name in ("web", "worker"):
        assert not {"container_name", "ports", "hostname"} & set(services[name])


def test_no_container_can_write_its_files_or_gain_rights(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name


def test_the_worker_meets_no_service_but_the_database(stack, services):
    networks = {name: set(service["networks"]) for name, service in services.items()}

    met = {name for name in networks if networks[name] & networks["worker"]}
    assert met == {"db", "worker"}
    open_networks = {name for name, net in stack["networks"].items() if not net}
    assert not open_networks & (networks["db"] | networks["web"])


def test_the_store_believes_one_proxy_and_the_proxy_no_client(services, proxy):
    assert services["web"]["environment"]["TRUSTED_PROXIES"] == "1"
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in proxy
    assert "proxy_add_x_forwarded_for" not in proxy


@pytest.mark.parametrize(
    "limit",
    [
        "client_max_body_size 1m;",
        "|api/v1/products/[^/]+/photos|partner_update|admin/catalog)/ "
        "{ client_max_body_size 6m;",
        "large_client_header_buffers 4 8k;",
        "client_header_timeout 10s;",
        "client_body_timeout 10s;",
        "send_timeout 10s;",
        "proxy_request_buffering on;",
        "proxy_buffering on;",
        "limit_conn address 256;",
        "server_tokens off;",
    ],
)
def test_the_proxy_limits_what_a_client_may_send_or_hold(proxy, limit):
    assert limit in proxy


def test_the_proxy_refuses_in_the_words_of_the_store(proxy):
    rows = dict(re.findall(r" (\d{3}) '(\"title\"[^']+)';", proxy))
    problems = {int(status): json.loads(f"{{{row}}}") for status, row in rows.items()}

    assert {408, 413, 414, 429, 431, 502, 503, 504} <= set(problems)
    for status in set(problems) & set(HTTP_CODES):
        assert problems[status]["code"] == HTTP_CODES[status]


def test_gunicorn_reads_its_address_and_size_from_the_environment():
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
    size = {"HOST": "127.0.0.1", "PORT": "8123", "WEB_WORKERS": "3", "WEB_THREADS": "5"}

    shown = subprocess.run(
        [*command, "--print-config", "config.wsgi"],
        cwd=settings.BASE_DIR,
        env=os.environ | size,
        capture_output=True,
        text=True,
        check=True,
    )

    lines = dict(re.findall(r"(?m)^(\w+) += (.+)$", shown.stdout))
    assert lines["bind"] == "['127.0.0.1:8123']"
    assert (lines["workers"], lines["threads"]) == ("3", "5")
    assert lines["worker_class"] == "gthread"


def test_every_key_of_the_stack_stands_in_the_example(services):
    example = (settings.BASE_DIR / ".env.example").read_text()
    known = set(re.findall(r"(?m)^#? ?([A-Z][A-Z_]+)=", example))

    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text()))
    for name in STORE:
        used |= set(services[name]["environment"])
    assert used - known == set()


def test_every_key_of_the_example_reaches_the_stack(services):
    example = (settings.BASE_DIR / ".env.example").read_text()
    known = set(re.findall(r"(?m)^#([A-Z][A-Z_]+)=", example))
    # What must not weaken a container, what the image says, what a worker says.
    settled = {"BRAKES", "ALLOW_UNSAFE", "HOST", "PORT", "BACKUP_DIR"}

    passed = set(services["web"]["environment"]) | set(
        services["worker"]["environment"]
    )
    assert known - passed == settled


def test_secrets_may_be_files(services):
    text = (settings.BASE_DIR / "docker/secrets.yml").read_text()
    overlay = yaml.safe_load(text)

    assert set(overlay["services"]) == set(services) - {"proxy"}
    for name, service in overlay["services"].items():
        keys = set(service["environment"])
        assert all(key.endswith("_FILE") for key in keys)
        files = {path.rpartition("/")[2] for path in service["environment"].values()}
        assert files == set(service["secrets"]) <= set(overlay["secrets"])
        known = {key.removesuffix("_FILE") for key in keys}
        assert known <= set(services[name]["environment"]), name


def test_no_log_of_the_stack_holds_an_address_or_a_statement(services, proxy):
    command = services["db"]["command"]

    assert {"-clog_min_error_statement=panic", "-clog_error_verbosity=terse"} <= set(
        command
    )
    assert not [option for option in command if "min_duration" in option]
    form = re.search(r"log_format line escape=json (.*?);", proxy).group(1)
    assert not re.search(r"remote_addr|request_uri|args|referer|user_agent", form)
    assert "error_log stderr alert;" in proxy


@pytest.mark.parametrize(
    "wanted", ["requirements", "requirements-observability", "requirements-s3"]
)
def test_the_lock_holds_every_pin_with_hashes_and_no_address(wanted):
    pins = set()
    for name in ("requirements", wanted):
        text = (settings.BASE_DIR / f"{name}.txt").read_text()
        pins |= set(re.findall(r"(?m)^([A-Za-z][\w.-]*)(?:\[\w+\])?==([\w.]+)", text))
    lock = (settings.BASE_DIR / f"{wanted}.lock").read_text()

    locked = re.findall(
        r"(?m)^([a-z][\w.-]*)(?:\[\w+\])?==([\w.]+).*\\\n    --hash", lock
    )
    missing = {(name.lower(), version) for name, version in pins} - set(locked)
    assert missing == set(), "run script/lock"
    assert len(locked) == len(re.findall(r"(?m)^[a-z][^ ]*==", lock))
    assert "://" not in lock
    assert "index-url" not in lock


def test_only_web_goes_through_a_pooler(services):
    # At the pooler a statement may take 5 s; an import, an index, a dump takes longer.
    pooled = {name for name in STORE if "DB_POOLED" in services[name]["environment"]}

    assert pooled == {"web"}


def test_the_first_command_on_a_new_machine_makes_its_folder(tmp_path):
    place = tmp_path / "not" / "there"
    environment = os.environ | {"DATA_DIR": str(place), "DB_ENGINE": "sqlite3"}
    command = [sys.executable, "manage.py", "showmigrations", "feed"]

    ran = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert ran.returncode == 0, ran.stderr
    assert (place / "storekeeper.sqlite3").exists()
