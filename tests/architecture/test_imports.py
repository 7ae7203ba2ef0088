"""clients ← phones ← keys ← provisioning, and inside an app from shapes to pages: never the other
way.
"""

from pathlib import Path

import pytest

from tests.architecture.sources import APPS, PROJECT, ROOT, imported, name_of, sources

# What may know every app: the tables of addresses, and nothing else of the project.
ROUTES = {f"metacentrex/urls{name}.py" for name in ("", "_bg", "_extranet", "_portal")}
# Function-level imports of an app by the project, each with its reason in the code.
EXCUSED = {
    ("metacentrex/templatetags/house.py", "clients.numbers.national"),
    ("metacentrex/templatetags/house.py", "phones.mac.shown_mac"),
}
LAYERS = [
    {"enums", "errors", "mac", "numbers", "siret", "text", "validators"},
    {"models"},
    {"queries", "services"},
    {"forms"},
    {"views"},
    {"urls"},
]
WORDS_OF_PAGES = (
    "django.forms",
    "django.template",
    "django.shortcuts",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.auth",
    "crispy_forms",
)


def rank(part: str) -> int | None:
    return next((at for at, layer in enumerate(LAYERS) if part in layer), None)


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_nothing_to_its_right(app: str) -> None:
    right = APPS[APPS.index(app) + 1 :]

    upward = [
        f"{name_of(path)}:{line} imports {name}"
        for path in sources(app)
        for line, name in imported(path)
        if name.split(".")[0] in right
    ]

    assert upward == []


def test_the_project_knows_no_app_but_in_its_addresses() -> None:
    upward = [
        f"{name_of(path)}:{line} imports {name}"
        for path in sources(PROJECT)
        for line, name in imported(path)
        if name.split(".")[0] in APPS
        and name_of(path) not in ROUTES
        and (name_of(path), name) not in EXCUSED
    ]

    assert upward == []


def test_every_excuse_is_still_needed() -> None:
    used = {(name_of(path), name) for path in sources(PROJECT) for _line, name in imported(path)}

    assert used >= EXCUSED


@pytest.mark.parametrize("app", APPS)
def test_inside_an_app_no_layer_imports_one_above_it(app: str) -> None:
    wrong = []
    for path in sources(app):
        own = rank(path.relative_to(ROOT / app).parts[0].removesuffix(".py"))
        for line, name in imported(path, typing_too=False):
            parts = name.split(".")
            above = rank(parts[1]) if parts[0] == app and len(parts) > 1 else None
            if own is not None and above is not None and above > own:
                wrong.append(f"{name_of(path)}:{line} imports {name}")

    assert wrong == []


@pytest.mark.parametrize(
    "part",
    [
        "views/fetch.py",
        "lookup.py",
        "middleware.py",
        "services/claim.py",
        "journal.py",
        "published.py",
        "served.py",
    ],
)
def test_what_answers_phones_knows_no_form_template_message_or_session(part: str) -> None:
    path = ROOT / "provisioning" / part

    assert [name for _line, name in imported(path) if name.startswith(WORDS_OF_PAGES)] == []


@pytest.mark.parametrize(
    "part", ["gate.py", "document.py", "authorization.py", "masking.py", "renderers"]
)
def test_what_decides_and_renders_knows_no_database_and_no_request(part: str) -> None:
    place = ROOT / "provisioning" / part
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    impure = (
        "django.db",
        "django.http",
        "django.conf",
        "django.utils.timezone",
        "phones.models",
        "clients.models",
    )

    found = [
        f"{name_of(path)}: {name}"
        for path in files
        for _line, name in imported(path)
        if name.startswith(impure)
    ]

    assert found == []


@pytest.mark.parametrize("app", APPS)
def test_no_module_is_empty_but_a_packages_own(app: str) -> None:
    empty = [
        name_of(path) for path in sources(app) if path.name != "__init__.py" and _is_empty(path)
    ]

    assert empty == []


def _is_empty(path: Path) -> bool:
    return not path.read_text(encoding="utf-8").strip()
