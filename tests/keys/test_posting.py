import json
from typing import Any

import pytest
from django.test import RequestFactory

from keys.drafts import KeyDraft, LayoutDraft
from keys.posting import MOST_BYTES, Unreadable, draft_of


def posted(body: Any) -> tuple[LayoutDraft, bool]:
    text = body if isinstance(body, str) else json.dumps(body)
    return draft_of(RequestFactory().post("/", text, content_type="application/json"))


def test_what_the_editor_sends_is_a_draft() -> None:
    key = {
        "function": "blf",
        "value": "",
        "person": 7,
        "label": "Un",
        "picksUp": False,
        "isLocked": True,
        "reason": "x",
    }

    draft, is_dry = posted(
        {"revision": 3, "sidecars": 2, "keys": {"side-1": key, "side-2": None}, "dryRun": True}
    )

    assert is_dry
    assert draft == LayoutDraft(
        3, 2, {"side-1": KeyDraft("blf", "", 7, "", "Un", False, True, "x"), "side-2": None}
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        "null",
        "[" * 100_000,
        {"revision": 0, "keys": {}},
        {"revision": "0", "sidecars": 0, "keys": {}},
        {"revision": True, "sidecars": 0, "keys": {}},
        {"revision": -1, "sidecars": 0, "keys": {}},
        {"revision": 2**40, "sidecars": 0, "keys": {}},
        {"revision": 0, "sidecars": 1.5, "keys": {}},
        {"revision": 0, "sidecars": 0, "keys": []},
        {"revision": 0, "sidecars": 0, "keys": {"side-1": "blf"}},
        {"revision": 0, "sidecars": 0, "keys": {"side-1": {"function": 3}}},
        {"revision": 0, "sidecars": 0, "keys": {"side-1": {"person": "7"}}},
        {"revision": 0, "sidecars": 0, "keys": {"side-1": {"label": "x" * 1001}}},
        {"revision": 0, "sidecars": 0, "keys": {}, "x": "y" * MOST_BYTES},
    ],
    ids=lambda body: str(body)[:60],
)
def test_anything_else_is_refused_as_unreadable(body: Any) -> None:
    with pytest.raises(Unreadable):
        posted(body)
