"""Each kind of audit event has a name that people understand: in the list, its filter, its file."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client as Browser
from django.utils import translation

from clients.audit_words import kind_words, kinds_named
from clients.models import Client, User
from clients.services.audit import PLATFORM, record

ROOT = Path(__file__).parents[2]
APPS = ["clients", "phones", "keys", "provisioning"]
KIND = re.compile(
    r"(barring|client|demo|installation|job|keys|licence|login|phone|platform|provisioning|reseller"
    r"|secrets|sip|site|subscriber|window)\.[a-z]+(_[a-z]+)*"
)
TASKS = {f"provisioning.{name}" for name in ("render_stale", "sweep_stale", "trim_journal")}


def written_kinds() -> Iterator[str]:
    """Every kind that the code writes: its texts of that shape, and those made of a noun."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" in path.parts or path.name == "audit_words.py":
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if KIND.fullmatch(node.value):
                        yield node.value
                elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_saved":
                    noun = ast.literal_eval(node.args[0])
                    yield from (f"{noun}.created", f"{noun}.updated")


def test_the_code_writes_the_kinds_that_this_test_looks_for() -> None:
    assert {"window.opened", "keys.changed", "site.updated"} <= set(written_kinds())


@pytest.mark.parametrize("kind", sorted({*written_kinds(), "export"} - TASKS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_has_a_name(kind: str, language: str) -> None:
    with translation.override(language):
        words = kind_words(kind)

    assert re.fullmatch(r"[A-ZÉ][^._]+", words)


def test_a_kind_that_no_app_names_any_more_is_shown_as_its_code() -> None:
    assert kind_words("window.painted") == "window.painted"


@pytest.mark.parametrize("typed", ["fenêtre ouv", "FENETRE OUV"])
def test_a_kind_is_found_by_its_name(typed: str) -> None:
    with translation.override("fr"):
        assert kinds_named(typed) == ["window.opened"]


def test_nothing_typed_names_no_kind() -> None:
    assert kinds_named(" ") == []


@pytest.mark.django_db
def test_the_operator_reads_names_in_the_list_the_filter_and_the_file(
    operator: User, as_user: Callable[[User], Browser], blue_client: Client
) -> None:
    record("subscriber.ended", blue_client, actor=PLATFORM, client=blue_client)
    record("client.updated", blue_client, actor=PLATFORM, client=blue_client)
    admin = as_user(operator)

    page = admin.get("/admin/clients/auditevent/").content.decode()
    found = admin.get("/admin/clients/auditevent/", {"q": "ligne terminee"}).context["cl"]
    file = admin.get("/admin/clients/auditevent/export/")
    text = b"".join(file.streaming_content).decode("utf-8-sig")

    assert page.count("Ligne terminée") == 2  # a row, a filter
    assert "subscriber.ended</td>" not in page
    assert [event.kind for event in found.result_list] == ["subscriber.ended"]
    assert "Ligne terminée" in text
    assert "subscriber.ended" not in text
