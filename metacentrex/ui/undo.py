"""« Annuler »: the opposite act, at the same address, with the same rights and audit."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

MARK = "undo "
MOST = 100  # rows: what is more is done by a second choice, not by a slip


@dataclass(frozen=True)
class Undo:
    """The form that takes something back."""

    action: str  # the address it is sent to
    fields: list[tuple[str, str]]


def say_with_undo(request: HttpRequest, words: str, undo: Undo) -> None:
    """Tell a success that the reader can take back."""
    messages.success(request, words, extra_tags=MARK + json.dumps(asdict(undo)))


def undo_of(message: Message) -> Undo | None:
    """What takes it back, if anything does."""
    tags = message.extra_tags or ""
    if not tags.startswith(MARK):
        return None
    kept: dict[str, Any] = json.loads(tags.removeprefix(MARK))
    return Undo(kept["action"], [(name, value) for name, value in kept["fields"]])
