"""Parses a browser's posted draft. Only its shape is checked here; the service checks the rest."""

import json
from typing import Any

from django.http import HttpRequest

from keys.drafts import KeyDraft, LayoutDraft

MOST_BYTES = 256 * 1024  # three full sidecars with the longest labels and addresses are some 60 kB


class Unreadable(Exception):
    """The posted data does not have the shape that the editor sends."""


def draft_of(request: HttpRequest) -> tuple[LayoutDraft, bool]:
    """The draft, and whether only its impact is requested. Raises Unreadable."""
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            raise Unreadable
        data = json.loads(request.body)
        draft = LayoutDraft(
            revision=_whole(data["revision"]),
            sidecars=None if data["sidecars"] is None else _whole(data["sidecars"]),
            keys={str(place): _key(key) for place, key in data["keys"].items()},
        )
        return draft, data.get("dryRun") is True
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable from error


def _key(data: dict[str, Any] | None) -> KeyDraft | None:
    if data is None:
        return None
    return KeyDraft(
        function=_text(data.get("function", "none")),
        value=_text(data.get("value", "")),
        person=None if data.get("person") is None else _whole(data["person"]),
        ended=_text(data.get("ended", "")),
        label=_text(data.get("label", "")),
        picks_up=data.get("picksUp", True) is not False,
        is_locked=data.get("isLocked") is True,
        reason=_text(data.get("reason", "")),
    )


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError("not a whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise ValueError("not a text")
    return value
