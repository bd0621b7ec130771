"""What imports cannot say about the house, said by reading its source."""

import ast
import re
from functools import cache

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
APPS = ["accounts", "catalog", "feed", "operations", "orders", "partners"]
PACKAGES = ["config", "dialects", *APPS]
READERS = {"config/settings.py", "config/gunicorn.py"}
STARTERS = {"manage.py", "config/wsgi.py", "config/asgi.py"}
ENV_HELPERS = {"env"} | {
    f"env_{kind}" for kind in "bool choice date int list networks secret".split()
}


def sources(*packages, name="*.py"):
    """Every Python file of these packages but tests and migrations."""
    files = [file for package in packages for file in (ROOT / package).rglob(name)]
    return [f for f in sorted(files) if not {"tests", "migrations"} & set(f.parts)]


def room(name, *packages):
    """The files of a room: one file, or a folder of them."""
    return [f for f in sources(*packages) if name in {f.stem, f.parent.name}]


@cache
def tree(file):
    return ast.parse(file.read_text(), filename=str(file))


def title(file):
    return str(file.relative_to(ROOT))


def imported(file):
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(file):
    """Every call in a file as dotted text: `order.save`, `User.objects.create`."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def writings(file):
    """The calls in a file that write to the database."""
    writing = re.compile(
        r"\.(save|delete|bulk_create|bulk_update)$"
        r"|\.objects\b.*\.(create|update|get_or_create|update_or_create)$"
    )
    return [
        f"{node.lineno}: {name}" for node, name in calls(file) if writing.search(name)
    ]


@pytest.mark.parametrize("file", room("views", *PACKAGES), ids=title)
def test_a_view_writes_nothing(file):
    assert writings(file) == []


def test_a_view_that_writes_would_be_found(tmp_path):
    view = tmp_path / "views.py"
    view.write_text(
        "form.save()\nA.objects.create(b=1)\nA.objects.filter(b=1).delete()"
    )

    assert len(writings(view)) == 3


@pytest.mark.parametrize("file", room("views", *APPS), ids=title)
def test_a_view_asks_services_and_querysets_not_the_table(file):
    filtering = re.compile(r"\.(filter|exclude|raw|extra|annotate)$")

    asked = [f"{n.lineno}: {name}" for n, name in calls(file) if filtering.search(name)]

    assert asked == []


def ground_floor():
    """The rooms without HTTP; services may be one file or a folder of them."""
    rooms = {"services", "models", "querysets", "exceptions"}
    files = [file for file in sources(*APPS) if rooms & {file.stem, file.parent.name}]
    assert {file.relative_to(ROOT).parts[0] for file in files} == set(APPS)
    return files


@pytest.mark.parametrize("file", ground_floor(), ids=title)
def test_the_ground_floor_has_never_heard_of_http(file):
    assert [name for name in imported(file) if name.startswith("django.http")] == []


@pytest.mark.parametrize("file", sources(*APPS), ids=title)
def test_there_are_no_signals_and_no_utils(file):
    assert file.stem not in {"utils", "helpers", "common", "core", "signals"}
    signals = {name for name in imported(file) if "signals" in name.split(".")}
    # What a migration of SQLite drops is made anew after it (catalog/freshness.py).
    after_migrations = {"django.db.models.signals.post_migrate"}
    assert signals <= (after_migrations if title(file) == "catalog/apps.py" else set())


@pytest.mark.parametrize("file", room("models", *APPS), ids=title)
def test_no_model_overrides_save_or_delete(file):
    names = [n.name for n in ast.walk(tree(file)) if isinstance(n, ast.FunctionDef)]

    assert not {"save", "delete"} & set(names)


def all_python():
    return [ROOT / "manage.py", *sources(*PACKAGES)]


@pytest.mark.parametrize("file", all_python(), ids=title)
def test_only_the_settings_read_the_environment(file):
    if title(file) == "config/settings.py":
        return

    read = [
        ast.unparse(node)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    read += [name for name in imported(file) if re.match(r"os\.(environ|getenv)", name)]

    assert read == (["os.environ"] if title(file) in STARTERS else [])


@pytest.mark.parametrize("name", sorted(STARTERS))
def test_a_starter_only_names_the_settings(name):
    (call,) = [text for _, text in calls(ROOT / name) if "environ" in text]

    assert call == "os.environ.setdefault"


def keys_read():
    """First name and alternatives of every setting that the environment may give."""
    found = set()
    for name in READERS:
        for node, called in calls(ROOT / name):
            if called in ENV_HELPERS:
                names = node.args[:1] if called == "env_choice" else node.args
                found |= {a.value for a in names if isinstance(a, ast.Constant)}
    return found


def keys_shown():
    """Every key of .env.example: the lines, and the alternatives in their comments."""
    text = (ROOT / ".env.example").read_text()
    alternatives = " ".join(re.findall(r"# +also ([A-Z_, ]+)", text))
    return set(re.findall(r"(?m)^#? ?([A-Z][A-Z0-9_]*)=", text)) | set(
        re.findall(r"[A-Z][A-Z0-9_]+", alternatives)
    )


def test_every_key_that_is_read_stands_in_the_example():
    assert keys_read() - keys_shown() == set()


def test_every_key_of_the_example_is_read():
    assert keys_shown() - keys_read() == set()


def test_the_example_names_each_key_once():
    text = (ROOT / ".env.example").read_text()
    keys = re.findall(r"(?m)^#? ?([A-Z][A-Z0-9_]*)=", text)

    assert sorted(keys) == sorted(set(keys))


def test_the_example_alone_changes_nothing():
    """Copied as it is, .env leaves every default in force."""
    text = (ROOT / ".env.example").read_text()

    assert [line for line in text.splitlines() if line and line[0] != "#"] == []
