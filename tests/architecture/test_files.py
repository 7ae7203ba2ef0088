"""Templates, settings and migrations keep the promises of the house."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.sources import APPS, ROOT

TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")])
INLINE = {
    "a style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE | re.DOTALL),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx that evaluates": re.compile(r"\bhx-(?:on|vals\s*=\s*[\"']js:)", re.IGNORECASE),
}
VARIABLE = re.compile(
    r"METACENTREX_[A-Z_]+|SECRET_KEY(?:_FALLBACKS)?|DATABASE_URL|REDIS_URL|DJANGO_DEBUG"
)
READERS = {"choice", "get", "integer", "port", "secret", "networks"}


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_holds_no_inline_code(path: Path) -> None:
    text = re.sub(
        r"{#.*?#}|{% comment %}.*?{% endcomment %}",
        "",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )

    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_escapes_what_people_typed(path: Path) -> None:
    assert (
        re.findall(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b", path.read_text(encoding="utf-8"))
        == []
    )


def variables_read() -> set[str]:
    """The environment's names in the settings, wherever a function or a subscript reads them."""
    names = set()
    for node in ast.walk(
        ast.parse((ROOT / "metacentrex/settings/base.py").read_text(encoding="utf-8"))
    ):
        if isinstance(node, ast.Call) and _called(node) in READERS and node.args:
            names |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            names.add(node.slice.value)
    return {name for name in names if isinstance(name, str) and VARIABLE.fullmatch(name)}


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def test_every_variable_is_documented_and_nothing_else_is() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    documented = set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))

    assert variables_read() == documented


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", *APPS, check=True, dry_run=True, verbosity=0)
