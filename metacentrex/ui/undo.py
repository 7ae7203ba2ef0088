"""« Annuler »: the opposite action, at the same URL, with the same permissions and audit."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

MARK = "undo "
MOST = 100  # rows: larger actions are not slips, and have no undo


@dataclass(frozen=True)
class Undo:
    """The form that undoes an action."""

    action: str  # the URL to post it to
    fields: list[tuple[str, str]]


def say_with_undo(request: HttpRequest, words: str, undo: Undo) -> None:
    """Add a success message with an undo button."""
    messages.success(request, words, extra_tags=MARK + json.dumps(asdict(undo)))


def undo_of(message: Message) -> Undo | None:
    """The undo form of a message, if it has one."""
    tags = message.extra_tags or ""
    if not tags.startswith(MARK):
        return None
    kept: dict[str, Any] = json.loads(tags.removeprefix(MARK))
    return Undo(kept["action"], [(name, value) for name, value in kept["fields"]])
