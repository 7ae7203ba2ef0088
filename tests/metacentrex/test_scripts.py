"""Scripts of modules: told of at once, and never parts of two versions together."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings as configured
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template import Context, Template

from metacentrex.ui.scripts import parts_of

SCRIPTS = Path(configured.BASE_DIR) / "static/js"


def test_a_page_tells_of_every_part_once() -> None:
    parts = parts_of("js/editor/main.js")

    assert sorted(parts) == sorted(
        f"js/editor/{file.name}" for file in SCRIPTS.glob("editor/*.js") if file.name != "main.js"
    )
    assert parts_of("js/main.js")[0] == "js/requests.js"


def test_the_script_comes_after_its_parts_were_told() -> None:
    shown = Template('{% load scripts %}{% module "js/editor/main.js" %}').render(Context())

    told = re.findall(r'<link rel="modulepreload" href="([^"]+)">', shown)
    assert "/static/js/editor/draft.js" in told
    assert shown.endswith('<script src="/static/js/editor/main.js" type="module"></script>')


def test_what_a_module_imports_is_the_part_of_its_own_version(
    settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "metacentrex.ui.scripts.StaticFiles"},
    }
    others = ["admin", "vendor", "django_htmx", "css", "img"]
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=others)

    for script in (*tmp_path.glob("js/*.js"), *tmp_path.glob("js/editor/*.js")):
        if not re.search(r"\.[0-9a-f]{12}\.js$", script.name):
            continue
        for name in re.findall(r'^import\b[^;"]*"([^"]+)"', script.read_text(), re.M):
            assert re.search(r"\.[0-9a-f]{12}\.js$", name), (script.name, name)
            assert (script.parent / name).is_file()
    main = tmp_path / staticfiles_storage.stored_name("js/editor/main.js")
    assert main.read_text().count("import ") == (SCRIPTS / "editor/main.js").read_text().count(
        "import "
    )
