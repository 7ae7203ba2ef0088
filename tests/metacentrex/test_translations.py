"""The French catalogue: everything translated, nothing doubtful, and compiled as written."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "metacentrex" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
APPS = ["metacentrex", "clients", "phones", "keys", "provisioning", "templates"]

CODE = re.compile(r"manage\.py shell -c '.*'")  # a command to copy is not prose

pytestmark = pytest.mark.skipif(
    shutil.which("msgfmt") is None and not os.environ.get("CI"), reason="gettext is not installed"
)


def compiled(po: Path, folder: Path) -> dict[str, str]:
    """Compile a catalogue, strictly, and return what it translates."""
    target = folder / f"{po.parent.parent.name}.mo"
    subprocess.run(
        ["msgfmt", "--check", "-o", str(target), str(po)], check=True, capture_output=True
    )
    return read(target)


def read(mo: Path) -> dict[str, str]:
    with mo.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {str(key): text for key, text in catalogue.items() if key}


def test_the_compiled_catalogue_is_the_one_of_the_text(tmp_path):
    assert read(CATALOGUE.with_suffix(".mo")) == compiled(CATALOGUE, tmp_path)


def test_nothing_is_missing_doubtful_or_left_over(tmp_path):
    for name in APPS:
        skipped = shutil.ignore_patterns("__pycache__", "*.mo")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skipped, symlinks=True)
    catalogue = tmp_path / CATALOGUE.relative_to(ROOT)
    collect = (
        "from django.core.management import execute_from_command_line as run; "
        "import sys; run(sys.argv)"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "metacentrex.settings.test",
        "PYTHONPATH": str(tmp_path),
    }

    subprocess.run(
        [sys.executable, "-c", collect, "makemessages", "-l", "fr", "--no-obsolete", "--no-wrap"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )

    incomplete = ["msgattrib", "--untranslated", "--no-wrap", str(catalogue)]
    doubtful = ["msgattrib", "--only-fuzzy", "--no-wrap", str(catalogue)]
    assert messages(incomplete) == []
    assert messages(doubtful) == []
    assert set(compiled(CATALOGUE, tmp_path)) == set(compiled(catalogue, tmp_path))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(r"\w [:;!?»](?=\s|$)", id="a space before : ; ! ? or » that may end a line"),
        pytest.param(r"\w[;!?](?=\s|$)|\w:(?=\s|$)", id="no space before : ; ! or ?"),
        pytest.param(
            r"\u00a0[;!?]|\u202f[:»]", id="the wide space for the narrow one, or the reverse"
        ),
        pytest.param(
            r"«(?!\u00a0)|(?<!\u00a0)»|[“”]",
            id="quotation marks that are not « » with their spaces",
        ),
        pytest.param(r"[^\W\d_]'[^\W\d_]", id="a straight apostrophe"),
    ],
)
def test_french_is_set_as_french_is(wrong):
    catalogue = read(CATALOGUE.with_suffix(".mo"))

    assert [text for text in catalogue.values() if re.search(wrong, CODE.sub("", text))] == []


def messages(command: list[str]) -> list[str]:
    """Run a tool of gettext and return the messages it prints, but for the header."""
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [found for found in re.findall(r'^msgid "(.*)"$', printed, re.M) if found]
